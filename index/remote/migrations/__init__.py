"""The changes of the catalogue's tables, one file a release that changed them. Knows nothing of what is kept in them."""
