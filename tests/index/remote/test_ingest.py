"""Workers of a real local cluster: the same work as here, done again when one dies, set aside when it ends them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.folder import scan_folder
from corpus.types import FailedFile, SourceFile
from errors import EngineAway, StoreError
from index.address import Address
from index.build import build_index
from index.open import open_handle
from index.passage_text import searchable_text
from index.remote import ingest
from index.remote.ingest import Cluster
from index.remote.work import DividedDocument, InProcess
from index.types import Encoder
from tests.servers import free_port


@pytest.fixture(scope="module")
def cluster(encoder: Encoder) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    with Cluster(2, encoder) as one:
        yield one


def read_or_die(file: SourceFile, tokens: int) -> DividedDocument | FailedFile:
    """`read_one`, but for a file that ends the worker, and one that ends the first worker that meets it."""
    met = Path(file.path).with_suffix(".met")
    if "致命" in file.source or ("一次" in file.source and not met.exists()):
        met.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return ingest.read_one(file, tokens)


def test_workers_do_what_is_done_here(cluster: Cluster, corpus: Path, encoder: Encoder) -> None:
    (corpus / "空.md").write_text(" \n", encoding="utf-8")
    files = scan_folder(corpus).files
    here, there = (list(workers.read_files(files, 512)) for workers in (InProcess(encoder), cluster))
    assert [type(one) for one in there] == [type(one) for one in here]
    read = [(a, b) for a, b in zip(here, there, strict=True) if isinstance(a, DividedDocument)]
    assert len(read) == 3
    texts = []
    for mine, theirs in read:
        assert isinstance(theirs, DividedDocument)
        assert (mine.document, mine.passages, mine.lengths) == (theirs.document, theirs.passages, theirs.lengths)
        assert np.array_equal(mine.terms, theirs.terms)
        texts += [searchable_text(passage) for passage in mine.passages]
    batches = [(texts[:2], [True, False]), (texts[2:], [True] * len(texts[2:]))]
    for one, other in zip(
        InProcess(encoder).make_vectors(batches, 30.0), cluster.make_vectors(batches, 30.0), strict=True
    ):
        assert np.array_equal(one.dense, other.dense)
        assert one.sparse == other.sparse


def test_a_worker_that_dies_loses_nothing_and_a_file_that_ends_workers_is_set_aside(
    cluster: Cluster, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("一次.md", "致命.md"):
        (corpus / name).write_text("# 通知\n\n内容。\n", encoding="utf-8")
    monkeypatch.setattr(ingest, "READ", read_or_die)
    found = list(cluster.read_files(scan_folder(corpus).files, 512))
    failed = [one for one in found if isinstance(one, FailedFile)]
    assert failed == [FailedFile("致命.md", "set aside: reading it ended two workers")]
    read = sorted(one.document.source for one in found if isinstance(one, DividedDocument))
    assert read == ["一次.md", "夏河.md", "春江.md", "秋山.txt"]


def test_an_index_is_built_by_the_workers_of_a_scheduler(
    cluster: Cluster, corpus: Path, remote: Address, tmp_path: Path, encoder: Encoder
) -> None:
    build_index(corpus, remote, encoder=encoder, workers=cluster.client.scheduler.address)
    build_index(corpus, tmp_path / "i", encoder=encoder)
    one, other = (open_handle(place, encoder=encoder).current() for place in (remote, tmp_path / "i"))
    assert one.documents() == other.documents()
    for query in ("补贴", "公寓租金", "垃圾投放"):
        assert [hit.passage for hit in one.search(query)] == [hit.passage for hit in other.search(query)]
    with pytest.raises(StoreError, match="--workers is neither"):
        build_index(corpus, remote, encoder=encoder, workers="many")


def test_a_worker_with_another_encoder_is_refused(encoder: Encoder) -> None:
    with pytest.raises(StoreError, match="another release of the encoder"):
        ingest.encode_batch(["补贴"], [True], 30.0, encoder.name, "0" * 64)


def test_a_scheduler_away_is_said(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "SECONDS", 1)
    with pytest.raises(EngineAway, match="Dask scheduler does not answer"):
        Cluster(f"tcp://127.0.0.1:{free_port()}", encoder)
