"""Many questions: JSONL, CSV, XLSX; going on after a kill; errors kept with their row."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from assistant import Assistant
from assistant.batch import answer_batch, read_cases
from errors import SuyuanError

ROWS: list[dict[str, Any]] = [
    {"id": "a", "question": "云湖市创业补贴每户多少钱？", "standalone": "不该用的提示"},
    {"id": "b", "question": ""},
    {"id": "c", "question": "那东山县呢？", "history": [{"question": "云湖市创业补贴每户多少钱？", "answer": "5万元"}]},
]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_jsonl(assistant: Assistant, tmp_path: Path) -> None:
    cases = write(tmp_path / "cases.jsonl", ROWS)
    out = tmp_path / "deep" / "answers.jsonl"
    assert answer_batch(lambda: assistant, cases, out) == 1
    answers = lines(out)
    assert [(row["id"], row["status"]) for row in answers] == [("a", "answered"), ("b", "error"), ("c", "answered")]
    assert "5万元" in answers[0]["text"]
    assert "empty" in answers[1]["text"]
    assert "3万元" in answers[2]["text"]


def test_goes_on_and_tries_errors_again(assistant: Assistant, tmp_path: Path) -> None:
    cases, out = write(tmp_path / "cases.jsonl", ROWS[:1]), tmp_path / "answers.jsonl"
    answer_batch(lambda: assistant, cases, out)
    kept = out.read_bytes()
    out.write_bytes(kept + b'{"id": "c", "question": "half a li')
    write(cases, ROWS)
    asked: list[str] = []

    class Counting:
        def invoke(self, question: dict[str, Any]) -> Any:
            asked.append(question["question"])
            return assistant.invoke(question)

    answer_batch(Counting, cases, out)
    assert asked == ["", "那东山县呢？"]
    assert out.read_bytes().startswith(kept)
    assert [row["id"] for row in lines(out)] == ["a", "b", "c"]


def test_nothing_left_opens_nothing(assistant: Assistant, tmp_path: Path) -> None:
    cases, out = write(tmp_path / "cases.jsonl", ROWS[:1]), tmp_path / "answers.jsonl"
    assert answer_batch(lambda: assistant, cases, out) == 0
    assert answer_batch(lambda: pytest.fail("opened"), cases, out) == 0


def test_csv_in_gb18030_and_out(assistant: Assistant, tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_bytes("编号,问题\n1,云湖市创业补贴每户多少钱？\n,=1+1\n".encode("gb18030"))
    out = tmp_path / "answers.csv"
    answer_batch(lambda: assistant, cases, out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["id"] for row in table] == ["1", "row 3"]
    assert "5万元" in table[0]["answer"]
    assert "云湖市创业补贴办法.md" in table[0]["sources"]
    assert table[1]["question"] == "'=1+1"


def test_xlsx_in_and_out(assistant: Assistant, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["question", "note"])
    sheet.append(["东山县创业补贴每户多少钱？", "x"])
    sheet.append([None, None])
    cases, out = tmp_path / "cases.xlsx", tmp_path / "answers.xlsx"
    book.save(cases)
    assert answer_batch(lambda: assistant, cases, out) == 0
    rows = list(load_workbook(out).worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("id", "question", "status", "answer")
    assert "3万元" in str(rows[1][3])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.jsonl", None, "no such file"),
        ("empty.jsonl", b"", "no questions"),
        ("latin.jsonl", b"\xff\xfe\xfa", "cannot be read"),
        ("table.csv", b"a,b\n1,2\n", "no question column"),
        ("fake.xlsx", b"not a workbook", "cannot be read"),
    ],
)
def test_bad_files(name: str, content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SuyuanError, match=words):
        read_cases(path)


def test_bad_lines_stay_with_their_row(assistant: Assistant, tmp_path: Path) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "answers.jsonl"
    cases.write_text(
        '{"id": 7, "question": "云湖市创业补贴每户多少钱？"}\nnot json\n[1]\n{"id": 7, "question": 3}\n',
        encoding="utf-8",
    )
    assert answer_batch(lambda: assistant, cases, out) == 1
    assert [(row["id"], row["status"]) for row in lines(out)] == [
        ("7", "answered"),
        ("2", "error"),
        ("3", "error"),
        ("7#2", "error"),
    ]


def test_killed_and_continued(index_folder: Path, tmp_path: Path) -> None:
    cases = write(
        tmp_path / "cases.jsonl",
        [{"id": str(n), "question": f"云湖市创业补贴每户多少钱？第{n}次问"} for n in range(60)],
    )
    out = tmp_path / "answers.jsonl"
    command = [sys.executable, "-m", "assistant", "batch", str(cases), "--index", str(index_folder), "--out", str(out)]
    first = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    while not out.exists() or out.stat().st_size == 0:
        assert first.poll() is None
        time.sleep(0.005)
    first.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL  # not ended by itself before
    assert 0 < len(out.read_text(encoding="utf-8").splitlines()) < 60
    second = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert second.returncode == 0, second.stderr
    assert [row["id"] for row in lines(out)] == [str(n) for n in range(60)]


def test_nothing_of_the_users_is_overwritten(assistant: Assistant, tmp_path: Path) -> None:
    cases = write(tmp_path / "cases.jsonl", ROWS[:1])
    questions = cases.read_bytes()
    notes = tmp_path / "notes.txt"
    notes.write_text("手写的记录", encoding="utf-8")
    table = tmp_path / "table.csv"
    table.write_text("问题\n云湖市创业补贴每户多少钱？\n", encoding="utf-8")
    for file, out in ((cases, cases), (cases, notes), (cases, table), (table, table)):
        before = out.read_bytes()
        for fresh in (False, True):
            with pytest.raises(SuyuanError, match="choose another --out"):
                answer_batch(lambda: assistant, file, out, fresh=fresh)
        assert out.read_bytes() == before
    assert cases.read_bytes() == questions


def test_another_question_under_an_old_id_is_asked(assistant: Assistant, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    answer_batch(
        lambda: assistant, write(tmp_path / "one.jsonl", [{"id": "a", "question": "云湖市创业补贴每户多少钱？"}]), out
    )
    answer_batch(
        lambda: assistant, write(tmp_path / "two.jsonl", [{"id": "a", "question": "东山县创业补贴每户多少钱？"}]), out
    )
    (answer,) = lines(out)
    assert answer["question"] == "东山县创业补贴每户多少钱？"
    assert "3万元" in answer["text"]


def test_a_row_that_no_file_should_hold_costs_only_itself(assistant: Assistant, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    good = '{"id": "good", "question": "云湖市创业补贴\u2028每户多少钱？"}\n'
    lone = '{"id": "lone", "question": "\\ud800云湖市创业补贴每户多少钱？"}\n'
    huge = '{"id": "huge", "question": ' + "9" * 5000 + "}\n"
    cases.write_text("[" * 100_000 + "\n" + huge + lone + good, encoding="utf-8")
    for out in (tmp_path / "answers.jsonl", tmp_path / "answers.csv", tmp_path / "answers.xlsx"):
        assert answer_batch(lambda: assistant, cases, out) == 1
        assert answer_batch(lambda: assistant, cases, out) == 1  # and its own file is read again
    text = (tmp_path / "answers.jsonl").read_text(encoding="utf-8")
    answers = {row["id"]: row for row in map(json.loads, filter(None, text.split("\n")))}
    assert [answers[name]["status"] for name in ("1", "2", "good")] == ["error", "error", "answered"]
    assert len(answers) == 4


def test_a_changed_history_is_asked_again(assistant: Assistant, tmp_path: Path) -> None:
    cases, out = write(tmp_path / "cases.jsonl", [ROWS[0], ROWS[2]]), tmp_path / "answers.jsonl"
    answer_batch(lambda: assistant, cases, out)
    changed = ROWS[2] | {"history": [{"question": "年满80周岁的老人每月领多少高龄津贴？", "answer": "120元"}]}
    write(cases, [ROWS[0], changed])
    asked: list[str] = []

    class Counting:
        def invoke(self, question: dict[str, Any]) -> Any:
            asked.append(question["question"])
            return assistant.invoke(question)

    answer_batch(Counting, cases, out)
    assert asked == [ROWS[2]["question"]]
    assert [row["id"] for row in lines(out)] == ["a", "c"]


def test_answers_from_before_there_was_a_digest_are_kept(assistant: Assistant, tmp_path: Path) -> None:
    cases, out = write(tmp_path / "cases.jsonl", ROWS[:1]), tmp_path / "answers.jsonl"
    answer_batch(lambda: assistant, cases, out)
    write(out, [{key: value for key, value in row.items() if key != "case"} for row in lines(out)])
    assert answer_batch(lambda: pytest.fail("asked again"), cases, out) == 0


def test_two_runs_do_not_write_to_one_file(assistant: Assistant, tmp_path: Path) -> None:
    cases, out = write(tmp_path / "cases.jsonl", ROWS[:1]), tmp_path / "answers.jsonl"

    class Meeting:
        def invoke(self, question: dict[str, Any]) -> Any:
            with pytest.raises(SuyuanError, match="another run"):
                answer_batch(lambda: assistant, cases, out, fresh=True)
            return assistant.invoke(question)

    assert answer_batch(Meeting, cases, out) == 0
    assert [row["status"] for row in lines(out)] == ["answered"]


QUESTIONS = ["创业补贴每户多少钱？", "受理点有几个？"]


@pytest.mark.parametrize(
    ("header", "above"),
    [
        (["序号", "问题"], []),
        (["编号", " 问 题\n（必填） "], []),
        (["ID", "Question*"], []),
        (["序号", "咨询问题"], [["政策咨询问题清单（2024年）", None], ["填表人：张三", None], [None, None]]),
        (["ｉｄ", "提问："], [["第一批", None]]),
    ],
)
def test_headers_as_people_write_them(tmp_path: Path, header: list[Any], above: list[list[Any]]) -> None:
    rows: list[list[Any]] = [*above, header, [1.0, QUESTIONS[0]], [None, None], [2, QUESTIONS[1]]]
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "cases.xlsx")
    text = [["" if cell is None else str(cell) for cell in row] for row in rows]
    for name, encoding, mark in (("a.csv", "gb18030", ","), ("b.csv", "utf-16", "\t"), ("c.csv", "utf-8-sig", ";")):
        with (tmp_path / name).open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=mark).writerows(text)
    found = read_cases(tmp_path / "cases.xlsx")
    assert [(row["id"], row["question"]) for row in found] == [("1", QUESTIONS[0]), ("2", QUESTIONS[1])]
    for name in ("a.csv", "b.csv", "c.csv"):
        assert [row["question"] for row in read_cases(tmp_path / name)] == QUESTIONS, name


def test_an_answer_column_is_not_the_question(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("问题类型说明,标准答案,问题\n甲,乙,丙？\n", encoding="utf-8")
    assert [row["question"] for row in read_cases(path)] == ["丙？"]
    path.write_text("标准答案,说明\n乙,丁\n", encoding="utf-8")
    with pytest.raises(SuyuanError, match="no question column"):
        read_cases(path)
