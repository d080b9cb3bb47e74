"""A run as files for people and for CI: HTML, Markdown and JUnit XML. Knows nothing of how the run was made."""
