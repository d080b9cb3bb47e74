"""Screens: turns answers into things people see and click. Knows nothing of how an answer is found."""
