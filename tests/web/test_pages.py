"""A page of a PDF as a picture: the cited words are found on it and boxed, line by line."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from web.pages import BOX, WIDTH, is_scanned_page, page_picture, quote_spans


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
    assert boxed(page_picture(paper, 1)) == []
    tinted = boxed(page_picture(paper, 1, "每户补助三百元，\n每年发放一次"))
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
    assert quote_spans(page, quote) == found


SCANNED = "白塘乡茶园改造每亩奖励一千二百元"


def drawn() -> Any:
    """A page with one line on it, as a picture."""
    from PIL import Image, ImageDraw, ImageFont

    font = next(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"), None)
    if font is None:
        pytest.skip("no Chinese font to draw a scan with (apt-get install fonts-noto-cjk)")
    page = Image.new("L", (1240, 900), 255)
    ImageDraw.Draw(page).text((150, 300), f"{SCANNED}。", font=ImageFont.truetype(str(font), 40), fill=0)
    return page


@pytest.mark.slow
def test_the_cited_words_of_a_picture_file_are_boxed(tmp_path: Path) -> None:  # of a scanned PDF: test_documents.py
    path = tmp_path / "scan.png"
    drawn().save(path)
    assert is_scanned_page(path, 1)
    assert boxed(page_picture(path, 1)) == []
    tinted = boxed(page_picture(path, 1, SCANNED[-6:]))  # 一千二百元, the end of the line
    scale = WIDTH / 1240
    across, down = [x / scale for x, _ in tinted], [y / scale for _, y in tinted]
    assert min(down) > 290
    assert max(down) < 375  # the letters are 40 high and stand at 300
    assert min(across) > 150 + 5 * 40
    assert max(across) < 150 + 18 * 40


def test_a_page_with_a_text_layer_is_no_scan(paper: Path, tmp_path: Path) -> None:
    assert not is_scanned_page(paper, 1)
    assert not is_scanned_page(paper, 9)
    assert not is_scanned_page(tmp_path / "a.md", 1)


def test_frames_of_a_picture_file(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "fax.tif"
    first, second = Image.new("L", (60, 80), 255), Image.new("L", (80, 60), 255)
    first.save(path, save_all=True, append_images=[second])
    sizes = [Image.open(BytesIO(page_picture(path, page))).size for page in (1, 2)]
    assert sizes == [(WIDTH, round(80 * WIDTH / 60)), (WIDTH, round(60 * WIDTH / 80))]
    for page in (0, 3):
        with pytest.raises((KeyError, ValueError)):
            page_picture(path, page)
    (tmp_path / "no.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match=r"no\.png"):
        page_picture(tmp_path / "no.png", 1)


def test_what_is_not_there(paper: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        page_picture(paper, 2)
    (tmp_path / "no.pdf").write_bytes(b"not a pdf")
    with pytest.raises(ValueError, match=r"no\.pdf"):
        page_picture(tmp_path / "no.pdf", 1)
