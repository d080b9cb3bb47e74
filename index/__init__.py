"""Passages to a searchable index on disk. Knows nothing of answers or of screens."""
