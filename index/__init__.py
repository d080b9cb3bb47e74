"""Passages to a searchable index on disk. Knows nothing of answers or of screens."""

import os

# The networks here multiply small matrices. With two BLAS threads each product waits for the slower core: on a busy
# machine with two cores that cost twenty times the processor time. numpy reads this once, when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
