"""How truly documents are read: articles of laws, number, date and title of official pages, characters of scans.

One command: `python -m benchmarks.corpus_accuracy`. It needs ../shared/bench for the first two and a Noto CJK font for the third;
what is absent is left out and said. The pages and laws are development data: the rules were written with them in sight.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from corpus.document import assemble_document, read_document
from corpus.folder import scan_folder
from corpus.passages import split_passages
from corpus.readers import read_bytes as read_format
from tests.corpus import specimens

ROOT = Path(__file__).resolve().parent
_ARTICLE = re.compile(r"(?m)^第[零〇一二三四五六七八九十百千0-9]+条(?:之[一二三四五六七八九十]+)?[ \u3000]")
# An article whose space slipped before 条 (第七十五 条体育…): found as a node, not by the expression above.
_SLIPPED = re.compile(r"第[零〇一二三四五六七八九十百千0-9]+[ \u3000]条")


def articles(folder: Path) -> dict[str, object]:
    """Articles found as nodes against a count of their own by a regular expression, and articles that a passage's locator names."""
    wanted = found = other = named = slipped = 0
    for file in scan_folder(folder).files:
        document = read_document(file)
        starts = {match.start() for match in _ARTICLE.finditer(document.text)}
        nodes = {node.start: node.label for node in document.outline if node.kind == "article"}
        wanted, found, other = wanted + len(starts), found + len(starts & set(nodes)), other + len(set(nodes) - starts)
        slipped += sum(_SLIPPED.match(document.text, start) is not None for start in set(nodes) - starts)
        opening = {passage.start: passage.locator for passage in split_passages(document)}
        named += sum(nodes[start] in opening[start] for start in starts & set(nodes) & set(opening))
    return {
        "articles_by_regular_expression": wanted,
        "found_as_nodes": found,
        "share": round(found / wanted, 5),
        "nodes_that_the_count_does_not_have": other,
        "of_these_articles_with_a_slipped_space": slipped,
        "articles_that_open_a_passage_and_its_locator": named,
    }


def pages(folder: Path) -> dict[str, object]:
    """Official pages whose number, date and title all equal the annotation."""
    wanted = {entry["doc"]: entry for entry in map(json.loads, (folder / "meta.jsonl").read_text("utf-8").splitlines())}
    right = 0
    wrong = []
    for file in scan_folder(folder / "corpus").files:
        document, want = read_document(file), wanted[file.source]
        number, issued = document.metadata.number, document.metadata.issued
        got = (document.title, number.value if number else None, issued.value if issued else None)
        if got == (want["title"], want["number"], want["date"]):
            right += 1
        else:
            wrong.append(file.source)
    return {"pages": len(wanted), "number_date_and_title_right": right, "wrong": wrong}


def scans() -> dict[str, object]:
    """Characters of a page of A4 in 16 pt type at 200 dpi that OCR gets right: 1 - Levenshtein distance / length."""
    text = "\n".join([specimens.PARAGRAPHS[0], *specimens.AFTER, *specimens.PARAGRAPHS, specimens.OPINION])
    wanted = "".join(text.split())
    shares = {}
    for name, data in (("page.png", specimens.picture(text)), ("page.pdf", specimens.scanned_pdf(text))):
        found = "".join(assemble_document(name, read_format(name, data), "").text.split())
        shares[name] = round(1 - specimens.distance(found, wanted) / len(wanted), 4)
    return {"characters": len(wanted), "share_right": shares}


def main() -> None:
    """Measure what can be measured here, print it, write it beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, default=ROOT.parent.parent / "shared/bench", help="folder of the suites")
    bench = parser.parse_args().bench
    results: dict[str, object] = {}
    if (bench / "stard/corpus").is_dir():
        results["articles"] = articles(bench / "stard/corpus")
    if (bench / "guangzhou").is_dir():
        results["official_pages"] = pages(bench / "guangzhou")
    if specimens.FONT.exists():
        results["ocr_200_dpi"] = scans()
    print(json.dumps(results, indent=2, ensure_ascii=False))
    (ROOT / "results" / "corpus_accuracy.json").write_text(
        json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
