"""What each part of retrieval is worth: every part switched off in turn, on dev suites. Knows nothing of reading or of answers.

    python -m benchmarks.retrieval_ablation DATA --folds FOLDS --work WORK [--indexes] [--every N] [--suites ncp ncp+laws stard]

DATA/bench holds the suites and its score.py, which scores. FOLDS/fold0 and /fold1 hold built-in models that were fitted without
the documents of their fold (index/training/ranker.py and reader.py); each case is ranked by those that did not see its
document. Indexes are built in WORK and used again. Writes benchmarks/results/retrieval_ablation.json and prints a table.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import notices, retrieval
from assistant.understanding.analysis import Analysis, analyse
from corpus import passages
from corpus.types import Passage
from index import fusion, local, ranking, rerank, segment
from index.build import build
from index.encoders import load_encoder, models, models_from
from index.local import LocalIndex, open_index
from index.rerank import BuiltInReranker
from index.training.groups import FOLDS, fold_of
from index.types import Filters, Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUT = Path(__file__).parent / "results" / "retrieval_ablation.json"
FIGURES = ("mrr@10", "recall@1", "recall@10", "doc_recall@1")
RESAMPLES = 400


class WordsAlone(BuiltInReranker):
    """The ranker without what the network says of relevance."""

    def scores(self, question: str, passages: Sequence[Passage], prior: Sequence[float]) -> Sequence[float]:
        """As the ranker's own."""
        if not passages:
            return []
        return rerank.ordered(self.words(question, passages, prior) @ rerank._weights(models())[0], prior)


class Blind(BuiltInReranker):
    """The ranker without its signs of places, years and kinds of value."""

    def words(self, question: str, passages: Sequence[Passage], prior: Sequence[float]) -> NDArray[Any]:
        """As the ranker's own, those signs 0."""
        out = super().words(question, passages, prior)
        for name in ("place_missing", "place_title", "year_missing", "value"):
            out[:, ranking.NAMES.index(name)] = 0
        return out


def asking(analysis: Analysis) -> str:
    """The sentence that asks, with the places named elsewhere: what was searched for before."""
    missing = "".join(place.name for place in analysis.places if place.name not in analysis.core)
    return missing + analysis.core if len(analysis.core) >= 4 else analysis.text


def as_found(hits: list[Hit], *_: object) -> list[Hit]:
    """The hits as the search has them."""
    return hits


Change = tuple[Any, str, Any]
SETTINGS: dict[str, tuple[type[BuiltInReranker] | None, tuple[Change, ...]]] = {
    "everything": (BuiltInReranker, ()),
    "without the dense side": (BuiltInReranker, ((fusion, "DENSE_WEIGHT", 0.0),)),
    "without the ranker": (None, ()),
    "without the network's relevance": (WordsAlone, ()),
    "the ranker's order alone": (BuiltInReranker, ((rerank, "TRUSTED", 1000),)),
    "without place, year and value signs": (Blind, ()),
    "places of documents not weighed": (BuiltInReranker, ((local, "FOREIGN", 1.0),)),
    "without standing and regions": (BuiltInReranker, ((retrieval, "_prefer", as_found),)),
    "standing alone left out": (BuiltInReranker, ((notices, "standing", lambda *_: 0),)),
    "the asking sentence searched for": (BuiltInReranker, ((retrieval, "query", asking),)),
}
INDEXES: dict[str, tuple[Change, ...]] = {
    "one article a passage": ((passages, "_BOUNDARY", {**passages._BOUNDARY, "article": 9}),),
    "without title and headings in front": ((segment, "searchable", lambda passage: passage.text),),
}


@contextmanager
def changed(changes: Sequence[Change]) -> Iterator[None]:
    """Some names of modules mean something else for a while."""
    with ExitStack() as stack:
        for owner, name, value in changes:
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        yield


def scorer(data: Path) -> Any:
    """The suites' own score.py."""
    spec = importlib.util.spec_from_file_location("score", data / "bench" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def corpus_of(suite: str, data: Path, work: Path) -> Path:
    """The documents of a suite; of ncp+laws both folders in one."""
    if suite != "ncp+laws":
        return data / "bench" / suite / "corpus"
    both = work / "ncp+laws-corpus"
    for name, part in (("ncp", "ncp"), ("laws", "stard")):
        if not (both / name).exists():
            shutil.copytree(data / "bench" / part / "corpus", both / name)
    return both


def cases_of(suite: str, data: Path, every: int) -> list[dict[str, Any]]:
    """The cases that have evidence."""
    name = suite.removesuffix("+laws")
    lines = (data / "bench" / name / "cases.jsonl").read_text("utf-8").splitlines()
    found = [case for case in map(json.loads, lines) if any(not e.get("weak") for e in case["evidence"])]
    if suite != name:
        for case in found:
            case["evidence"] = [{**e, "doc": f"{name}/{e['doc']}"} for e in case["evidence"]]
    return found[::every]


def fold_of_case(case: dict[str, Any]) -> int:
    """The fold of a case's first document, as training counts it."""
    return fold_of(str(case["evidence"][0]["doc"]).removeprefix("ncp/"))


def answers(index: LocalIndex, cases: list[dict[str, Any]], folds: Path, names: Sequence[str]) -> dict[str, Any]:
    """For each setting the hits of every case, as `assistant batch` writes them, and the processor time of each in ms."""
    known = tuple(sorted({d.metadata.region.value for d in index.documents() if d.metadata.region}))
    out: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    today = date.today()
    for fold in range(FOLDS):
        with models_from(folds / f"fold{fold}"):
            for case in (case for case in cases if fold_of_case(case) == fold):
                analysis = analyse(case["question"], known)
                for name in names:
                    reranker, changes = SETTINGS[name]
                    index._reranker = reranker() if reranker else None
                    with changed(changes):
                        began = time.process_time()
                        found = retrieval.retrieve(index, analysis, "", Filters(), today)
                        spent = (time.process_time() - began) * 1000
                    hits = [{"rank": h.rank, "source": h.passage.source, "text": h.passage.text} for h in found]
                    out[name].append({"id": case["id"], "status": "not_found", "hits": hits, "cpu_ms": spent})
    return out


def figures(score: Any, cases: list[dict[str, Any]], found: list[dict[str, Any]]) -> dict[str, Any]:
    """Means with 95 % intervals, each case's MRR@10, and the processor time."""
    metrics, rows = score.score(cases, found, boot=RESAMPLES)
    spent = [one["cpu_ms"] for one in found]
    return {
        **{name: {key: metrics["retrieval"][name][key] for key in ("value", "ci95")} for name in FIGURES},
        "cpu_ms": {"p50": round(statistics.median(spent), 1), "p95": round(statistics.quantiles(spent, n=20)[-1], 1)},
        "rows": [row["mrr@10"] for row in rows],
    }


def loss(all_parts: list[float], without: list[float]) -> dict[str, Any]:
    """What leaving a part out costs, case by case, with a 95 % interval over cases."""
    each = [a - b for a, b in zip(all_parts, without, strict=True)]
    rng = random.Random(0)
    means = sorted(statistics.fmean(rng.choices(each, k=len(each))) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]
    return {"value": round(statistics.fmean(each), 4), "ci95": [round(low, 4), round(high, 4)]}


def measured(suite: str, args: argparse.Namespace, score: Any) -> dict[str, Any]:
    """Every row of one suite."""
    cases = cases_of(suite, args.data, args.every)
    corpus = corpus_of(suite, args.data, args.work)
    encoder = load_encoder()

    def opened(name: str, changes: Sequence[Change]) -> LocalIndex:
        with changed(changes):
            build(corpus, args.work / name, encoder=encoder)
        return open_index(args.work / name, encoder=encoder)

    rows: dict[str, Any] = {}
    runs: list[tuple[str, Callable[[], LocalIndex], list[str]]] = [
        ("", lambda: opened(suite, ()), list(SETTINGS)),
        *(
            (label, lambda label=label, changes=changes: opened(f"{suite}, {label}", changes), ["everything"])
            for label, changes in INDEXES.items()
            if args.indexes and suite in ("ncp", "stard")
        ),
    ]
    for label, index, names in runs:
        for name, found in answers(index(), cases, args.folds, names).items():
            rows[label or name] = figures(score, cases, found)
            print(f"{suite:10} {label or name:36} {line(rows[label or name])}", flush=True)
    best = rows["everything"]["rows"]
    for name, row in rows.items():
        if name != "everything":
            row["loss"] = loss(best, row["rows"])
    for row in rows.values():
        del row["rows"]
    return {"cases": len(cases), "every": args.every, "rows": rows}


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    shown = [f"{row[name]['value']:.3f} [{row[name]['ci95'][0]:.3f}, {row[name]['ci95'][1]:.3f}]" for name in FIGURES]
    return "  ".join([*shown, f"{row['cpu_ms']['p50']} / {row['cpu_ms']['p95']} ms"])


def main() -> None:
    """Measure the suites asked for and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth case")
    parser.add_argument("--indexes", action="store_true", help="also with indexes made otherwise, built in WORK")
    parser.add_argument("--suites", nargs="+", default=["ncp", "ncp+laws", "stard"])
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    score, results = scorer(args.data), {}
    for suite in args.suites:
        results[suite] = measured(suite, args, score)
        OUT.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
