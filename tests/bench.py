"""Where the public question sets lie that are too large to ship: beside the checkout; tests that want them are skipped elsewhere."""

from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench"


def needs_bench(name: str) -> pytest.MarkDecorator:
    """Skips a test where a folder of the bench is not there."""
    return pytest.mark.skipif(not (BENCH / name).is_dir(), reason=f"the bench is not here: {BENCH / name}")
