"""How pages that were scanned badly are read: `python -m benchmarks.scans [--out FILE] [--only NAME]`.

Pages are set in 16 pt from a text of the shipped documents' kind and damaged as scanners and people damage them. For each: the share of
its characters that the document has as often (`characters`), the share that stands in a run of five characters that the document has
too, which tells the order (`runs`), and of its table the rows whose line is right to the character (`rows`); seconds of CPU. With
`--garbled` it prints instead how many pairs of ideographs are Chinese in real files and in the same with every ideograph replaced.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import time
from collections.abc import Callable
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


def _png(page: Any) -> bytes:
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def garbled() -> bytes:
    """A PDF that shows the page and whose text layer has another character for each ideograph, as a wrong ToUnicode gives."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    canvas.drawImage(ImageReader(clean()), 0, 0, 595, 842)
    words = canvas.beginText(72, 760)
    words.setFont("STSong-Light", 16)
    words.setTextRenderMode(3)
    for line in replaced("\n".join(TEXT)).split("\n"):
        words.textLine(line)
    canvas.drawText(words)
    canvas.save()
    return stream.getvalue()


def replaced(text: str, seed: int = 1) -> str:
    """The text with every ideograph in the place of another one of it."""
    characters = sorted(set(re.findall(r"[\u4e00-\u9fff]", text)))
    others = characters[:]
    random.Random(seed).shuffle(others)
    return text.translate(dict(zip(map(ord, characters), others, strict=True)))


PAGES: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "clean": ("a.png", lambda: _png(clean()), TEXT),
    "slanted by 2.5 degrees": ("a.png", lambda: _png(slanted(-2.5)), TEXT),
    "slanted by 4 degrees, noise": ("a.png", lambda: _png(slanted(4.0, 30)), TEXT),
    "on its side": ("a.png", lambda: _png(clean().rotate(90, expand=True)), TEXT),
    "on its head": ("a.png", lambda: _png(clean().rotate(180)), TEXT),
    "two columns": ("a.png", lambda: _png(columns()), TEXT),
    "red seals over text": ("a.png", lambda: _png(sealed()), TEXT),
    "faint ink": ("a.png", lambda: _png(faint()), TEXT),
    "margins cut off": ("a.png", lambda: _png(cropped()), TEXT),
    "ruled table": ("a.png", lambda: _png(table()), TEXT[:2]),
    "ruled table, slanted by 1.5 degrees": ("a.png", lambda: _png(table(-1.5)), TEXT[:2]),
    "garbled text layer": ("a.pdf", garbled, TEXT),
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
    if "table" in name:
        lines = {plain(line) for line in found.split("\n")}
        figures["rows"] = sum(plain(line) in lines for line in LINES)
    return figures


def as_table(results: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table."""
    lines = ["| page | characters | runs of five | rows | CPU seconds |", "|---|---|---|---|---|"]
    for name, row in results.items():
        rows = f"{row['rows']} of {len(LINES)}" if "rows" in row else ""
        lines.append(f"| {name} | {row['characters']:.3f} | {row['runs']:.3f} | {rows} | {row['seconds']} |")
    return "\n".join(lines)


def known_pairs_of(folder: Path) -> None:
    """Prints the extremes of both kinds over the texts of a folder."""
    from corpus.text.garbled import known_pairs

    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.txt"))]
    for name, change in (("as they are", str), ("replaced", replaced)):
        pieces = [change(text)[at : at + 800] for text in texts for at in range(0, len(text), 800)]
        shares = sorted(share for piece in pieces if (share := known_pairs(piece)) is not None)
        print(
            f"{name}: {len(shares)} pieces, least {shares[0]:.3f}, middle {shares[len(shares) // 2]:.3f}, most {shares[-1]:.3f}"
        )


def main() -> None:
    """Measure, print the table, write the figures beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="one page by its name")
    parser.add_argument("--garbled", type=Path, metavar="DIR", help="known pairs of the texts in DIR instead")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "scans.json", help="where the figures go")
    arguments = parser.parse_args()
    if arguments.garbled:
        known_pairs_of(arguments.garbled)
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
