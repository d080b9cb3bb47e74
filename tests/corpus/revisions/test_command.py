"""`python -m corpus diff`: the table for people, as JSON and as a Word document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT

SHIPPED = ROOT / "corpus" / "documents" / "示例"
OLD, NEW = SHIPPED / "青岚市-人才安居补贴暂行办法（2020年）.md", SHIPPED / "青岚市-人才安居补贴实施办法.md"


def diff(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "corpus", "diff", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """The JSON and the Word document of the two shipped versions."""
    out = tmp_path_factory.mktemp("diff") / "对照表.docx"
    done = diff(OLD, NEW, "--json", "--docx", out)
    assert (done.returncode, done.stderr) == (0, f"written: {out}\n")
    return json.loads(done.stdout), out


def test_json_cites_both_sides(made: tuple[dict[str, object], Path]) -> None:
    table, _ = made
    assert table["new"]["number"] == "青政规〔2023〕5号"  # type: ignore[index]
    row = next(row for row in table["rows"] if row["renumbered"] == ["第四条", "第五条"])  # type: ignore[attr-defined]
    words = [[side and side["quote"] for side in (change["old"], change["new"])] for change in row["changes"]]
    assert ["一年", "三年"] in words
    assert ["十二个月", "六个月"] in words
    assert row["old"]["locator"] == "《青岚市人才安居补贴暂行办法（示例）》（青政规〔2020〕8号）第四条"
    assert row["summary"][:2] == ["修改", "原第四条 → 第五条"]


def test_word_marks_what_was_left_out_and_put_in(made: tuple[dict[str, object], Path]) -> None:
    from docx import Document

    table = Document(str(made[1])).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["原条文", "新条文", "变化"]
    assert len(table.rows) == len(made[0]["rows"]) + 1  # type: ignore[arg-type]
    cells = next(row.cells for row in table.rows if row.cells[0].text.startswith("第四条"))
    struck = [run.text for run in cells[0].paragraphs[0].runs if run.font.strike]
    coloured = [run.text for run in cells[1].paragraphs[0].runs if run.font.bold and run.font.color.rgb]
    assert "一年" in struck
    assert "三年" in coloured
    assert "“一年”改为“三年”" in cells[2].text


def test_for_people() -> None:
    done = diff(OLD, NEW)
    assert done.returncode == 0
    assert "[修改] 第八条 → 第十八条" in done.stdout
    assert "[-2020年8月15日-]" in done.stdout
    assert "{+2023年8月1日+}" in done.stdout


def test_a_missing_file_is_one_line() -> None:
    done = diff(OLD, "no.md")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "there is no such file" in done.stderr
