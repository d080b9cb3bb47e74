"""How fast documents come in: text to passages and PDF to text, beside LangChain's plain splitter and the bare PDF library.

One command: `python -m benchmarks.corpus_speed [--laws DIR] [--every N]`. CPU seconds of one process, all ways interleaved over
the same files in one run, so that other load on the machine touches them alike.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpus import tokens
from corpus.document import read_document
from corpus.folder import read_many_files, scan_folder
from corpus.passages import split_passages
from corpus.types import Document, SourceFile

ROOT = Path(__file__).resolve().parent
BATCH = 50


def _plain(paths: list[str]) -> int:
    """Read the file, cut at 400 characters: what a user would write first."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=400, chunk_overlap=0)
    return sum(len(splitter.split_text(Path(path).read_text("utf-8"))) for path in paths)


def _budgeted(paths: list[str]) -> int:
    """The same splitter held to 512 tokens, as ours is."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=512, chunk_overlap=0, length_function=tokens.count_tokens)
    return sum(len(splitter.split_text(Path(path).read_text("utf-8"))) for path in paths)


def _documents(paths: list[str]) -> int:
    """The plain splitter's Documents with their offsets, the nearest to a Passage that it makes."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=400, chunk_overlap=0, add_start_index=True)
    texts = [Path(path).read_text("utf-8") for path in paths]
    return len(splitter.create_documents(texts, [{"source": path} for path in paths]))


def _ours(paths: list[str]) -> int:
    """Read, outline, metadata, passages with locators and headings."""
    return sum(len(split_passages(read_document(SourceFile(path, path, 0, "")))) for path in paths)


def _text(folder: Path, every: int) -> dict[str, object]:
    paths = [file.path for file in scan_folder(folder).files[::every]]
    characters = sum(len(Path(path).read_text("utf-8")) for path in paths)
    ways: dict[str, Callable[[list[str]], int]] = {
        "suyuan": _ours,
        "langchain_split_text": _plain,
        "langchain_create_documents": _documents,
        "langchain_split_text_512_tokens": _budgeted,
    }
    seconds = dict.fromkeys(ways, 0.0)
    pieces = dict.fromkeys(ways, 0)
    for way in ways.values():
        way(paths[:2])  # imports and caches
    for start in range(0, len(paths), BATCH):
        for name, way in ways.items():
            began = time.process_time()
            pieces[name] += way(paths[start : start + BATCH])
            seconds[name] += time.process_time() - began
    speeds = {name: characters / value for name, value in seconds.items()}
    return {
        "files": len(paths),
        "characters": characters,
        "characters_per_second": {name: round(value) for name, value in speeds.items()},
        "pieces": pieces,
        "ratio_to_plain_splitter": round(speeds["suyuan"] / speeds["langchain_split_text"], 3),
        "ratio_to_create_documents": round(speeds["suyuan"] / speeds["langchain_create_documents"], 3),
        "ratio_to_splitter_held_to_512_tokens": round(speeds["suyuan"] / speeds["langchain_split_text_512_tokens"], 3),
    }


def _made_pdf(pages: int) -> bytes:
    """A PDF of full pages of Chinese text with running lines and indents."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    sentence = "各部门应当按照职责分工落实本办法规定的各项任务，并于每年年底前报告进展情况。"
    for page in range(pages):
        canvas.setFont("STSong-Light", 14)
        canvas.drawString(72, 800, "某某市人民政府公报")
        text = "".join(f"第{page * 3 + n}项任务是{sentence * 3}" for n in range(6))
        for row in range(28):
            indent = 28 if row % 7 == 0 else 0
            canvas.drawString(72 + indent, 760 - row * 24, text[row * 30 : row * 30 + 30 - indent // 14])
        canvas.drawCentredString(300, 40, f"- {page + 1} -")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _bare_pdf(data: bytes) -> int:
    """What LangChain's pypdfium2 loader does with a page: its text as the library gives it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    count = 0
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        count += len(textpage.get_text_range())
        textpage.close()
        page.close()
    document.close()
    return count


def _pdf(pages: int) -> dict[str, object]:
    data = _made_pdf(pages)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.pdf")
        path.write_bytes(data)
        file = SourceFile("a.pdf", str(path), len(data), "")
        began = time.process_time()
        split_passages(read_document(file))
        ours = time.process_time() - began
        began = time.process_time()
        _bare_pdf(data)
        bare = time.process_time() - began
        began = time.perf_counter()
        (found,) = read_many_files([file])
        child = time.perf_counter() - began
    if not isinstance(found, Document):
        raise SystemExit(found.reason)
    return {
        "pages": pages,
        "pages_per_second": {"suyuan": round(pages / ours), "bare_pdfium_text": round(pages / bare)},
        "pages_per_wall_second_through_the_child": round(pages / child),
    }


def _children(pages: int) -> dict[str, object]:
    """Wall seconds to read eight PDFs by one child and by two: two help where a second core is free."""
    data = _made_pdf(max(1, pages // 8))
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        for n in range(8):
            Path(folder, f"{n}.pdf").write_bytes(data)
        files = scan_folder(Path(folder)).files
        for children in (1, 2):
            began = time.perf_counter()
            documents = sum(isinstance(found, Document) for found in read_many_files(files, children=children))
            seconds[children] = round(time.perf_counter() - began, 2)
            if documents != len(files):
                raise SystemExit(f"{documents} of {len(files)} PDFs were read")
    return {"files": len(files), "wall_seconds": {"one_child": seconds[1], "two_children": seconds[2]}}


def main() -> None:
    """Measure, print a table, write the results beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--laws", type=Path, default=ROOT.parent.parent / "shared/bench/stard/corpus", help="folder of text files"
    )
    parser.add_argument("--every", type=int, default=4, help="take every Nth file (default 4)")
    parser.add_argument("--pages", type=int, default=300, help="pages of the PDF that is made (default 300)")
    arguments = parser.parse_args()
    results = {
        "python": platform.python_version(),
        "processor_cores": __import__("os").cpu_count(),
        "text": _text(arguments.laws, arguments.every),
        "pdf": _pdf(arguments.pages),
        "pdf_folder": _children(arguments.pages),
    }
    print(json.dumps(results, indent=2))
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "corpus_speed.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
