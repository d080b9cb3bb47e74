"""The commands card, compare, calendar and cards: what they print and write, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assistant.cards.table import write_workbook
from assistant.cards.types import CardField, PolicyCard
from assistant.console import main
from assistant.types import Citation
from errors import IndexMissing, QuestionError, ReadError
from settings import ROOT

NEW = ROOT / "corpus" / "documents" / "示例" / "青岚市-人才安居补贴实施办法.md"
OLD = ROOT / "corpus" / "documents" / "示例" / "青岚市-人才安居补贴暂行办法（2020年）.md"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUYUAN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "新.md").write_bytes(NEW.read_bytes())
    (folder / "旧.md").write_bytes(OLD.read_bytes())
    return folder


def test_a_card_for_people_and_for_machines(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    assert main(["card", str(NEW)]) == 0
    shown = capsys.readouterr().out
    assert "【支持内容和标准】" in shown
    assert main(["card", str(NEW), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert [field["name"] for field in card["fields"]][:2] == ["适用对象", "支持内容和标准"]
    validity = next(field for field in card["fields"] if field["key"] == "validity")
    assert validity["citations"][0]["quote"] == "第十八条 本办法自2023年8月1日起施行，有效期至2033年7月31日。"
    assert len(list((data / "cards").glob("*.json"))) == 1


def test_two_documents_side_by_side_with_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(NEW), str(OLD), "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)
    row = next(row for row in compared["rows"] if row["key"] == "validity")
    text = NEW.read_text(encoding="utf-8")
    for cell, name in zip(row["cells"], (NEW, OLD), strict=True):
        assert cell["citations"], name
        assert cell["differing"]
        [first] = cell["citations"][:1]
        low, high = cell["differing"][0]
        assert first["start"] <= low < high <= first["end"]
    assert "2023年8月1日" in text
    assert main(["compare", str(NEW), str(NEW)]) == 0
    same = capsys.readouterr().out
    assert "▸" not in same
    assert main(["compare", str(NEW), str(OLD)]) == 0
    assert "▸2033年7月31日◂" in capsys.readouterr().out


@pytest.mark.parametrize("files", [[NEW], [NEW] * 6])
def test_one_document_or_six_are_not_compared(files: list[Path]) -> None:
    with pytest.raises(QuestionError, match="2 to 5"):
        main(["compare", *map(str, files)])


def test_the_calendar_of_a_folder(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "--corpus", str(corpus), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert ("2033-07-31", "expires") in {(one["date"], one["kind"]) for one in found}
    assert [one["date"] for one in found] == sorted(one["date"] for one in found)
    assert main(["calendar", "--corpus", str(corpus)]) == 0
    assert "2033-07-31  有效期届满" in capsys.readouterr().out
    out = tmp_path / "days.ics"
    assert main(["calendar", "--corpus", str(corpus), "--ics", str(out)]) == 0
    assert out.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert capsys.readouterr().out == ""


def test_the_table_of_a_folder_says_where_every_word_stands(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "cards.xlsx"
    assert main(["cards", "--corpus", str(corpus), "--out", str(out)]) == 0
    book = load_workbook(out)
    overview, sources = book["政策速览"], book["出处"]
    assert overview.max_row == 3
    head = [cell.value for cell in overview[1]]
    support = overview.cell(2, head.index("支持内容和标准") + 1)
    assert "[" in str(support.value)
    assert support.comment is not None
    assert "第" in support.comment.text
    texts = {path.name: path.read_text(encoding="utf-8") for path in corpus.iterdir()}
    for row in sources.iter_rows(min_row=2, values_only=True):
        assert str(row[4]) in texts[str(row[7])]
    assert sources.max_row > 20


def test_words_that_look_like_a_formula_stay_words(tmp_path: Path) -> None:
    quote = '=HYPERLINK("http://x","补贴")\x07'
    citation = Citation(1, "d", "a.md", "=1+1", "第一条", 0, len(quote), quote, "0" * 64, verified=True)
    card = PolicyCard("d", "a.md", "=1+1", "0" * 64, "1", (CardField("support", (citation,)),))
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_workbook([card]))
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value]
    assert all(cell.data_type != "f" for cell in cells)
    assert "=1+1" in [cell.value for cell in cells]


def test_what_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        main(["card", str(tmp_path / "no.md")])
    with pytest.raises(IndexMissing, match="index build"):
        main(["calendar", "--index", str(tmp_path / "none")])
