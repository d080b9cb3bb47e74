"""What one passage costs an index on servers: bytes, seconds of each step of writing it, milliseconds of each step of finding one.

    SUYUAN_CATALOGUE_URL=postgresql+psycopg://… python -m benchmarks.passage_cost CORPUS_DIR milvus+http://HOST:PORT/NAME

The steps are timed one by one in this process, then the whole build, an update of one document, and questions drawn from the
documents' own sentences. One JSON object. The index at the address is overwritten.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import create_engine, text

from corpus.folder import read_many_files, scan_folder
from corpus.passages import split_passages
from corpus.types import Document, Passage
from index.address import Address, place_of
from index.build import PASSAGE_TOKENS, build_index, update_index
from index.encoders import load_encoder
from index.open import open_handle
from index.passage_text import searchable_text
from index.remote.milvus import NUMBERS
from index.remote.opened import RemoteIndex
from index.remote.weights import passage_weights
from index.scoring import mean_length, question_terms
from index.types import Encoder

QUESTIONS = 200
SHARE = "select c.relname, pg_total_relation_size(c.oid) from pg_class c where c.relkind = 'r' and c.relname like 'index\\_%'"
Clock = tuple[float, float]


def seconds(work: Callable[[], Any]) -> tuple[Any, Clock]:
    """What the work gives; seconds by the wall and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, (time.perf_counter() - wall, time.process_time() - processor)


def written(corpus: Path, encoder: Encoder) -> tuple[dict[str, Any], list[Passage]]:
    """Reading, dividing, encoding and weighing, each by itself."""
    files = scan_folder(corpus).files
    documents, reading = seconds(lambda: [one for one in read_many_files(files) if isinstance(one, Document)])
    passages, dividing = seconds(lambda: [part for one in documents for part in split_passages(one, PASSAGE_TOKENS)])
    texts = [searchable_text(passage) for passage in passages]
    _, encoding = seconds(lambda: [encoder.encode(texts[at : at + 512]) for at in range(0, len(texts), 512)])
    terms, counting = seconds(lambda: [question_terms(one) for one in texts])
    mean = mean_length(sum(int(tally.sum()) for _, tally in terms), len(texts))
    weights, weighing = seconds(lambda: [passage_weights(one, mean) for one in texts])
    steps = {"read": reading, "divide": dividing, "encode": encoding, "count": counting, "weigh": weighing}
    figures: dict[str, Any] = {
        "documents": len(documents), "passages": len(passages),
        "characters_of_a_passage": round(float(np.mean([len(one) for one in texts])), 1),
        "terms_of_a_passage": round(float(np.mean([len(one) for one in weights])), 1),
        "seconds_of_1000": {name: [round(1000 * each / len(passages), 3) for each in clock] for name, clock in steps.items()},
    }  # fmt: skip
    dense, sparse, numbers = 4 * encoder.dimension, 8 * figures["terms_of_a_passage"], 8 * (len(NUMBERS) + 1)
    figures["vector_bytes_of_a_passage"] = {"dense": dense, "sparse": round(sparse), "numbers": numbers}
    return figures, passages


def stored(catalogue: str, passages: int) -> dict[str, float]:
    """Bytes of each table with its indexes, a passage."""
    engine = create_engine(catalogue)
    with engine.begin() as connection:
        found = {name: round(size / passages, 1) for name, size in connection.execute(text(SHARE))}
    engine.dispose()
    return found


def asked(index: RemoteIndex, questions: Sequence[str], encoder: Encoder) -> dict[str, list[float]]:
    """p50 and p95 of a whole search and of its two questions to the vector server, in milliseconds."""
    times: dict[str, list[float]] = {"search": [], "sparse": [], "dense": []}
    server, collection = index._server, index._held.collection
    for question in questions:
        times["search"].append(seconds(partial(index.search, question, 10))[1][0])
        vectors = {"sparse": index._weighted(question), "dense": encoder.encode([question])[0]}
        for field, vector in vectors.items():
            work = partial(server.search, collection, field, vector, 100, index._living)
            times[field].append(seconds(work)[1][0])
    return {
        name: [round(1000 * float(np.percentile(each, share)), 2) for share in (50, 95)] for name, each in times.items()
    }


def listed(index: RemoteIndex) -> dict[str, float]:
    """The list of documents, which a chat server has of every generation: seconds until it is there, its memory, one pass over it."""
    tracemalloc.start()
    documents, fetching = seconds(index.documents)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    _, passing = seconds(lambda: {one.id: one for one in documents if one.source == ""})
    count = len(documents)
    return {
        "seconds_of_1000": round(1000 * fetching[0] / count, 3), "bytes_of_one": round(held / count),
        "microseconds_of_a_pass_of_1000": round(1e9 * passing[1] / count, 1),
    }  # fmt: skip


def one_changed(corpus: Path, address: Address, encoder: Encoder) -> float:
    """Seconds of an update after one document got one more line."""
    file = min(corpus.rglob("*.md"), key=lambda path: path.stat().st_size)
    before = file.read_bytes()
    try:
        file.write_bytes(before + "\n\n补充规定自发布之日起施行。\n".encode())
        return seconds(lambda: update_index(corpus, address, encoder=encoder))[1][0]
    finally:
        file.write_bytes(before)


def main() -> None:
    """Everything, as one object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("address")
    given = parser.parse_args()
    address, encoder = place_of(given.address), load_encoder()
    assert isinstance(address, Address), "an address of servers"
    figures, passages = written(given.corpus, encoder)
    _, building = seconds(lambda: build_index(given.corpus, address, encoder=encoder))
    figures["build_seconds_of_1000"] = [round(1000 * each / len(passages), 3) for each in building]
    figures["catalogue_bytes_of_a_passage"] = stored(address.catalogue, len(passages))
    drawn = random.Random(0).sample(passages, min(QUESTIONS, len(passages)))
    questions = [one.text[len(one.text) // 3 :][:20] for one in drawn]
    index = open_handle(address, encoder=encoder).current()
    assert isinstance(index, RemoteIndex)
    for round_ in ("first", "again"):
        figures[f"milliseconds_{round_}"] = asked(index, questions, encoder)
    figures["list_of_documents"] = listed(index)
    figures["update_seconds"] = round(one_changed(given.corpus, address, encoder), 2)
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
