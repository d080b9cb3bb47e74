"""What is read of a committed file of each format equals the text committed beside it, which a person can check by eye.

`python -m tests.corpus.remake` makes both anew.
"""

import pytest

from tests.corpus import specimens
from tests.corpus.remake import FOLDER, files, shown

NAMES = sorted(path.name for path in FOLDER.iterdir() if (FOLDER / f"{path.name}.txt").exists())
SCANS = [name for name in NAMES if name.startswith("scan.")]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SCANS])
def test_a_format(name: str) -> None:
    assert shown(FOLDER / name) == (FOLDER / f"{name}.txt").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", SCANS)
def test_a_scan(name: str) -> None:
    """Recognition may differ by a character from processor to processor; offsets and counts then differ with it."""
    wanted = (FOLDER / f"{name}.txt").read_text("utf-8")
    assert specimens.distance(shown(FOLDER / name), wanted) <= 0.02 * len(wanted)


def test_every_golden_file_has_its_maker_and_its_text() -> None:
    import inspect

    made = inspect.getsource(files)
    assert len(NAMES) == 16
    assert all(f'"{name}"' in made for name in NAMES)
    assert {path.name for path in FOLDER.iterdir()} == {*NAMES, *(f"{name}.txt" for name in NAMES)}
