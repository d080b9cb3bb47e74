"""Our figures against those of others on the same output: the independent scorers of batch output, ranx, rouge-score."""

import importlib.util
import json
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from eval.case import parse_case, parse_output
from eval.documents import FolderDocuments
from eval.metrics import METRICS
from eval.metrics.rouge_l import rouge_l
from eval.results import read_results
from eval.run import Plan, evaluate_suite
from eval.score import score_one
from eval.score_table import ScoreTable
from eval.text import letters_only
from index.types import IndexHandle
from tests.bench import BENCH
from tests.eval import conftest
from tests.eval.conftest import Recorded

DOCUMENTS = Path(__file__).resolve().parents[1] / "assistant" / "eligibility" / "documents"  # six invented policies
PER_CASE = (
    *(f"recall@{k}" for k in (1, 3, 5, 10)),
    *(f"doc_recall@{k}" for k in (1, 5, 10)),
    "mrr@10",
    "em",
    "f1",
    "rouge_l",
    "contains",
)
POOLED = {
    "cited": ("citations", "cited"),
    "verbatim": ("citations", "verbatim"),
    "precision_doc": ("citations", "precision_doc"),
    "precision_span": ("citations", "precision_span"),
    "abstention_precision": ("abstention", "precision"),
    "abstention_recall": ("abstention", "recall"),
    "false_refusal": ("abstention", "false_refusal"),
}


NUGGETS = {
    "vital": "vital",
    "complete": "complete",
    "length_precision": "precision",
    "nugget_f": "f",
    "forbid": "forbidden",
}


def reference(name: str = "score.py") -> ModuleType:
    path = BENCH / name
    if not path.is_file():
        pytest.skip(f"the independent scorer is not here: {path}")
    spec = importlib.util.spec_from_file_location(f"reference_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def garbled(rng: random.Random, text: str) -> str:
    """The text as an assistant might give it: cut, spaced, with a marker or another word."""
    start = rng.randrange(max(len(text) // 2, 1))
    cut = text[start : start + rng.randint(1, len(text))]
    return rng.choice(["{}[1]", "{}[1][7]。", "答：{}【2】", "{} ", "大约{}左右[1,2]"]).format(cut)


def made_output(rng: random.Random, case: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """An output for a case, right in parts, from the same corpus; the seed decides."""
    evidence = case.get("evidence") or [{"doc": rng.choice(list(texts)), "quote": "无"}]
    hits, citations = [], []
    for rank in range(1, rng.randint(1, 12)):
        right = rng.random() < 0.3
        piece = rng.choice(evidence)
        source = piece["doc"] if right else rng.choice(list(texts))
        text = texts[source]
        at = max(text.find(piece["quote"]) + rng.randint(-30, 30), 0) if right else rng.randrange(max(len(text), 1))
        hits.append({"rank": rank, "source": source, "text": text[at : at + rng.randint(5, 200)]})
    for marker in range(1, rng.randint(1, 4)):
        hit = rng.choice(hits) if hits else {"source": "none.txt", "text": "无"}
        quote = str(hit["text"]) if rng.random() < 0.8 else "并无此句" + str(hit["text"])
        citations.append({"marker": marker, "source": hit["source"], "quote": quote, "verified": rng.random() < 0.5})
    rng.shuffle(hits)
    answers = case.get("answers") or ["没有答案"]
    status = rng.choice(["answered", "answered", "answered", "not_found", "error", "clarify"])
    text = garbled(rng, rng.choice(answers)) if status == "answered" else ""
    return {"id": case["id"], "status": status, "text": text, "citations": citations, "hits": hits}


def figures_agree(
    rows: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    corpus: Path,
    figures: Any,
    expected: list[dict[str, float]],
) -> None:
    """Every figure of ours equals the independent scorer's: case by case, and pooled."""
    given = {output["id"]: output for output in outputs}
    ours = FolderDocuments(corpus)
    table = ScoreTable()
    for row, theirs in zip(rows, expected, strict=True):
        output = given.get(row["id"], {"id": row["id"], "status": "missing"})
        score = score_one(parse_case(row), parse_output(output), ours, support=lambda statement, quotes: True)
        table.add_score(score)
        for name in PER_CASE:
            assert (name in score.values) == (name in theirs), name
            if name in theirs:
                assert score.values[name][0] == pytest.approx(theirs[name], abs=1e-6), (row["id"], name)
    for name, (kind, key) in POOLED.items():
        pooled = figures[kind][key]
        figure = table.overall_figure(name, interval=False)
        assert figure.n == pooled["n"], name
        assert (figure.value is None) == (pooled["value"] is None), name
        if figure.value is not None:
            assert figure.value == pytest.approx(pooled["value"], abs=5.1e-5), name  # it gives four digits


def test_figures_equal_those_written_by_the_independent_scorer() -> None:
    """golden/scores.json holds the independent scorer's figures of made-up answers: python -m tests.eval.remake."""
    golden = json.loads((Path(__file__).parent / "golden" / "scores.json").read_text(encoding="utf-8"))
    assert len(golden["cases"]) >= 40
    figures_agree(golden["cases"], golden["outputs"], DOCUMENTS, golden["figures"], golden["expected"])


@pytest.mark.parametrize(
    ("suite", "documents", "count"), [("guangzhou", 37, 26), ("ncp", 60, 150), ("ncp_absent", 0, 40)]
)
def test_figures_agree_with_the_independent_scorer(suite: str, documents: int, count: int) -> None:
    module = reference()
    corpus = BENCH / ("ncp" if suite == "ncp_absent" else suite) / "corpus"
    rows = [json.loads(line) for line in (BENCH / suite / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    rng = random.Random(suite)
    rows = rng.sample(rows, count)
    names = {e["doc"] for row in rows for e in row["evidence"]}
    names |= {p.name for p in sorted(corpus.iterdir())[: documents or 20]}
    texts = {name: (corpus / name).read_text(encoding="utf-8-sig") for name in sorted(names)}
    outputs = [made_output(rng, row, texts) for row in rows if rng.random() < 0.95]
    figures, expected = module.score(rows, outputs, str(corpus))
    figures_agree(rows, outputs, corpus, figures, expected)


def agrees(case: dict[str, Any], answer: dict[str, Any] | None, theirs: dict[str, float]) -> None:
    output = parse_output(answer or {"id": case["id"], "status": "missing"})
    score = score_one(parse_case(case), output, None, support=lambda statement, quotes: True)
    for name, key in NUGGETS.items():
        value, of = score.values[name]
        assert of == 1.0
        assert value == pytest.approx(theirs[key], abs=1e-6), (case["id"], name)


def test_nugget_figures_equal_those_written_by_the_independent_scorer() -> None:
    """golden/nuggets.json was made by running the independent scorer over these invented answers."""
    rows = json.loads((Path(__file__).parent / "golden" / "nuggets.json").read_text(encoding="utf-8"))
    assert len(rows) >= 20
    for row in rows:
        agrees(row["case"], row["answer"], row["expected"])


def made_answer(rng: random.Random, case: dict[str, Any]) -> dict[str, Any] | None:
    """An answer that states some nuggets, some words of others and at times what it may not; the seed decides."""
    pieces = [words.split("|")[0] for nugget in case.get("nuggets", []) for words in nugget["must"]]
    pieces += [rng.choice(words.split("|")) for words in case.get("must", [])] + case.get("forbid", [])
    kept = [piece for piece in pieces if rng.random() < 0.6]
    joined = "".join(
        rng.choice(["，", "1", "3.", " ", "[2]", "。有关事项按照原文规定办理，"]) + piece for piece in kept
    )
    status = rng.choice(["answered", "answered", "answered", "not_found", "clarify", "error"])
    text = joined * rng.choice([1, 1, 6])
    return None if rng.random() < 0.05 else {"id": case["id"], "status": status, "text": text}


@pytest.mark.parametrize("suite", ["seed", "stard", "ncp", "guangzhou"])
def test_nugget_figures_agree_with_the_independent_scorer(suite: str) -> None:
    module = reference("nuggets.py")
    lines = (BENCH / "broad" / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [
        case for case in map(json.loads, lines) if case["answerable"] and (case.get("nuggets") or case.get("must"))
    ]
    assert len(cases) >= 10
    rng = random.Random(suite)
    for case in cases * 3:
        answer = made_answer(rng, case)
        agrees(case, answer, module.score(case, answer))


def test_ranking_figures_equal_those_of_ranx() -> None:
    """golden/ranx.json was written by ranx: python -m benchmarks.ranking_figures."""
    rows = json.loads((Path(__file__).parent / "golden" / "ranx.json").read_text(encoding="utf-8"))
    assert len(rows) == 40
    passages = ["".join(chr(0x4E00 + 20 * i + j) for j in range(20)) for i in range(30)]
    for row in rows:
        right = passages[: row["relevant"]]
        found = dict(zip(row["ranks"], right, strict=False))
        hits = [{"rank": r, "source": "a.md", "text": found.get(r, passages[10 + r])} for r in range(1, 16)]
        evidence = [{"doc": "a.md", "quote": text} for text in right]
        case = parse_case({"id": "1", "question": "问", "evidence": evidence, "evidence_mode": "all"})
        score = score_one(case, parse_output({"id": "1", "status": "not_found", "hits": hits}), None)
        for name in ("recall@1", "recall@3", "recall@5", "recall@10", "mrr@10", "ndcg@10"):
            assert score.values[name][0] == pytest.approx(row[name], abs=1e-6), (row, name)


def test_rouge_l_equals_rouge_score() -> None:
    rouge_scorer = pytest.importorskip("rouge_score.rouge_scorer", reason="rouge-score is in the bench extra")
    # It brings absl, whose log handler holds the stream that pytest captures with, and closes it as soon as another library
    # (distributed) sets up logging anew: the stream of the process it leaves open.
    pytest.importorskip("absl.logging").get_absl_handler().python_handler.stream = sys.__stderr__

    class Characters:
        def tokenize(self, text: str) -> list[str]:
            return list(letters_only(text))

    scorer = rouge_scorer.RougeScorer(["rougeL"], tokenizer=Characters())
    rng = random.Random(5)
    alphabet = "先进制造高端休闲现代健康新型智慧，。 12%"
    for _ in range(300):
        gold, text = ("".join(rng.choices(alphabet, k=rng.randint(1, 40))) for _ in range(2))
        assert rouge_l(gold, text) == pytest.approx(scorer.score(gold, text)["rougeL"].fmeasure, abs=1e-6)


def test_every_metric_that_both_define_was_compared() -> None:
    assert {*PER_CASE, *POOLED, *NUGGETS} <= set(METRICS)


def test_figures_of_a_real_run_agree_with_the_independent_scorer(
    plan: Plan, opened: tuple[Recorded, IndexHandle]
) -> None:
    module = reference()
    evaluate_suite(plan, *opened)
    cases = [dict(case.raw) for case in plan.suite.chosen_cases()]
    answers = conftest.rows(plan.folder / "answers.jsonl")
    figures, expected = module.score(cases, answers, str(plan.suite.corpus))
    ours = read_results(plan.folder / "results.json")
    for theirs in expected:
        entry = ours.entry_of(theirs["id"])
        for name in PER_CASE:
            if name in theirs:
                assert entry["scores"][name] == pytest.approx(theirs[name], abs=1e-6), (theirs["id"], name)
    for name, (kind, key) in POOLED.items():
        figure = ours.table.overall_figure(name, interval=False)
        assert (figure.n, round(figure.value or 0.0, 4)) == (figures[kind][key]["n"], figures[kind][key]["value"]), name
