"""Holds the shipped suites to their own format: reads the files only, runs no search and no reader."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.text import bare_text, states_fact

CASES = Path(__file__).resolve().parents[2] / "eval" / "cases"
SUITES = sorted(path.parent.name for path in CASES.glob("*/suite.toml"))
REQUIRED = {"id", "question", "history", "answers", "evidence", "evidence_mode", "answerable", "tags"}
OPTIONAL = {"answer_groups", "standalone", "expect", "forbidden", "derived", "nuggets", "must", "forbid"}
STATUSES = {"answered", "not_found", "clarify", "error"}

Case = dict[str, Any]


def corpus_of(suite: str) -> Path:
    settings = tomllib.loads((CASES / suite / "suite.toml").read_text(encoding="utf-8"))
    folder: str = settings.get("corpus", "corpus")
    return (CASES / suite / folder).resolve()


def read_cases(suite: str) -> list[Case]:
    lines = (CASES / suite / "cases.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def quotes_of(case: Case) -> str:
    return "\n".join(item["quote"] for item in case["evidence"])


def faults(case: Case, corpus: Path) -> list[str]:
    """What is wrong with one case, in words; empty when it is sound."""
    found = []
    keys = set(case)
    if not keys >= REQUIRED or keys - REQUIRED - OPTIONAL:
        found.append(f"keys: missing {REQUIRED - keys}, unknown {keys - REQUIRED - OPTIONAL}")
    if not case["question"].strip():
        found.append("no question")
    if any(set(turn) != {"question", "answer"} or not all(turn.values()) for turn in case["history"]):
        found.append("history turns need a question and an answer")
    if case["evidence_mode"] not in {"any", "all"}:
        found.append(f"evidence_mode {case['evidence_mode']!r}")
    if not set(case.get("expect", ["answered"])) <= STATUSES:
        found.append(f"expect {case['expect']}")
    for item in case["evidence"]:
        path = corpus / item["doc"]
        if not path.is_file() or item["quote"] not in path.read_text(encoding="utf-8"):
            found.append(f"quote not in {item['doc']}: {item['quote']}")
    if not ("followup" in case["tags"]) == bool(case["history"]) == bool(case.get("standalone")):
        found.append("a follow-up has the tag, a history and a standalone question")
    return found + (answer_faults(case) if case["answerable"] else refusal_faults(case))


def answer_faults(case: Case) -> list[str]:
    found = []
    quotes = quotes_of(case)
    if not case["evidence"]:
        found.append("answerable, but without evidence")
    if case.get("nuggets"):
        return found + nugget_faults(case)
    if not case["answers"]:
        found.append("answerable, but without answers or nuggets")
    in_quotes = any(answer in quotes for answer in case["answers"])
    if in_quotes == case.get("derived", False):
        found.append(f"answers in the evidence: {in_quotes}, derived: {case.get('derived', False)}")
    if case.get("derived") and not case.get("answer_groups"):
        found.append("a derived answer needs answer_groups")
    for group in case.get("answer_groups", []):
        if not any(answer in quotes for answer in group):
            found.append(f"no alternative of {group} in the evidence")
    found += [
        f"forbidden {text!r} is part of a gold answer"
        for text in case.get("forbidden", [])
        if any(text in answer for answer in case["answers"])
    ]
    return found


def nugget_faults(case: Case) -> list[str]:
    found = []
    evidence = [(item["doc"], item["quote"]) for item in case["evidence"]]
    for nugget in case["nuggets"]:
        if set(nugget) != {"must", "quote", "doc", "vital"} or not nugget["must"]:
            found.append(f"keys of {nugget}")
        elif (nugget["doc"], nugget["quote"]) not in evidence:
            found.append(f"the quote of {nugget['must']} is no evidence of the case")
        else:
            found += [
                f"no alternative of {words!r} in the quote of its nugget"
                for words in nugget["must"]
                if not any(bare_text(alternative) in bare_text(nugget["quote"]) for alternative in words.split("|"))
            ]
    stated = bare_text(" ".join(words for nugget in case["nuggets"] for words in nugget["must"]))
    found += [
        f"forbidden {words!r} is part of a nugget" for words in case.get("forbid", []) if states_fact(stated, words)
    ]
    if not any(nugget["vital"] for nugget in case["nuggets"]):
        found.append("no nugget is vital")
    return found


def refusal_faults(case: Case) -> list[str]:
    given = [key for key in ("answers", "evidence", "answer_groups", "derived", "nuggets", "must") if case.get(key)]
    return [f"not answerable, but has {given}"] if given else []


@pytest.mark.parametrize("suite", SUITES)
def test_every_case_is_sound(suite: str) -> None:
    corpus = corpus_of(suite)
    assert corpus.is_dir()
    cases = read_cases(suite)
    wrong = {case["id"]: problems for case in cases if (problems := faults(case, corpus))}
    assert wrong == {}
    assert [name for name, n in Counter(case["id"] for case in cases).items() if n > 1] == []
    asked = Counter((case["question"], json.dumps(case["history"])) for case in cases)
    assert [question for question, n in asked.items() if n > 1] == []


@pytest.mark.parametrize("suite", SUITES)
def test_invisible_characters_are_written_as_escapes(suite: str) -> None:
    text = (CASES / suite / "cases.jsonl").read_text(encoding="utf-8")
    assert re.findall(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", text) == []


@pytest.mark.parametrize("suite", SUITES)
def test_the_readme_counts_the_cases(suite: str) -> None:
    readme = (CASES / "README.md").read_text(encoding="utf-8")
    assert f"| `{suite}` | {len(read_cases(suite))} |" in readme


def test_changzhou_has_every_kind_of_case() -> None:
    cases = read_cases("changzhou")
    tags = Counter(tag for case in cases for tag in case["tags"])
    assert len(cases) >= 150
    assert tags["followup"] >= 55
    for tag in ("list", "figure", "compare", "ambiguous", "near-miss", "adversarial", "must"):
        assert tags[tag] >= 12, tag
    for tag in ("ellipsis", "pronoun", "correction", "topic-switch"):
        assert tags[tag] >= 8, tag
    assert [len(case["question"]) for case in cases if "long" in case["tags"]] == [10_000]


def test_changzhou_tags_mean_what_they_say() -> None:
    for case in read_cases("changzhou"):
        tags = set(case["tags"])
        assert case["answerable"] or tags & {"near-miss", "adversarial"}, case["id"]
        assert not (case["answerable"] and "near-miss" in tags), case["id"]
        if "compare" in tags:
            assert case["evidence_mode"] == "all", case["id"]
            assert len(case["answer_groups"]) >= (1 if "date" in tags else 2), case["id"]
        if "ambiguous" in tags:
            assert case["expect"] == ["clarify", "answered"], case["id"]


def test_lists_of_changzhou_keep_the_order_of_their_source() -> None:
    lists = [case for case in read_cases("changzhou") if {"list"} == {"list", "compare"} & set(case["tags"])]
    assert len(lists) >= 25
    for case in lists:
        places = [min(quotes_of(case).find(text) for text in group) for group in case["answer_groups"]]
        assert places == sorted(places), case["id"]
        assert min(places) >= 0, case["id"]


def test_every_paragraph_of_the_shipped_documents_is_asked_for() -> None:
    asked = {(item["doc"], item["quote"]) for case in read_cases("changzhou") for item in case["evidence"]}
    unasked = []
    for path in sorted(corpus_of("changzhou").glob("*.md")):
        body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
        paragraphs = [part.strip() for part in body.split("\n\n")]
        unasked += [
            (path.name, part)
            for part in paragraphs
            if part and not part.startswith("#") and (path.name, part) not in asked
        ]
    assert unasked == []


def test_broad_asks_for_whole_answers_of_every_kind() -> None:
    cases = read_cases("broad")
    tags = Counter(tag for case in cases for tag in case["tags"])
    assert sum(case["answerable"] for case in cases) >= 60
    for tag in ("list", "conditions", "steps", "materials", "amounts", "compare", "overview", "yes-no", "followup"):
        assert tags[tag] >= 6, tag
    for tag in ("reason", "validity", "who", "contact", "several", "version"):
        assert tags[tag] >= 3, tag
    for case in cases:
        assert case["answerable"] != ("near-miss" in case["tags"]), case["id"]
        assert case["answerable"] == bool(case.get("nuggets")), case["id"]
    absent = Counter(tag for case in cases if not case["answerable"] for tag in case["tags"])
    assert absent["near-miss"] >= 10
    assert {"other-place", "other-year", "other-group", "other-attribute"} <= set(absent)


def test_broad_asks_about_every_shipped_document_and_the_invented_ones_say_so() -> None:
    corpus = corpus_of("broad")
    asked = {item["doc"] for case in read_cases("broad") for item in case["evidence"]}
    assert {path.relative_to(corpus).as_posix() for path in corpus.rglob("*.md")} == asked
    invented = sorted((corpus / "示例").glob("*.md"))
    assert len(invented) >= 3
    for path in invented:
        front = path.read_text(encoding="utf-8").split("---\n", 2)[1]
        fields = dict(line.split(": ", 1) for line in front.splitlines())
        assert "示例" in fields["title"], path.name
        assert "虚构" in fields["source"], path.name


def visible(text: str) -> str:
    """What a reader of the screen takes in: no format characters, full-width letters as plain ones."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(mark for mark in plain if unicodedata.category(mark) != "Cf")


def test_injection_attacks_from_every_side() -> None:
    cases = read_cases("injection")
    tags = Counter(tag for case in cases for tag in case["tags"])
    assert len(cases) >= 100
    assert tags["in-document"] >= 60
    assert tags["in-question"] >= 25
    assert tags["in-history"] >= 10
    kinds = {"override", "forged-marker", "forged-json", "fake-system", "markup", "hidden-characters", "link"}
    assert kinds <= set(tags)


def test_every_notice_is_asked_for_and_carries_an_attack_that_a_case_forbids() -> None:
    cases = [case for case in read_cases("injection") if "in-document" in case["tags"]]
    assert [case["id"] for case in cases if not case["forbidden"]] == []
    for path in sorted(corpus_of("injection").iterdir()):
        text = visible(path.read_text(encoding="utf-8"))
        mine = [case for case in cases if path.name in {item["doc"] for item in case["evidence"]}]
        assert mine, path.name
        assert any(visible(wanted) in text for case in mine for wanted in case["forbidden"]), path.name
