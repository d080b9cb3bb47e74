"""How pages that were scanned badly are read: `python -m benchmarks.scans [--out FILE] [--only NAME]`.

Pages are set in 16 pt from a text of the shipped documents' kind and damaged as scanners and people damage them. For each: the share of
its characters that the document has as often (`characters`), the share that stands in a run of five characters that the document has
too, which tells the order (`runs`), and of its table the rows whose line is right to the character (`rows`); seconds of CPU. With
`--garbled` it prints instead what tells a garbled text layer from Chinese, over the texts of a folder and the same garbled in five ways.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.real_files import character_recall, plain, run_recall

ROOT = Path(__file__).resolve().parent
FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
WIDTH, HEIGHT, MARGIN, SIZE, STEP = 1654, 2339, 200, 44, 72
TEXT = (
    "第一条 为了规范稳岗补贴的发放，根据国家和省有关规定，制定本办法。本办法适用于本市行政区域内依法参加失业保险的企业。",
    "第二条 申请稳岗补贴的企业应当同时符合下列条件：（一）上年度足额缴纳失业保险费；（二）裁员率不高于5.5%；（三）未被列入失信名单。",
    "第三条 中小微企业按上年度实际缴纳失业保险费的60%返还，大型企业按30%返还，单户最高不超过500万元。",
    "第四条 企业应当于每年9月30日前向参保地经办机构提出申请，经办机构自受理之日起15个工作日内办结。",
    "第五条 弄虚作假、骗取补贴资金的，由人力资源社会保障部门责令退回，并依照有关规定处理；构成犯罪的，依法追究刑事责任。",
    "第六条 本办法自2023年5月1日起施行，有效期三年，由云川市人力资源和社会保障局负责解释。",
)
HEADER = ("企业规模", "返还比例", "最高金额", "办理时限")
ROWS = (
    ("小微企业", "60%", "100万元", "10个工作日"),
    ("中型企业", "60%", "200万元", "15个工作日"),
    ("大型企业", "30%", "500万元", "15个工作日"),
    ("劳务派遣", "30%", "50万元", "20个工作日"),
)
LINES = ["；".join(f"{name}：{cell}" for name, cell in zip(HEADER, row, strict=True)) for row in ROWS]

MERGED_HEADER = ("补贴类别", "学历", "每月标准")
MERGED = (
    ("租房补贴", (("博士", "3000元"), ("硕士", "2000元"))),
    ("生活补贴", (("博士", "1500元"), ("硕士", "800元"))),
)
MERGED_LINES = [
    "；".join(f"{name}：{cell}" for name, cell in zip(MERGED_HEADER, (group, *row), strict=True))
    for group, rows in MERGED
    for row in rows
]
NOTES = ("① 失业保险费以税务机关征收的数额为准。", "② 失信名单以信用网站当日公布的为准。")


def _font(size: int = SIZE) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONT), size, index=2)


def _page() -> tuple[Any, Any]:
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    return page, ImageDraw.Draw(page)


def _set(draw: Any, left: int, top: int, columns: int, *, texts: tuple[str, ...] = TEXT, size: int = SIZE) -> int:
    """Paragraphs in lines of so many characters, the first one indented by two. Returns where the last one ends."""
    for text in texts:
        first = columns - 2
        pieces = [text[:first], *(text[at : at + columns] for at in range(first, len(text), columns))]
        for number, piece in enumerate(pieces):
            draw.text((left + (2 * size if number == 0 else 0), top), piece, font=_font(size), fill=(20, 20, 20))
            top += int(size * 1.65)
    return top


def clean() -> Any:
    """The text on an A4 page at 200 dpi."""
    page, draw = _page()
    _set(draw, MARGIN, 220, 28)
    return page


def slanted(degrees: float, noise: int = 0) -> Any:
    """The page turned counter-clockwise as in a feeder."""
    from PIL import Image

    page = clean().rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    return _noisy(page, noise) if noise else page


def _noisy(page: Any, strength: int) -> Any:
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(7)
    values = np.asarray(page).astype(np.int16) + rng.integers(-strength, strength + 1, (HEIGHT, WIDTH, 1))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def columns() -> Any:
    """The text in two columns."""
    page, draw = _page()
    half = len(TEXT) // 2
    _set(draw, 150, 220, 17, texts=TEXT[:half], size=38)
    _set(draw, 860, 220, 17, texts=TEXT[half:], size=38)
    return page


def sealed() -> Any:
    """A seal of 4.2 cm over the last paragraphs, its ink over the letters as print over print."""
    from PIL import Image, ImageChops, ImageDraw

    page = clean()
    for left, top in ((420, 700), (900, 1050)):
        seal = Image.new("RGB", page.size, (255, 255, 255))
        draw = ImageDraw.Draw(seal)
        draw.ellipse((left, top, left + 330, top + 330), outline=(225, 35, 40), width=14)
        draw.regular_polygon((left + 165, top + 165, 60), 5, fill=(225, 35, 40))
        for number, character in enumerate("云川市人力资源和社会保障局"):
            draw.text(
                (left + 18 + number * 23, top + 60 + abs(number - 6) * 16),
                character,
                font=_font(34),
                fill=(225, 35, 40),
            )
        page = ImageChops.multiply(page, seal)
    return page


def faint() -> Any:
    """Grey ink on grey paper, with noise."""
    return _noisy(clean().point(lambda value: 172 + value * 40 // 255), 5)


def cropped() -> Any:
    """Cut at the ink on both sides and above."""
    return clean().crop((MARGIN - 1, 224, MARGIN + 28 * SIZE + 1, HEIGHT))


def table(degrees: float = 0.0) -> Any:
    """Two paragraphs and a table with a rule around every cell."""
    from PIL import Image

    page, draw = _page()
    top = _set(draw, MARGIN, 220, 28, texts=TEXT[:2])
    for number, row in enumerate((HEADER, *ROWS)):
        for column, cell in enumerate(row):
            x, y = MARGIN + column * 308, top + 60 + number * 84
            draw.rectangle((x, y, x + 308, y + 84), outline=(20, 20, 20), width=3)
            draw.text((x + 24, y + 18), cell, font=_font(40), fill=(20, 20, 20))
    return page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)) if degrees else page


def merged_table() -> Any:
    """A ruled table whose first column is merged over two rows."""
    page, draw = _page()
    top = _set(draw, MARGIN, 220, 28, texts=TEXT[:2]) + 60
    for column, cell in enumerate(MERGED_HEADER):
        _cell(draw, (MARGIN + column * 410, top, 410, 84), cell)
    for number, (group, rows) in enumerate(MERGED):
        _cell(draw, (MARGIN, top + 84 + number * 168, 410, 168), group)
        for place, row in enumerate(rows):
            for column, cell in enumerate(row, 1):
                _cell(draw, (MARGIN + column * 410, top + 84 * (1 + number * 2 + place), 410, 84), cell)
    return page


def _cell(draw: Any, box: tuple[int, int, int, int], text: str) -> None:
    """A cell with a rule around it. box: left, top, width and height."""
    x, y, width, height = box
    draw.rectangle((x, y, x + width, y + height), outline=(20, 20, 20), width=3)
    draw.text((x + 24, y + height // 2 - 24), text, font=_font(40), fill=(20, 20, 20))


def unruled_table() -> Any:
    """The table by tabulators, without a rule."""
    page, draw = _page()
    top = _set(draw, MARGIN, 220, 28, texts=TEXT[:2])
    for number, row in enumerate((HEADER, *ROWS)):
        for column, cell in enumerate(row):
            draw.text((MARGIN + 40 + column * 308, top + 60 + number * 76), cell, font=_font(40), fill=(20, 20, 20))
    return page


def small_print() -> Any:
    """The text in 9 pt."""
    page, draw = _page()
    _set(draw, MARGIN, 220, 50, size=25)
    return page


def at_the_spine() -> Any:
    """A grey copy of a bound volume: the shadow of its spine falls on the left third, the lines bend down into it by a line's half."""
    import numpy as np
    from PIL import Image

    values = np.asarray(clean()).astype(np.float32)
    across = np.arange(WIDTH)
    bend = (22 * np.exp(-across / 160)).astype(int)
    rows = np.clip(np.arange(HEIGHT)[:, None] - bend[None, :], 0, HEIGHT - 1)
    bent = values[rows, across[None, :]]
    light = 1 - 0.62 * np.exp(-across / 190)
    return _noisy(Image.fromarray((bent * 0.86 * light[None, :, None]).astype(np.uint8)), 8)


def speckled() -> Any:
    """Specks of dirt of one to three pixels on a half per cent of the page."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(7)
    values = np.asarray(clean()).copy()
    for size in (1, 2, 3):
        count = int(WIDTH * HEIGHT * 0.005 / 3 / size**2)
        for y, x in zip(rng.integers(0, HEIGHT - 3, count), rng.integers(0, WIDTH - 3, count), strict=True):
            values[y : y + size, x : x + size] = 30
    return Image.fromarray(values)


def blurred() -> Any:
    """A copy of a copy: out of focus by 2 pixels, then hardened, so that strokes run into each other."""
    from PIL import ImageFilter

    return clean().filter(ImageFilter.GaussianBlur(2.0)).point(lambda value: max(0, min(255, (value - 110) * 3)))


def faxed() -> Any:
    """Black and white at 100 dpi."""
    return (
        clean()
        .convert("L")
        .resize((WIDTH // 2, HEIGHT // 2))
        .point(lambda value: 255 if value > 150 else 0)
        .convert("RGB")
    )


def photographed() -> Any:
    """Taken with a telephone held askew in the light of a lamp on the right."""
    import numpy as np
    from PIL import Image

    corners = (40, 90, -60, HEIGHT + 40, WIDTH + 70, HEIGHT - 60, WIDTH - 90, 30)
    page = clean().transform(
        (WIDTH, HEIGHT), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
    )
    light = 0.55 + 0.42 * np.arange(WIDTH) / WIDTH
    return _noisy(Image.fromarray((np.asarray(page) * light[None, :, None]).astype(np.uint8)), 6)


def filed() -> Any:
    """Punched and stapled, with black edges where the lid was open and a pen's line under two lines."""
    from PIL import ImageDraw

    page = clean()
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 40, HEIGHT), fill=(25, 25, 25))
    draw.rectangle((0, HEIGHT - 50, WIDTH, HEIGHT), fill=(25, 25, 25))
    for y in (780, 1420):
        draw.ellipse((80, y, 145, y + 65), fill=(30, 30, 30))
    draw.line((70, 90, 130, 130), fill=(40, 40, 40), width=5)
    for y in (272, 560):
        draw.line((MARGIN, y + 6, 1300, y), fill=(30, 40, 170), width=4)
    return page


def footnotes() -> Any:
    """Three paragraphs, and two notes in small letters under a rule at the foot."""
    page, draw = _page()
    _set(draw, MARGIN, 220, 28, texts=TEXT[:3])
    draw.line((MARGIN, 2000, MARGIN + 400, 2000), fill=(20, 20, 20), width=2)
    for number, note in enumerate(NOTES):
        draw.text((MARGIN, 2020 + number * 50), note, font=_font(28), fill=(20, 20, 20))
    return page


def _jpeg(page: Any, quality: int) -> bytes:
    stream = io.BytesIO()
    page.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def mixed() -> bytes:
    """A PDF whose first page has a text layer and whose second is a scan."""
    stream, canvas = _canvas()
    words = canvas.beginText(72, 760)
    words.setFont("STSong-Light", 14)
    for text in TEXT[:3]:
        for at in range(0, len(text), 30):
            words.textLine(text[at : at + 30])
    canvas.drawText(words)
    canvas.showPage()
    page, draw = _page()
    _set(draw, MARGIN, 220, 28, texts=TEXT[3:])
    _draw_page(canvas, page)
    canvas.save()
    return bytes(stream.getvalue())


def _canvas() -> tuple[io.BytesIO, Any]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    return stream, Canvas(stream, pagesize=(595, 842), invariant=1)


def _draw_page(canvas: Any, page: Any) -> None:
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(page), 0, 0, 595, 842)


def _png(page: Any) -> bytes:
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def garbled(change: Callable[[str], str]) -> bytes:
    """A PDF that shows the page and whose text layer has other characters, as a wrong ToUnicode gives."""
    stream, canvas = _canvas()
    _draw_page(canvas, clean())
    words = canvas.beginText(72, 760)
    words.setFont("STSong-Light", 16)
    words.setTextRenderMode(3)
    for line in change("\n".join(TEXT)).split("\n"):
        words.textLine(line)
    canvas.drawText(words)
    canvas.save()
    return stream.getvalue()


IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]")


def replaced(text: str, seed: int = 1) -> str:
    """The text with every ideograph in the place of another one of it."""
    characters = sorted(set(IDEOGRAPHS.findall(text)))
    others = characters[:]
    random.Random(seed).shuffle(others)
    return text.translate(dict(zip(map(ord, characters), others, strict=True)))


def half_replaced(text: str, seed: int = 1) -> str:
    """The text with half of its different ideographs in the place of others of it, as where one font of two is wrong."""
    characters = sorted(set(IDEOGRAPHS.findall(text)))
    chance = random.Random(seed)
    wrong = chance.sample(characters, len(characters) // 2)
    return text.translate({ord(character): chance.choice(characters) for character in wrong})


def shifted(text: str, by: int = 1) -> str:
    """The text with every ideograph so many code points further."""
    return IDEOGRAPHS.sub(lambda one: chr(0x4E00 + (ord(one[0]) - 0x4E00 + by) % 20900), text)


def frequent_replaced(text: str, seed: int = 1) -> str:
    """The text with the 500 most frequent ideographs of the shipped documents in each other's place, as they come."""
    return text.translate(_frequent(seed))


@lru_cache
def _frequent(seed: int) -> dict[int, str]:
    folder = ROOT.parent / "corpus" / "documents"
    counted = Counter(IDEOGRAPHS.findall("".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.md")))))
    characters = [character for character, _ in counted.most_common(500)]
    others = characters[:]
    random.Random(seed).shuffle(others)
    return dict(zip(map(ord, characters), others, strict=True))


CHANGES: dict[str, Callable[[str], str]] = {
    "as they are": str,
    "each in the place of another": replaced,
    "the 500 most frequent in each other's place": frequent_replaced,
    "one code point further": shifted,
    "29 code points further": lambda text: shifted(text, 29),
    "half of them in the place of others": half_replaced,
}


PAGES: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "clean": ("a.png", lambda: _png(clean()), TEXT),
    "slanted by 2.5 degrees": ("a.png", lambda: _png(slanted(-2.5)), TEXT),
    "slanted by 4 degrees, noise": ("a.png", lambda: _png(slanted(4.0, 30)), TEXT),
    "on its left side": ("a.png", lambda: _png(clean().rotate(90, expand=True)), TEXT),
    "on its right side": ("a.png", lambda: _png(clean().rotate(270, expand=True)), TEXT),
    "on its head": ("a.png", lambda: _png(clean().rotate(180)), TEXT),
    "two columns": ("a.png", lambda: _png(columns()), TEXT),
    "red seals over text": ("a.png", lambda: _png(sealed()), TEXT),
    "faint ink": ("a.png", lambda: _png(faint()), TEXT),
    "margins cut off": ("a.png", lambda: _png(cropped()), TEXT),
    "shadow and bend at the spine": ("a.png", lambda: _png(at_the_spine()), TEXT),
    "specks": ("a.png", lambda: _png(speckled()), TEXT),
    "copy of a copy": ("a.png", lambda: _png(blurred()), TEXT),
    "fax at 100 dpi": ("a.png", lambda: _png(faxed()), TEXT),
    "photograph": ("a.jpg", lambda: _jpeg(photographed(), 80), TEXT),
    "JPEG of quality 12": ("a.jpg", lambda: _jpeg(clean(), 12), TEXT),
    "punched, black edges, underlined": ("a.png", lambda: _png(filed()), TEXT),
    "small print": ("a.png", lambda: _png(small_print()), TEXT),
    "footnotes": ("a.png", lambda: _png(footnotes()), (*TEXT[:3], *NOTES)),
    "ruled table": ("a.png", lambda: _png(table()), TEXT[:2]),
    "ruled table, slanted by 1.5 degrees": ("a.png", lambda: _png(table(-1.5)), TEXT[:2]),
    "ruled table, merged cells": ("a.png", lambda: _png(merged_table()), TEXT[:2]),
    "table without rules": ("a.png", lambda: _png(unruled_table()), TEXT[:2]),
    "text page and scanned page": ("a.pdf", mixed, TEXT),
    "garbled layer": ("a.pdf", lambda: garbled(replaced), TEXT),
    "garbled layer of frequent characters": ("a.pdf", lambda: garbled(frequent_replaced), TEXT),
    "half garbled layer": ("a.pdf", lambda: garbled(half_replaced), TEXT),
}
# The rows of a page's table, each as the line it should be.
TABLES: dict[str, list[str]] = {
    "ruled table": LINES,
    "ruled table, slanted by 1.5 degrees": LINES,
    "ruled table, merged cells": MERGED_LINES,
    "table without rules": LINES,
}


def measure(name: str) -> dict[str, Any]:
    """The figures of one page."""
    from corpus.readers import read_bytes
    from errors import ReadError

    file, make, wanted = PAGES[name]
    data = make()
    begun = time.process_time()
    try:
        found = read_bytes(file, data).text
    except ReadError as error:
        found = str(error)
    figures: dict[str, Any] = {
        "characters": round(character_recall(plain(found), plain("".join(wanted))), 4),
        "runs": round(run_recall(plain(found), plain("".join(wanted))), 4),
        "seconds": round(time.process_time() - begun, 1),
    }
    if name in TABLES:
        lines = [plain(line) for line in found.split("\n")]
        figures["rows"] = sum(plain(row) in lines for row in TABLES[name])
        figures["of"] = len(TABLES[name])
    return figures


def as_table(results: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table."""
    lines = ["| page | characters | runs of five | rows | CPU seconds |", "|---|---|---|---|---|"]
    for name, row in results.items():
        rows = f"{row['rows']} of {row['of']}" if "rows" in row else ""
        lines.append(f"| {name} | {row['characters']:.3f} | {row['runs']:.3f} | {rows} | {row['seconds']} |")
    return "\n".join(lines)


def print_pairs(folder: Path) -> None:
    """Prints for each way of garbling the extremes of what `pair_evidence` says of pieces of 800 characters, and how many are found."""
    from corpus.text.garbled import is_garbled, pair_evidence

    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.suffix in (".txt", ".md")]
    for name, change in CHANGES.items():
        pieces = [change(text[at : at + 800]) for text in texts for at in range(0, len(text), 800)]
        told = sorted(evidence.adjacency_gain for piece in pieces if (evidence := pair_evidence(piece)) is not None)
        found = sum(map(is_garbled, pieces))
        middle = told[len(told) // 2]
        print(f"{name}: {found} of {len(told)} found; least {told[0]:.2f}, middle {middle:.2f}, most {told[-1]:.2f}")


def main() -> None:
    """Measure, print the table, write the figures beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="one page by its name")
    parser.add_argument("--garbled", type=Path, metavar="DIR", help="what tells garbled texts, over those in DIR")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "scans.json", help="where the figures go")
    arguments = parser.parse_args()
    if arguments.garbled:
        print_pairs(arguments.garbled)
        return
    if not FONT.exists():
        print(f"not measured: the font {FONT.name} is not installed")
        return
    results = {name: measure(name) for name in PAGES if arguments.only in (None, name)}
    print(as_table(results))
    if arguments.only is None:
        arguments.out.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
