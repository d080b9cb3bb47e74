"""Quoted words are boxed on the picture of a scanned page."""

from pathlib import Path

import pytest

from corpus.scans import Box, find_quote_boxes
from errors import ReadError
from tests.corpus import specimens
from tests.corpus.specimens import AFTER, PARAGRAPHS

pytestmark = pytest.mark.skipif(not specimens.FONT.exists(), reason="the font Noto Serif CJK is not installed")
TEXT = "\n".join([PARAGRAPHS[0], *AFTER])


def _ink(png: bytes, box: Box) -> tuple[float, float]:
    """The shares of the page's dark pixels of the box's rows that the box holds, and of the box's own pixels that are dark."""
    import io

    import numpy
    from PIL import Image

    page = numpy.asarray(Image.open(io.BytesIO(png)).convert("L")) < 128
    height, width = page.shape
    rows = page[int(box.top * height) : int(box.bottom * height)]
    held = rows[:, int(box.left * width) : int(box.right * width)]
    return held.sum() / rows.sum(), held.mean()


@pytest.mark.slow
def test_cited_lines_of_a_scan_are_boxed(tmp_path: Path) -> None:
    """A whole line's box holds its ink; a part of a line, the same part; two lines, two boxes; from a PDF as from a picture."""
    png = specimens.picture(TEXT)
    for name, data in (("a.png", png), ("a.pdf", specimens.scanned_pdf(TEXT))):
        path = tmp_path / name
        path.write_bytes(data)
        (whole,) = find_quote_boxes(path, 1, AFTER[2])
        held, dark = _ink(png, whole)
        assert held > 0.97
        assert 0.05 < dark < 0.5
        (part,) = find_quote_boxes(path, 1, AFTER[2][-5:])
        assert part.right == pytest.approx(whole.right)
        assert part.left > whole.left + 0.4 * (whole.right - whole.left)
        first, second = find_quote_boxes(path, 1, PARAGRAPHS[0][:40])
        assert first.bottom <= second.top + 0.01
        assert first.left > second.left, "the first line is indented"
        both = find_quote_boxes(path, 1, f"{AFTER[1]}\n{AFTER[2]}")
        assert [round(box.top, 2) for box in both] == sorted({round(box.top, 2) for box in both})
        assert len(both) == 2
        assert find_quote_boxes(path, 1, "这些字不在页面上") == []
        assert find_quote_boxes(path, 7, AFTER[2]) == []


def test_a_page_with_a_text_layer_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(specimens.pdf())
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert find_quote_boxes(tmp_path / "a.pdf", 1, PARAGRAPHS[1]) == []
    assert find_quote_boxes(tmp_path / "a.txt", 1, PARAGRAPHS[1]) == []


def test_a_damaged_scan_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(specimens.picture(TEXT)[:500])
    with pytest.raises(ReadError, match="damaged"):
        find_quote_boxes(tmp_path / "a.png", 1, TEXT)
