"""Makes the golden files anew: `python -m tests.corpus.remake`. Needs LibreOffice, Chromium and Noto Serif CJK.

tests/corpus/golden holds one small file a format and beside it, in NAME.txt, what `python -m corpus show NAME` must print:
title, metadata, outline, and every passage with its locator. Read the difference before you commit it.
"""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from corpus.__main__ import document_for_people
from corpus.folder import read_many_files
from corpus.passages import split_passages
from corpus.readers import office
from corpus.types import FailedFile, SourceFile
from tests.corpus import specimens
from tests.corpus.specimens import AFTER, HEADER, NUMBER, PARAGRAPHS, ROWS, SIGNATURE, TITLE

FOLDER = Path(__file__).with_name("golden")
SCANNED = "\n".join([TITLE, NUMBER, *PARAGRAPHS, *AFTER, *SIGNATURE])


def shown(path: Path) -> str:
    """What `python -m corpus show` prints of a file."""
    found = next(read_many_files([SourceFile(path.name, str(path), path.stat().st_size, "")]))
    if isinstance(found, FailedFile):
        raise ValueError(f"{found.source}: {found.reason}")
    return document_for_people(found, split_passages(found)) + "\n"


def text() -> bytes:
    """Plain text in GB18030."""
    return "\n".join([TITLE, NUMBER, *PARAGRAPHS, *AFTER, *SIGNATURE]).encode("gb18030")


def markdown() -> bytes:
    """Front matter, headings and a pipe table."""
    table = ["| " + " | ".join(row) + " |" for row in (HEADER, ("---",) * 3, *ROWS)]
    front = ["---", f"title: {TITLE}", f"number: {NUMBER}", "issuer: 某某市财政局", "date: 2021-03-09", "---", ""]
    body = ["## 第一章 总则", *PARAGRAPHS, "", "表1 差旅标准", "", *table, "", "## 第二章 附则", *AFTER]
    return "\n".join([*front, *body]).encode()


def printed(folder: Path) -> bytes:
    """The web page as Chromium prints it."""
    page, out = folder / "page.html", folder / "page.pdf"
    page.write_bytes(specimens.html().replace(b"<head>", b"<head><style>td, th { border: 1px solid }</style>"))
    program = shutil.which("chromium") or "chromium"
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={out}", page.as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    return out.read_bytes()


def converted(folder: Path, suffix: str) -> bytes:
    """The Word file as LibreOffice saves it in another format."""
    (folder / "a.docx").write_bytes(specimens.docx())
    command = [
        str(office.find_libreoffice()),
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        suffix,
    ]
    subprocess.run([*command, "--outdir", str(folder), str(folder / "a.docx")], capture_output=True, check=True)
    return (folder / f"a.{suffix}").read_bytes()


def scan(kind: str) -> bytes:
    """A page at 200 dpi, as a picture or as a PDF without a text layer."""
    from PIL import Image

    stream = io.BytesIO()
    page = Image.open(io.BytesIO(specimens.picture(SCANNED))).convert("L")
    page.save(stream, kind, resolution=200) if kind == "PDF" else page.save(stream, kind, optimize=True)
    return stream.getvalue()


def files(folder: Path) -> dict[str, bytes]:
    """Every golden file by its name. `folder` takes what other programs write."""
    return {
        "notice.txt": text(),
        "notice.md": markdown(),
        "notice.html": specimens.html(),
        "notice.mhtml": specimens.mhtml(),
        "notice.docx": specimens.docx(),
        "notice.doc": converted(folder, "doc"),
        "notice.odt": converted(folder, "odt"),
        "notice.pdf": specimens.pdf(),
        "columns.pdf": specimens.pdf(columns=True),
        "printed.pdf": printed(folder),
        "notice.ofd": specimens.ofd(template="某某市财政局文件专用笺第八号"),
        "standard.xlsx": specimens.xlsx(),
        "standard.csv": specimens.csv(),
        "slides.pptx": specimens.pptx(),
        "scan.png": scan("PNG"),
        "scan.pdf": scan("PDF"),
    }


def main() -> None:
    """Write the files and what is read from them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files(Path(folder)).items():
            path = FOLDER / name
            path.write_bytes(data)
            Path(f"{path}.txt").write_text(shown(path), "utf-8")


if __name__ == "__main__":
    main()
