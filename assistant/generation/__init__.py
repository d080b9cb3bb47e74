"""The generative reader: a language model writes, the rules check. Knows nothing of screens or of how passages were found."""
