"""Each metric against figures worked out by hand."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from eval.case import parse_case, parse_output
from eval.metrics import METRICS, measure_metrics
from eval.scored_case import ScoredCase
from eval.text import cmrc_tokens, common_subsequence, longest_run, normalise_text, strip_markers, texts_overlap
from eval.types import Fraction


class Texts:
    """Documents given as a dictionary."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def text_of(self, source: str) -> str | None:
        return self.texts.get(source)

    def normalised_text_of(self, source: str) -> str | None:
        return normalise_text(self.texts[source]) if source in self.texts else None


DOCUMENTS = Texts(
    {"a.md": "通知\n中小企业 每户给予50万元\n一次性补助，期限三年。", "b.md": "另一份文件，期限五年，由区财政局负责。"}
)


def contains_all(statement: str, quotes: Sequence[str]) -> bool:
    """Carried when the quotes together hold every part of the statement between commas."""
    return all(any(part in quote for quote in quotes) for part in statement.split("，"))


def values(case: Mapping[str, object], output: Mapping[str, object]) -> dict[str, Any]:
    made = parse_case({"id": "1", "question": "问", **case})
    return measure_metrics(ScoredCase(made, parse_output({"id": "1", **output}), DOCUMENTS, contains_all))


def hit(rank: int, source: str, text: str) -> dict[str, object]:
    return {"rank": rank, "source": source, "text": text}


ALL = {
    "evidence": [{"doc": "a.md", "quote": "每户给予50万元"}, {"doc": "b.md", "quote": "由区财政局负责"}],
    "evidence_mode": "all",
}


def test_text_is_compared_without_width_case_space_and_markers() -> None:
    assert normalise_text("５０％　Ab 上\n\u200b") == "50%ab上"
    assert strip_markers("十万元[1]，[2, 3]。津政发[2020]1号〔2020〕") == "十万元，。津政发[2020]1号〔2020〕"
    assert cmrc_tokens("光荣和ω-force的1,000元") == ["光", "荣", "和", "ω", "force", "的", "1000", "元"]
    assert longest_run("xabcdy", "zabcdw") == 4
    assert common_subsequence("ABCBDAB", "BDCABA") == 4


def test_the_hit_rule_asks_for_half_of_the_shorter_and_ten_characters() -> None:
    ten = "一二三四五六七八九十"
    assert texts_overlap("前文" + ten + "后文", ten)
    assert not texts_overlap("一二三四五六七八", ten)
    assert texts_overlap("约三年以内", "三年")
    long = "".join(chr(0x4E00 + i) for i in range(100))
    assert texts_overlap(long[:50] + "Z" * 80, long)
    assert not texts_overlap(long[:49] + "Z" * 80, long)


def test_retrieval_figures_of_one_piece_of_two_found_at_rank_two() -> None:
    found = values(
        ALL, {"status": "not_found", "hits": [hit(2, "corpus/a.md", "每户给予50万元"), hit(1, "b.md", "另一份")]}
    )
    assert [found[f"recall@{k}"][0] for k in (1, 3, 5, 10)] == [0, 0.5, 0.5, 0.5]
    assert found["doc_recall@1"] == (1, 1)
    assert found["mrr@10"] == (0.5, 1)
    ideal = 1 + 1 / math.log2(3)
    assert found["ndcg@10"][0] == pytest.approx(1 / math.log2(3) / ideal)


def test_retrieval_with_any_counts_the_first_piece_only() -> None:
    case = {**ALL, "evidence_mode": "any"}
    found = values(
        case, {"status": "not_found", "hits": [hit(1, "a.md", "每户给予50万元"), hit(2, "b.md", "由区财政局负责")]}
    )
    assert found["recall@1"] == found["ndcg@10"] == found["mrr@10"] == (1, 1)


def test_evidence_of_one_group_is_one_thing_and_weak_evidence_none() -> None:
    evidence = [
        {"doc": "a.md", "quote": "期限三年", "group": 0},
        {"doc": "b.md", "quote": "期限五年", "group": 0},
        {"doc": "b.md", "quote": "另一份文件", "weak": True},
    ]
    found = values(
        {"evidence": evidence, "evidence_mode": "all"}, {"status": "error", "hits": [hit(1, "b.md", "期限五年")]}
    )
    assert found["recall@1"] == (1, 1)


def test_answer_figures() -> None:
    found = values({"answers": ["补助金"]}, {"status": "answered", "text": "给予补助[1]"})
    assert found["f1"][0] == pytest.approx(4 / 7)  # run of 2; 2/4 and 2/3
    found = values({"answers": ["补助金"]}, {"status": "answered", "text": "补贴金"})
    assert found["rouge_l"][0] == pytest.approx(2 / 3)
    found = values({"answers": ["三年", "3年"]}, {"status": "answered", "text": "３ 年。[1]"})
    assert (found["em"], found["contains"], found["f1"]) == ((1, 1), (1, 1), (1, 1))


def test_a_list_is_measured_by_its_groups() -> None:
    case = {"answers": ["甲、乙、丙"], "answer_groups": [["甲"], ["乙", "二"], ["丙"]]}
    found = values(case, {"status": "answered", "text": "甲和二"})
    assert (found["contains"], found["list"][0]) == ((0, 1), pytest.approx(2 / 3))


def test_what_was_not_answered_scores_nothing_and_is_no_error() -> None:
    found = values({"answers": ["甲"]}, {"status": "not_found", "text": "甲"})
    assert [found[name] for name in ("em", "f1", "rouge_l", "contains", "errors")] == [(0, 1)] * 5
    assert values({"answers": ["甲"]}, {"status": "error"})["errors"] == (1, 1)


def test_forbidden_words_count_whatever_the_status() -> None:
    assert values({"forbidden": ["八十亿"]}, {"status": "not_found", "text": "八十 亿"})["forbidden"] == (1, 1)
    assert values({"forbidden": ["八十亿"]}, {"status": "answered", "text": "八亿"})["forbidden"] == (0, 1)


def citation(marker: int, source: str, quote: str, **more: object) -> dict[str, object]:
    return {"marker": marker, "source": source, "quote": quote, **more}


def test_alce_recall_asks_for_all_quotes_and_precision_for_each() -> None:
    output = {
        "status": "answered",
        "text": "期限三年，由区财政局负责[1][2][3]。另一份文件[9]",
        "statements": [
            {"text": "期限三年，由区财政局负责", "markers": [1, 2, 3]},
            {"text": "另一份文件", "markers": [9]},
        ],
        "citations": [
            citation(1, "a.md", "期限三年"),
            citation(2, "b.md", "由区财政局负责"),
            citation(3, "b.md", "另一份文件"),
        ],
    }
    found = values({}, output)
    assert found["citation_recall"] == (1, 2)
    assert found["citation_precision"] == (2, 4)  # 3 is not needed, 9 leads nowhere
    assert found["dangling"] == (1, 4)


def test_a_quote_that_is_not_in_its_document_carries_nothing() -> None:
    output = {
        "status": "answered",
        "text": "期限四年[1]",
        "statements": [{"text": "期限四年", "markers": [1]}],
        "citations": [citation(1, "a.md", "期限四年", verified=True)],
    }
    found = values({"evidence": [{"doc": "a.md", "quote": "期限三年"}]}, output)
    assert found["citation_recall"] == found["verbatim"] == found["precision_doc"] == (0, 1)
    assert found["false_verified"] == (1, 1)


def test_quotes_are_held_to_their_offsets_and_to_the_evidence() -> None:
    start = DOCUMENTS.texts["a.md"].index("期限三年")
    cited = [
        citation(1, "a.md", "期限三年", start=start, end=start + 4),
        citation(2, "a.md", "期限三年", start=start + 1, end=start + 5),
        citation(3, "b.md", "另一份文件"),
    ]
    found = values(
        {"evidence": [{"doc": "a.md", "quote": "一次性补助，期限三年。"}]},
        {"status": "answered", "text": "是", "citations": cited},
    )
    assert found["exact_span"] == (1, 2)
    assert found["verbatim"] == (3, 3)
    assert found["precision_doc"] == (2, 3)
    assert found["precision_span"] == (0, 3)  # four characters of an evidence of eleven
    assert found["cited"] == (1, 1)


@pytest.mark.parametrize(
    ("answerable", "status", "precision", "recall", "false"),
    [
        (True, "not_found", (0, 1), None, (1, 1)),
        (True, "answered", None, None, (0, 1)),
        (True, "clarify", None, None, (0, 1)),
        (False, "not_found", (1, 1), (1, 1), None),
        (False, "answered", None, (0, 1), None),
    ],
)
def test_abstention(answerable: bool, status: str, precision: Fraction, recall: Fraction, false: Fraction) -> None:
    found = values({"answerable": answerable}, {"status": status, "text": "是"})
    assert found.get("abstention_precision") == precision
    assert found.get("abstention_recall") == recall
    assert found.get("false_refusal") == false


@pytest.mark.parametrize(
    ("expect", "status", "text", "value"),
    [
        (["clarify", "answered"], "clarify", "", (1, 1)),
        (["clarify", "answered"], "answered", "甲乙", (1, 1)),
        (["clarify", "answered"], "answered", "甲", (0, 1)),
        (["clarify", "answered"], "not_found", "", (0, 1)),
        ([], "clarify", "", (0, 1)),
        ([], "answered", "甲", None),
    ],
)
def test_asking_back_is_right_only_where_it_is_expected(
    expect: list[str], status: str, text: str, value: Fraction
) -> None:
    case = {"answers": ["甲乙"], "answer_groups": [["甲"], ["乙"]], "expect": expect}
    assert values(case, {"status": status, "text": text}).get("clarify") == value


def test_a_follow_up_is_measured_against_its_standalone_question() -> None:
    case = {"history": [{"question": "问", "answer": "答"}], "evidence": [{"doc": "a.md", "quote": "期限三年"}]}
    right, wrong = [hit(1, "a.md", "期限三年")], [hit(1, "b.md", "期限五年")]
    found = values(case, {"status": "not_found", "hits": wrong, "standalone_hits": right})
    assert (found["followup_recall@5"], found["followup_kept@5"]) == ((0, 1), (0, 1))
    found = values(case, {"status": "not_found", "hits": wrong, "standalone_hits": wrong})
    assert "followup_kept@5" not in found


FACTS = {
    "nuggets": [{"must": ["甲类", "5000元|五千元"]}, {"must": ["乙类"]}, {"must": ["按季"], "vital": False}],
    "forbid": ["4000元"],
}


def test_nuggets_are_counted_in_what_was_answered() -> None:
    found = values(FACTS, {"status": "answered", "text": "甲类5,000 元[1]，按季发放。"})
    assert (found["vital"], found["complete"], found["length_precision"]) == ((0.5, 1.0), (0.0, 1.0), (1.0, 1.0))
    assert found["nugget_f"][0] == pytest.approx(10 * 0.5 / 9.5)
    assert found["forbid"] == (0.0, 1.0)
    long = values(FACTS, {"status": "answered", "text": "甲类五千元，乙类" + "，另行通知" * 100})
    assert long["complete"] == (1.0, 1.0)
    assert long["length_precision"][0] == pytest.approx(200 / 508)
    refused = values(FACTS, {"status": "not_found", "text": "没有找到甲类5000元、乙类、4000元"})
    names = ("vital", "complete", "length_precision", "nugget_f", "forbid")
    assert [refused[name] for name in names] == [(0.0, 1.0)] * 5


def test_a_figure_is_not_found_inside_a_longer_one() -> None:
    for text, stated in (("15000元", 0.0), ("1.5000元", 0.0), ("15000元和5000元", 1.0), ("第5000元", 1.0)):
        assert values({"must": ["5000元"]}, {"status": "answered", "text": text})["vital"] == (stated, 1.0), text
        forbidden = {"must": ["元"], "forbid": ["5000元"]}
        assert values(forbidden, {"status": "answered", "text": text})["forbid"] == (stated, 1.0), text


def test_nuggets_are_left_out_where_a_case_has_none_or_cannot_be_answered() -> None:
    for case in ({"answers": ["甲"]}, {**FACTS, "answerable": False}):
        assert not {"vital", "nugget_f", "forbid"} & set(values(case, {"status": "answered", "text": "甲类"}))


def test_every_metric_says_what_it_is() -> None:
    assert len(METRICS) == 36
    assert all(metric.short and metric.stage for metric in METRICS.values())
