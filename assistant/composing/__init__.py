"""Composing: from what was read to the words that are shown. Knows nothing of search or of models."""
