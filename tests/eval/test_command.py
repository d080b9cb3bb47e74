"""`python -m eval` as a person and as CI see it: exit codes, streams, files, and the next command to type."""

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from settings import ROOT
from tests.commands import run_here
from tests.eval.conftest import rows

TEXT = {
    "东江区-补贴办法.md": "# 东江区稳岗补贴办法\n\n东江区对符合条件的企业给予稳岗补贴，每户补贴30万元。\n\n"
    "补贴由东江区人社局负责发放，申请截止日期是2023年6月30日。\n",
    "西山县-奖励办法.md": "# 西山县人才奖励办法\n\n西山县对引进的高层次人才给予一次性奖励，每人奖励8万元。\n\n"
    "奖励分为三类：领军人才、骨干人才、青年人才。\n",
}
CASES: list[dict[str, Any]] = [
    {"id": "a", "question": "东江区稳岗补贴每户多少钱？", "answers": ["30万元"], "tags": ["must", "figure"],
     "evidence": [{"doc": "东江区-补贴办法.md", "quote": "东江区对符合条件的企业给予稳岗补贴，每户补贴30万元。"}]},
    {"id": "b", "question": "西山县高层次人才每人奖励多少？", "answers": ["8万元"], "tags": ["figure"],
     "evidence": [{"doc": "西山县-奖励办法.md", "quote": "西山县对引进的高层次人才给予一次性奖励，每人奖励8万元。"}]},
    {"id": "c", "question": "北海市的养老金是多少？", "answers": [], "evidence": [], "answerable": False, "tags": ["near-miss"]},
]  # fmt: skip


def make(folder: Path) -> Path:
    (folder / "corpus").mkdir(parents=True)
    for name, text in TEXT.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    write(folder, CASES)
    return folder


def write(folder: Path, cases: list[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    (folder / "cases.jsonl").write_text(lines, encoding="utf-8")


def command(data: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return run_here(main, words, SUYUAN_DATA=str(data))


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("suite") / "small")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def baseline(suite: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("baselines") / "small.json"
    done = command(data, "run", suite, "--baseline", path, "--update-baseline")
    assert done.returncode == 0, done.stderr
    assert "3 of 3 questions right" in done.stderr
    return path


def test_a_run_that_holds_says_so_in_every_form(suite: Path, data: Path, baseline: Path, tmp_path: Path) -> None:
    done = command(data, "run", suite, "--baseline", baseline, "--report", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    assert "gate: holds" in done.stderr
    printed = json.loads(done.stdout)
    assert printed["gate"]["exit_code"] == 0
    assert printed["metrics"]["contains"] == {
        "value": 1.0,
        "n": 2.0,
        "ci95": [1.0, 1.0],
        "answered": {"value": 1.0, "n": 2.0},
    }
    assert printed["metrics"]["abstention_recall"]["value"] == 1.0
    assert printed["times_ms"]["total"]["p95"] > 0
    assert (tmp_path / "r" / "results.json").read_bytes() == baseline.read_bytes()
    assert "holds" in (tmp_path / "r" / "report.md").read_text(encoding="utf-8").splitlines()[0]
    tree = ET.parse(tmp_path / "r" / "junit.xml").getroot()
    assert (tree.get("tests"), tree.get("failures"), tree.get("errors")) == ("3", "0", "0")
    saved = json.loads(baseline.read_text(encoding="utf-8"))
    assert [question["id"] for question in saved["questions"]] == ["a", "b", "c"]
    assert {"commit", "dirty", "settings", "prompts", "corpus_fingerprint", "index_fingerprint"} <= set(saved["header"])
    assert str(ROOT) not in json.dumps(saved["header"])


def test_several_questions_at_a_time_give_the_same_bytes(
    suite: Path, data: Path, baseline: Path, tmp_path: Path
) -> None:
    done = command(data, "run", suite, "--jobs", "3", "--report", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results.json").read_bytes() == baseline.read_bytes()


def test_a_must_that_breaks_is_exit_1_and_red_in_every_report(
    suite: Path, data: Path, baseline: Path, tmp_path: Path
) -> None:
    command(data, "run", suite, "--report", tmp_path / "r")
    answers = rows(tmp_path / "r" / "answers.jsonl")
    answers[0]["text"] = answers[0]["text"].replace("30", "80")
    changed = tmp_path / "answers.jsonl"
    changed.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in answers), encoding="utf-8")
    done = command(data, "run", suite, "--answers", changed, "--baseline", baseline, "--report", tmp_path / "s")
    assert done.returncode == 1, done.stderr
    assert "must not fail: a [reading] the answer lacks 30万元" in done.stderr
    assert "look first at: reading" in done.stderr
    assert "next: see what broke: python -m eval compare" in done.stderr
    assert '<failure type="reading" message="the answer lacks 30万元"/>' in (tmp_path / "s" / "junit.xml").read_text(
        "utf-8"
    )
    compared = command(data, "compare", baseline, tmp_path / "s", "--json")
    assert compared.returncode == 0, compared.stderr
    found = json.loads(compared.stdout)
    assert [(c["id"], c["what"], c["stage"]) for c in found["changed"]] == [("a", "broke", "reading")]
    assert "80万元" in found["changed"][0]["b"]
    contains = found["metrics"]["contains"]
    assert (contains["a"], contains["b"], contains["win"], contains["tie"], contains["loss"]) == (1.0, 0.5, 0, 1, 1)
    shown = command(data, "compare", baseline, tmp_path / "s").stdout
    assert "a 东江区稳岗补贴每户多少钱？ [reading] the answer lacks 30万元" in shown


def test_an_answer_that_leaves_out_a_fact_regresses_and_the_report_says_which(data: Path, tmp_path: Path) -> None:
    folder = make(tmp_path / "whole")
    facts = [{"must": ["30万元"]}, {"must": ["人社局|人力资源"], "vital": False}]
    write(folder, [{**CASES[0], "answers": [], "nuggets": facts, "forbid": ["8万元"]}, *CASES[1:]])
    kept = tmp_path / "kept.json"
    done = command(data, "run", folder, "--baseline", kept, "--update-baseline", "--report", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    assert [metrics[name]["value"] for name in ("vital", "complete", "length_precision", "forbid")] == [1, 1, 1, 0]
    answers = rows(tmp_path / "r" / "answers.jsonl")
    answers[0]["text"] = "每户补贴8万元[1]。"
    changed = tmp_path / "answers.jsonl"
    changed.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in answers), encoding="utf-8")
    done = command(data, "run", folder, "--answers", changed, "--baseline", kept, "--report", tmp_path / "s")
    assert done.returncode == 1, done.stderr
    gate = json.loads(done.stdout)["gate"]
    fallen = {change["name"] for change in gate["changes"] if change["regressed"]}
    assert {"vital", "complete", "nugget_f", "forbid"} <= fallen
    page = (tmp_path / "s" / "report.html").read_text(encoding="utf-8")
    assert '<li>30万元 <span class="worth bad">not stated</span></li>' in page
    assert '人社局|人力资源 <span class="faint">not vital</span>' in page
    assert "may not state 8万元" in page


def test_another_corpus_or_other_cases_are_exit_3(data: Path, baseline: Path, tmp_path: Path) -> None:
    folder = make(tmp_path / "small")
    write(folder, [{**CASES[0], "answers": ["30万元", "三十万元"]}, *CASES[1:]])
    done = command(data, "run", folder, "--baseline", baseline)
    assert done.returncode == 3, done.stderr
    assert "stale baseline: the cases have changed (1 changed)" in done.stderr
    assert "--update-baseline" in done.stderr
    write(folder, CASES)
    (folder / "corpus" / "西山县-奖励办法.md").unlink()
    done = command(data, "run", folder, "--baseline", baseline)
    assert done.returncode == 3, done.stderr
    assert "the documents of the corpus have changed" in done.stderr
    assert "[retrieval]" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "nowhere"], "no cases in the suite"),
        (["run", "SUITE", "--baseline", "none.json"], "there is no baseline: none.json"),
        (["run", "SUITE", "--only", "nosuchtag"], "no case carries the tag: nosuchtag"),
        (["run", "SUITE", "--jobs", "0"], "--jobs is not a number from 1: 0"),
        (["run", "SUITE", "--answers", "none.jsonl"], "the answers cannot be read: none.jsonl"),
        (
            ["run", "SUITE", "--only", "must", "--update-baseline", "--baseline", "x.json"],
            "a baseline needs every case",
        ),
        (["run", "SUITE", "--corpus", "nowhere"], "corpus is not a folder: nowhere"),
        (["run", "SUITE", "--baseline", "README.md"], "damaged: README.md"),
        (["compare", "a.json", "b.json"], "there is no results file: a.json"),
    ],
)
def test_wrong_use_is_exit_2_and_one_line(words: list[str], told: str, suite: Path, data: Path) -> None:
    done = command(data, *[str(suite) if word == "SUITE" else word for word in words])
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("suyuan: ")
    assert told in last
    assert "Traceback" not in done.stderr


def test_as_a_process_of_its_own(suite: Path, data: Path, baseline: Path) -> None:
    environment = {**os.environ, "SUYUAN_DATA": str(data), "OMP_NUM_THREADS": "1"}
    line = [sys.executable, "-m", "eval", "run", str(suite), "--baseline", str(baseline)]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passed"] == 3
    assert "gate: holds" in done.stderr


def test_only_compares_the_questions_that_were_run(suite: Path, data: Path, baseline: Path, tmp_path: Path) -> None:
    done = command(data, "run", suite, "--baseline", baseline, "--only", "must", "--report", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 questions right" in done.stderr


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
def test_the_report_in_chromium(suite: Path, data: Path, baseline: Path, tmp_path: Path) -> None:
    browser_path = chromium()
    if browser_path is None:
        pytest.skip("Debian's chromium is not installed (apt-get install chromium)")
    write_hostile = [*CASES, {**CASES[1], "id": "<b>d", "question": "<script>alert(1)</script>西山县奖励几类人才？"}]
    folder = make(tmp_path / "small")
    write(folder, write_hostile)
    command(data, "run", folder, "--baseline", baseline, "--report", tmp_path / "r")
    with ThreadPoolExecutor(1) as thread:  # of its own: a browser holds its thread's event loop
        problems = thread.submit(look, browser_path, (tmp_path / "r" / "report.html").as_uri()).result()
    assert problems == []


def look(browser_path: str, address: str) -> list[str]:
    """Uses the report as a person does; what its script complained of."""
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 760})
        requests: list[str] = []
        problems: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        assert len(requests) == 1
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        shown = page.locator("details.question:not([hidden])")
        expect(shown).to_have_count(4)
        page.select_option("#tag", "figure")
        expect(shown).to_have_count(3)
        page.fill("#words", "三十 稳岗 ")
        expect(shown).to_have_count(0)
        page.fill("#words", "３０万元")
        expect(page.locator("#count")).to_have_text("1 / 4")
        shown.locator("summary").first.click()
        inside = shown.locator(".inside")
        expect(inside).to_contain_text("每户补贴30万元")
        expect(inside).to_contain_text("overlaps the evidence")
        page.fill("#words", "")
        page.select_option("#tag", "")
        page.select_option("#result", "failed")
        expect(shown).to_have_count(page.locator("details.question.wrong").count())
        assert page.locator("svg.plot").count() == 3
        browser.close()
    return problems
