"""The JSON of an answer is the contract's, and comes back as the same answer."""

from __future__ import annotations

import json

from assistant.types import Answer, Citation, Notice, Statement
from assistant.wire import answer_to_dict, citation_from_dict, citation_to_dict
from corpus.types import Passage
from index.types import Hit

PASSAGE = Passage("", "d1", "a.md", "甲", 0, 5, "一共三项。", "第一条")
CITATION = Citation(1, "d1", "a.md", "甲", "第一条", 0, 5, "一共三项。", "00", True)
ANSWER = Answer(
    question="几项？",
    standalone_question="几项?",
    status="answered",
    text="三项[1]。",
    statements=(Statement("三项", (1,), True),),
    citations=(CITATION,),
    hits=(Hit(PASSAGE, 1.5, 1, ("lexical",)),),
    notices=(Notice("expired", "已过期"),),
    timings_ms={"total": 1.0},
    generation=3,
)


def test_keys_are_the_contract() -> None:
    data = answer_to_dict(ANSWER)
    assert list(data) == [
        "question", "standalone_question", "status", "text", "statements", "citations", "hits", "notices", "choices",
        "mode", "model", "generation", "timings_ms",
    ]  # fmt: skip
    assert set(data["citations"][0]) == {
        "marker", "doc_id", "source", "title", "locator", "page", "start", "end", "quote", "sha256", "verified",
    }  # fmt: skip
    assert data["hits"][0]["text"] == "一共三项。"


def test_a_citation_comes_back_as_it_was() -> None:
    assert citation_from_dict(json.loads(json.dumps(citation_to_dict(CITATION))) | {"state": "same"}) == CITATION


def test_at_most_ten_hits() -> None:
    many = Answer("q", "q", "not_found", "", hits=tuple(Hit(PASSAGE, 1.0, n, ()) for n in range(1, 15)))
    assert [hit["rank"] for hit in answer_to_dict(many)["hits"]] == list(range(1, 11))
