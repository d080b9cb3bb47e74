"""Questions to answers with citations. Knows nothing of screens."""
