"""The chat: settings, index, assistant, web."""
