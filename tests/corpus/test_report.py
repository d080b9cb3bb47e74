"""The page that says what became of a folder's files."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.report import advice_for, doubt_about, report_for_people, report_to_dict, survey_folder
from tests.corpus import specimens


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "好\u202e.docx").write_bytes(specimens.docx())
    (tmp_path / "坏.docx").write_bytes(specimens.docx()[:3000])
    (tmp_path / "程序.exe").write_bytes(b"MZ")
    (tmp_path / "乱.txt").write_text("第一条 " + "\ue000" * 30 + "办法" * 40, "utf-8")
    (tmp_path / "表.zip").write_bytes(_archive())
    return tmp_path


def _archive() -> bytes:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("好.txt", "第一条 甲")
        package.writestr("坏.pdf", b"%PDF-1.4 nothing")
    return stream.getvalue()


def test_every_file_is_counted_once(folder: Path) -> None:
    told: list[tuple[int, int, str]] = []
    files = survey_folder(folder, lambda done, total, name: told.append((done, total, name)))
    whole = report_to_dict(files)
    assert [file.source for file in files] == sorted(file.name for file in folder.iterdir())
    assert whole["formats"]["all"] == {"files": 5, "read": 3, "refused": 2, "warned": 1, "pages_by_ocr": 0}
    assert {each["source"] for each in whole["refused"]} == {"坏.docx", "程序.exe"}
    assert [each["source"] for each in whole["doubtful"]] == ["乱.txt", "表.zip"]
    assert [each["do"] for each in whole["warned"]] == [advice_for("坏.pdf was left out")]
    assert told[-1][:2] == (4, 4)


def test_the_page_shows_names_safely(folder: Path) -> None:
    page = report_for_people(survey_folder(folder))
    assert page.startswith("3 of 5 files read\n")
    assert "\u202e" not in page
    assert "坏.docx: the file is damaged" in page


def _warnings_written() -> list[str]:
    """The words of every warning that a reader gives, as its code has them."""
    found = []
    for path in sorted((Path(__file__).parents[2] / "corpus" / "readers").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "warn":
                words = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
                found.append("".join(word for word in words if isinstance(word, str)))
    return [words for words in found if words]


def test_every_warning_says_what_to_do() -> None:
    written = _warnings_written()
    assert len(written) > 15
    others = [
        "3 of 40 lines are not UTF-8 and were read as gb18030",
        "2 characters could not be read and show as \ufffd",
        "the encoding may be another than gb18030: the text holds characters that are hardly ever used",
        "lines broken at 80 columns were joined to paragraphs",
        "the front matter is not closed with --- and was left in the text",
        "坏.pdf was left out: the PDF is damaged",
    ]
    assert [warning for warning in (*written, *others) if not advice_for(warning)] == []


def test_doubt() -> None:
    assert doubt_about("办法" * 40) == ""
    assert doubt_about("办法") == "only 2 characters"
    assert doubt_about("办法" * 40 + "\ufffd" * 4) == "4 of 84 characters could not be read"
    assert "none that a text is written in" in doubt_about("办法" * 40 + "\u0301" * 20)


def test_the_command(folder: Path) -> None:
    command = [sys.executable, "-m", "corpus", "report", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=100)
    assert json.loads(done.stdout)["formats"]["all"]["read"] == 3
