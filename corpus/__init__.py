"""Files to documents to passages. Knows nothing of search, of answers or of screens."""
