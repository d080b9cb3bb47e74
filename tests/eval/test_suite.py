"""Suites as folders: what is read, what is kept, and the one line for what cannot be used."""

import json
from pathlib import Path

import pytest

from errors import SuiteError
from eval.suite import case_hash, load_suite
from settings import ROOT
from tests.bench import BENCH, needs_bench

CASE = {"id": "1", "question": "问", "answers": ["答"], "evidence": [{"doc": "a.md", "quote": "答"}], "tags": ["must"]}


def folder(path: Path, *lines: object, toml: str = "") -> Path:
    (path / "corpus").mkdir()
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (path / "cases.jsonl").write_text(text, encoding="utf-8")
    if toml:
        (path / "suite.toml").write_text(toml, encoding="utf-8")
    return path


def test_a_folder_with_cases_and_a_corpus_is_a_suite(tmp_path: Path) -> None:
    suite = load_suite(folder(tmp_path, CASE, "", {**CASE, "id": "2", "colour": "red", "tags": []}))
    assert (suite.name, suite.count, suite.corpus) == (tmp_path.name, 2, tmp_path / "corpus")
    first, second = suite.chosen_cases()
    assert (first.answers, first.mode, first.answerable, first.cluster) == (("答",), "any", True, "a.md")
    assert second.raw["colour"] == "red"
    assert [case.id for case in suite.chosen_cases(frozenset({"must"}))] == ["1"]


def test_suite_toml_names_the_corpus_the_settings_and_the_margins(tmp_path: Path) -> None:
    toml = 'name = "x"\ncorpus = "corpus"\n[settings]\npassage_tokens = 64\n[margins]\nf1 = 0.1\n'
    toml += "[limits]\nlatency_p95_ms = 5\n[pass]\nf1 = 0.8\n"
    suite = load_suite(folder(tmp_path, CASE, toml=toml))
    assert (suite.name, suite.settings, suite.margins, suite.limits) == (
        "x",
        {"passage_tokens": 64},
        {"f1": 0.1},
        {"latency_p95_ms": 5.0},
    )
    assert suite.pass_f1 == 0.8


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["{"], "line 1 is not JSON"),
        ([CASE, "[]"], "line 2 is not a case: it is not a JSON object"),
        ([{"id": "1"}], "question is None, not a text"),
        ([CASE, CASE], "line 2 repeats the id of line 1"),
        ([{**CASE, "evidence": [{"doc": "a.md"}]}], "quote is None"),
        ([{**CASE, "evidence_mode": "some"}], "evidence_mode is 'some'"),
        ([{**CASE, "answerable": "yes"}], "answerable is 'yes'"),
        ([{**CASE, "expect": ["maybe"]}], "expect names maybe"),
        ([{**CASE, "nuggets": [{"must": []}]}], "a nugget has no must strings"),
        ([{**CASE, "nuggets": [{"must": ["a"], "vital": 1}]}], "vital of a nugget is 1"),
        ([{**CASE, "must": "a"}], "must is not a list of texts"),
        ([{**CASE, "answer_groups": ["a"]}], "answer_groups is not a list of lists"),
        ([""], "the suite has no case"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: list[object], told: str) -> None:
    with pytest.raises(SuiteError) as caught:
        load_suite(folder(tmp_path, *lines))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("name =", "suite.toml cannot be read"),
        ("colour = 1", "unknown key"),
        ("[margins]\nf1 = -1", "margins.f1"),
        ('margins = "no"', "margins in"),
        ("exclude = 1", "exclude in"),
        ('corpus = "elsewhere"', "corpus is not a folder"),
    ],
)
def test_a_bad_suite_toml_is_named(tmp_path: Path, toml: str, told: str) -> None:
    with pytest.raises(SuiteError) as caught:
        load_suite(folder(tmp_path, CASE, toml=toml))
    assert told in str(caught.value)


def test_no_cases_and_bytes_that_are_not_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no cases in the suite"):
        load_suite(tmp_path)
    (folder(tmp_path, CASE) / "cases.jsonl").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(SuiteError, match="not UTF-8"):
        load_suite(tmp_path)


def test_the_hash_of_a_case_is_of_what_is_asked_and_right_not_of_its_tags(tmp_path: Path) -> None:
    lines = [CASE, {**CASE, "id": "1b", "tags": ["x"]}, {**CASE, "id": "1c", "answers": ["否"]}]
    cases = list(load_suite(folder(tmp_path, *lines)).chosen_cases())
    renamed = [{**case.raw, "id": "1"} for case in cases]
    from eval.case import parse_case

    hashes = [case_hash(parse_case(row)) for row in renamed]
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_shipped_suites_load() -> None:
    shipped = [load_suite(path.parent) for path in sorted((ROOT / "eval" / "cases").glob("*/suite.toml"))]
    assert {suite.name for suite in shipped} >= {"broad", "changzhou", "injection"}
    assert all(suite.count >= 100 for suite in shipped)


@needs_bench("ncp")
def test_the_suites_of_the_bench_load() -> None:
    counts = {
        name: load_suite(BENCH / name).count for name in ("ncp", "cmrc", "drcd", "guangzhou", "stard", "squad2_zh")
    }
    assert counts["ncp"] == 646
    assert load_suite(BENCH / "ncp_absent", BENCH / "ncp" / "corpus").count == 150
