"""The changes of the chat's tables, one file a release that changed them. Knows nothing of what is kept in them."""
