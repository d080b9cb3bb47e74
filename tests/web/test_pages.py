"""A page of a PDF as a picture: the cited words are found on it and boxed, line by line."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from web.pages import BOX, WIDTH, picture, spans


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A one-page PDF with two lines of Chinese."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path = tmp_path / "paper.pdf"
    canvas = Canvas(str(path), pagesize=(400, 300))
    canvas.setFont("STSong-Light", 14)
    canvas.drawString(40, 240, "第一条 每户补助三百元，")
    canvas.drawString(40, 210, "每年发放一次。")
    canvas.save()
    return path


def boxed(png: bytes) -> list[tuple[int, int]]:
    """Where the picture is tinted, as (x, y)."""
    from PIL import Image

    image = Image.open(BytesIO(png)).convert("RGB")
    assert image.width == WIDTH
    places = ((x, y) for y in range(0, image.height, 4) for x in range(0, image.width, 4))
    return [place for place in places if _tinted(image.getpixel(place))]


def _tinted(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return bool(pixel[2] < pixel[0] - 40)


def test_the_cited_words_are_boxed(paper: Path) -> None:
    assert boxed(picture(paper, 1)) == []
    tinted = boxed(picture(paper, 1, "每户补助三百元，\n每年发放一次"))
    scale = WIDTH / 400
    heights = {round((300 - y / scale) / 30) * 30 for _, y in tinted}
    assert heights == {210, 240}
    assert min(x for x, _ in tinted) >= 40 * scale - 4
    assert BOX[3] < 128  # the words stay readable under it


@pytest.mark.parametrize(
    ("page", "quote", "found"),
    [
        ("每户\n补助 三百元", "每户补助三百元", [(0, 9)]),
        ("ＡＢ１２", "AB12", [(0, 4)]),
        ("甲乙丙", "丁戊", []),
        ("", "甲乙", []),
        ("一行\n二行", "一行\n二行", [(0, 2), (3, 5)]),
    ],
)
def test_white_space_and_width_do_not_count(page: str, quote: str, found: list[tuple[int, int]]) -> None:
    assert spans(page, quote) == found


def test_what_is_not_there(paper: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        picture(paper, 2)
    (tmp_path / "no.pdf").write_bytes(b"not a pdf")
    with pytest.raises(ValueError, match=r"no\.pdf"):
        picture(tmp_path / "no.pdf", 1)
