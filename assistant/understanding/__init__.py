"""From a question and the turns before it to what is asked, by rules. Knows nothing of indexes or answers."""
