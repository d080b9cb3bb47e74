"""Prompt texts as data: one file a prompt, strict $placeholders. Knows nothing of models."""
