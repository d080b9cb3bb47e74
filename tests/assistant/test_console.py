"""`python -m assistant`: what is printed, and one line for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.console import main
from tests.commands import run_here

ROOT = Path(__file__).parents[2]


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_for_people(index_folder: Path) -> None:
    done = ask("ask", "云湖市创业补贴每户多少钱？", "--index", str(index_folder))
    assert done.returncode == 0, done.stderr
    assert "5万元[1]" in done.stdout
    assert "[1] 《云湖市创业补贴办法》" in done.stdout
    assert "✓ 已核对" in done.stdout


def test_for_programs(index_folder: Path) -> None:
    done = ask("ask", "云湖市创业补贴每户多少钱？", "--index", str(index_folder), "--json")
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", ""), "the question is empty"),
        (("ask", "问", "--index", "/nowhere"), "no index here: /nowhere"),
        (("ask", "问题", "--corpus", "/nowhere"), "/nowhere"),
        (("ask", "问题", "--model", "what"), "not a model name: what"),
        (("ask", "问题", "--model", "nobody:x"), "nobody:x"),
        (("ask", "问题", "--model", "openai:x"), "needs a key"),
        (("batch", "/nowhere.jsonl", "--out", "/tmp/x.jsonl"), "no such file of questions: /nowhere.jsonl"),
    ],
)
def test_one_line_for_what_is_wrong(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = run_here(main, arguments, SUYUAN_DATA=str(tmp_path), OPENAI_API_KEY="")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("suyuan: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_extractive_mode_loads_nothing_heavy(index_folder: Path) -> None:
    code = (
        "import sys; from assistant.console import main; "
        f"main(['ask', '云湖市创业补贴每户多少钱？', '--index', {str(index_folder)!r}]); "
        "print([name for name in ('torch', 'transformers', 'gradio', 'openai', 'langchain', 'langchain_openai') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
