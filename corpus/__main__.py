"""`python -m corpus show FILE`: a document as the system reads it. Knows nothing of search."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

from corpus import console
from corpus.errors import ReadError
from corpus.folder import read_many
from corpus.passages import split
from corpus.types import Document, FailedFile, Passage, SourceFile, Value

_NAMES = {
    "issuer": "发文机关",
    "number": "发文字号",
    "issued": "成文日期",
    "effective": "施行日期",
    "expires": "有效期至",
    "status": "效力",
    "replaces": "废止或替代",
    "region": "地区",
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m corpus", description="documents as the system reads them")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="one document: outline, metadata, passages with locators, warnings")
    show.add_argument("file", type=Path, help="the file")
    show.add_argument("--tokens", type=int, default=256, help="most tokens in a passage (default 256)")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything as one JSON object")
    form.add_argument("--text", action="store_true", help="the text alone, the one that offsets count in")
    return parser.parse_args()


def _open(path: Path) -> Document:
    if not path.is_file():
        raise ReadError("there is no such file", path, "name a document")
    found = next(read_many([SourceFile(path.name, str(path.resolve()), path.stat().st_size, "")]))
    if isinstance(found, FailedFile):
        raise ReadError(f"{path.name} cannot be read", found.reason)
    return found


def _for_people(document: Document, passages: list[Passage]) -> str:
    lines = [document.title, f"{document.source}, {len(document.text)} characters, {len(passages)} passages", ""]
    for entry in fields(document.metadata):
        value = getattr(document.metadata, entry.name)
        values = [value] if isinstance(value, Value) else list(value or ())
        lines += [f"  {_NAMES[entry.name]}: {item.value}" for item in values]
    lines += ["", "outline"]
    lines += [f"{'  ' * node.level}{node.label} {node.title}".rstrip() for node in document.outline]
    for number, passage in enumerate(passages, 1):
        lines += ["", f"[{number}] {passage.locator}  {passage.start}-{passage.end}"]
        lines += [f"    {' > '.join(passage.headings)}"] if passage.headings else []
        lines += [f"    {line}" for line in passage.text.split("\n")]
    lines += ["", *(f"warning: {warning}" for warning in document.warnings)]
    return "\n".join(lines)


def main() -> int:
    """Run the command. Returns the exit code."""
    arguments = _arguments()
    document = _open(arguments.file)
    if arguments.text:
        sys.stdout.write(document.text)
        return 0
    passages = split(document, arguments.tokens)
    if arguments.json:
        whole = {"document": asdict(document), "passages": [asdict(passage) for passage in passages]}
        print(json.dumps(whole, ensure_ascii=False))
    else:
        print(_for_people(document, passages))
    return 0


if __name__ == "__main__":
    console.run(main)
