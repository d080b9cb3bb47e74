"""A corpus folder to a new generation on servers, from scratch or from the generation before. Knows nothing of searching.

First everything is read into the catalogue, so that the mean length of a passage is known; then the vectors are written;
then both are counted, and the generation is published in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from cli import Progress
from corpus.types import FailedFile, SourceFile
from corpus.versions import Link, VersionEntry, find_links
from errors import IndexOutdated, StoreError
from index.linking import entry_of, links_after
from index.passage_text import searchable_text, text_key
from index.planning import READING_VERSION, Plan, encoder_mismatch, plan_changes
from index.remote.catalogue import Catalogue, CataloguedDocument, CataloguedPassage, Generation
from index.remote.conditions import all_of, filter_numbers, living_in, one_of_values
from index.remote.milvus import VectorRow, VectorServer
from index.remote.opened import whole_passage
from index.remote.publisher import Publisher
from index.remote.schema import documents as documents_table
from index.remote.weights import MOST_DRIFT
from index.remote.work import BATCH, DividedDocument, InProcess, Workers, sum_changes
from index.scoring import mean_length, question_terms
from index.types import BuildSummary

if TYPE_CHECKING:
    from index.address import Address
    from index.terms import Keys
    from index.types import Encoder

Known = dict[bytes, NDArray[np.float32]]
Holder = tuple[CataloguedDocument, CataloguedPassage]
DOCUMENTS_AT_ONCE = 100
DELETED_AT_ONCE = 5000


def build_generation(
    corpus_dir: Path, address: Address, encoder: Encoder, *, passage_tokens: int, progress: Progress | None = None,
    workers: str | int = 0,
) -> BuildSummary:  # fmt: skip
    """Index every file of a folder as a new generation. Raises what `index.build.build_index` raises."""
    return _run_build(
        corpus_dir, address, encoder, passage_tokens=passage_tokens, progress=progress, workers=workers, fresh=True
    )


def update_generation(
    corpus_dir: Path, address: Address, encoder: Encoder, *, passage_tokens: int, progress: Progress | None = None,
    workers: str | int = 0,
) -> BuildSummary:  # fmt: skip
    """Bring an index up to a folder. Raises what `index.build.update_index` raises."""
    return _run_build(corpus_dir, address, encoder, passage_tokens=passage_tokens, progress=progress, workers=workers)


def repair_generation(
    corpus_dir: Path, address: Address, encoder: Encoder, *, passage_tokens: int, again: frozenset[str]
) -> BuildSummary:
    """Write anew, from their files, the documents in `again`, and count every term afresh; the rest is brought up to the folder."""
    return _run_build(
        corpus_dir, address, encoder, passage_tokens=passage_tokens, progress=None, workers=0, again=again
    )


def _run_build(
    corpus_dir: Path, address: Address, encoder: Encoder, *, passage_tokens: int, progress: Progress | None,
    workers: str | int, fresh: bool = False, again: frozenset[str] | None = None,
) -> BuildSummary:  # fmt: skip
    from corpus.folder import scan_folder

    begun, tell = time.monotonic(), progress or (lambda *_: None)
    tell("scan", 0, 0)
    scan = scan_folder(corpus_dir)
    with ExitStack() as stack:
        catalogue = stack.enter_context(Catalogue(address))
        server = stack.enter_context(closing(VectorServer(address)))
        publisher = stack.enter_context(Publisher(catalogue))
        served = publisher.served_number()
        settings = {"passage_tokens": passage_tokens, "reading": READING_VERSION}
        old = None if fresh else _previous_generation(publisher, served, encoder, settings)
        held = _living_by_source(catalogue, old)
        plan = plan_changes({source: one.summary.sha256 for source, one in held.items()}, scan)
        plan = plan if again is None else _plan_reread(plan, scan.files, again)
        summary = BuildSummary(
            served, old.documents if old else 0, old.passages if old else 0, tuple(f.source for f in plan.added),
            tuple(f.source for f in plan.changed), plan.removed, plan.unchanged,
        )  # fmt: skip
        if old is not None and not plan.added and not plan.stale_sources and again is None:
            sweep_unread(publisher, server, old.collection)
            return replace(summary, failed=scan.failed, links=old.links, seconds=time.monotonic() - begun)
        pool = stack.enter_context(_workers_of(workers, encoder))
        work = _Work(publisher, server, encoder, pool, tell)
        new, failed = work.write_generation(old, held, plan, settings, recount=again is not None)
        lost = {one.source for one in failed}
        return replace(
            summary, generation=new.number, documents=new.documents, passages=new.passages,
            added=tuple(s for s in summary.added if s not in lost), changed=tuple(s for s in summary.changed if s not in lost),
            failed=(*scan.failed, *failed), encoded=work.encoded, seconds=time.monotonic() - begun, links=new.links,
        )  # fmt: skip


@contextmanager
def _workers_of(workers: str | int, encoder: Encoder) -> Iterator[Workers]:
    """Who does the work: this process, so many others, or those of a scheduler."""
    text = str(workers)
    if text == "0":
        yield InProcess(encoder)
    elif text.isdecimal() or "://" in text:
        from index.remote.ingest import Cluster

        with Cluster(int(text) if text.isdecimal() else text, encoder) as cluster:
            yield cluster
    else:
        raise StoreError("--workers is neither a number nor a scheduler", text, "give 4, or tcp://HOST:PORT")


def _previous_generation(
    publisher: Publisher, served: int, encoder: Encoder, settings: dict[str, int]
) -> Generation | None:
    """The generation to start from, None when there is none. Raises EncoderMismatch."""
    try:
        old = publisher.read_generation(served) if served else None
    except IndexOutdated:
        return None
    if old is not None and old.encoder != encoder.name:
        raise encoder_mismatch(publisher.catalogue.address, old.encoder, encoder)
    if old is None or old.fingerprint != encoder.fingerprint or old.settings != settings:
        return None
    return old


def _living_by_source(catalogue: Catalogue, old: Generation | None) -> dict[str, CataloguedDocument]:
    """The documents of a generation by source."""
    if old is None:
        return {}
    with catalogue.transaction() as connection:
        return {one.summary.source: one for one in catalogue.living_documents(connection, old.number)}


def _plan_reread(plan: Plan, files: Sequence[SourceFile], again: frozenset[str]) -> Plan:
    """The plan with some files taken as changed though they are the same."""
    changed = {file.source for file in (*plan.added, *plan.changed)}
    more = tuple(file for file in files if file.source in again - changed)
    return replace(plan, changed=(*plan.changed, *more), unchanged=plan.unchanged - len(more))


@dataclass(slots=True)
class _Totals:
    """What the passages of the new generation come to."""

    documents: int
    passages: int
    terms: int


class _Work:
    """The writing of one generation."""

    def __init__(
        self, publisher: Publisher, server: VectorServer, encoder: Encoder, workers: Workers, tell: Progress
    ) -> None:
        self.catalogue, self.server, self.publisher = publisher.catalogue, server, publisher
        self.encoder, self.workers, self.tell = encoder, workers, tell
        self.encoded = 0
        self._terms: list[Keys] = []
        self._changes: list[NDArray[np.int64]] = []
        self._new: list[int] = []  # keys of the documents staged

    def write_generation(
        self, old: Generation | None, held: dict[str, CataloguedDocument], plan: Plan, settings: dict[str, int],
        *, recount: bool = False,
    ) -> tuple[Generation, list[FailedFile]]:  # fmt: skip
        """Stage, count, verify and publish; `recount` trusts no record of stale documents and no term frequency."""
        served = self.publisher.served_number()
        clear_leftovers(self.server, served, old.collection if old else None)
        self.publisher.begin_generation(served)
        stale = [held[source] for source in sorted(plan.stale_sources)]
        others = [one for source, one in sorted(held.items()) if source not in plan.stale_sources]
        totals = _Totals(old.documents, old.passages, old.terms) if old and not recount else _Totals(0, 0, 0)
        known: Known = {}
        if recount:
            self._count_again(others, totals)
        else:
            known = self._take_away(stale, totals, old)
        failed = self._read_new(plan, settings["passage_tokens"], totals)
        counted = old.counted if old and not recount else self.publisher.generation
        self.publisher.count_terms(*sum_changes(self._terms, self._changes), None if recount else old)
        mean = mean_length(totals.terms, totals.passages)
        number = self.publisher.generation
        ended = {one.key for one in stale} if old else set(self._every_served_key(served))
        anew = old is None or abs(mean / old.mean - 1) > MOST_DRIFT
        collection = number if anew or old is None else old.collection
        kept = sorted(one.key for one in others) if anew else []
        mean = mean if anew or old is None else old.mean
        self._write_vectors(collection, mean, kept, known, old)
        new = Generation(
            number, collection, counted, self.encoder.name, self.encoder.fingerprint,
            self.encoder.dimension, settings, mean, totals.documents, totals.passages,
            totals.terms, {one.source: one.reason for one in failed}, tuple(self._links_of_generation(old, stale)),
        )  # fmt: skip
        self._verify_count(new, old, ended)
        self.publisher.publish(new, ended)
        sweep_unread(self.publisher, self.server, collection)
        return new, failed

    def _every_served_key(self, served: int) -> Iterator[int]:
        """The keys of every document that counts in the served generation, whether its record holds or not."""
        table = documents_table.c
        with self.catalogue.transaction() as connection:
            mine = (table.index == self.publisher.index, table.born <= served, table.died.is_(None))
            yield from list(connection.scalars(select(table.key).where(*mine)))

    def _take_away(self, stale: Sequence[CataloguedDocument], totals: _Totals, old: Generation | None) -> Known:
        """Take stale documents out of the totals; the vectors of their passages by text."""
        known: Known = {}
        for holders in _batches_of(self._holders_of([one.key for one in stale]), BATCH):
            texts = [_text_of(holder) for holder in holders]
            vectors = self.server.dense_of(old.collection, _keys_of(holders)) if old else {}
            for (_, passage), text in zip(holders, texts, strict=True):
                if passage.key in vectors:
                    known[text_key(text)] = vectors[passage.key]
                terms = question_terms(text)[0]
                self._note_changes(terms, np.full(len(terms), -1))
                totals.terms -= passage.terms
        totals.documents -= len(stale)
        totals.passages -= sum(one.summary.passages for one in stale)
        return known

    def _count_again(self, documents: Sequence[CataloguedDocument], totals: _Totals) -> None:
        """Count the terms of documents that stay."""
        for holder in self._holders_of([one.key for one in documents]):
            terms, tally = question_terms(_text_of(holder))
            self._note_changes(terms, np.ones(len(terms), np.int64))
            totals.passages += 1
            totals.terms += int(tally.sum())
        totals.documents += len(documents)

    def _note_changes(self, terms: Keys, changes: NDArray[np.int64]) -> None:
        """Note changes of term frequencies, added up now and then so that memory stays bounded by the vocabulary."""
        self._terms.append(terms)
        self._changes.append(changes)
        if len(self._terms) > 2000:
            every, total = sum_changes(self._terms, self._changes)
            self._terms, self._changes = [every], [total]

    def _read_new(self, plan: Plan, tokens: int, totals: _Totals) -> list[FailedFile]:
        """Read what is new into the catalogue; what could not be read."""
        files = (*plan.added, *plan.changed)
        failed: list[FailedFile] = []
        found, waiting = set[str](), list[DividedDocument]()
        for done, one in enumerate(self.workers.read_files(files, tokens)):
            self.tell("read", done, len(files))
            if isinstance(one, FailedFile):
                failed.append(one)
            elif one.document.source in found:
                why = "another file has the same name in another spelling of its characters"
                failed.append(FailedFile(one.document.source, why))
            else:
                found.add(one.document.source)
                waiting.append(one)
            if len(waiting) >= DOCUMENTS_AT_ONCE:
                self._stage_documents(waiting, totals)
                waiting = []
        self._stage_documents(waiting, totals)
        return failed

    def _stage_documents(self, read: Sequence[DividedDocument], totals: _Totals) -> None:
        if not read:
            return
        staged = self.publisher.stage_documents([(one.document, one.passages, one.lengths) for one in read])
        self._new += [one.key for one in staged]
        for one in read:
            self._note_changes(one.terms, one.holding)
            totals.documents += 1
            totals.passages += len(one.passages)
            totals.terms += sum(one.lengths)

    def _write_vectors(
        self, collection: int, mean: float, kept: Sequence[int], known: Known, old: Generation | None
    ) -> None:
        """The rows of new documents, and of `kept` ones where the collection is new."""
        if collection == self.publisher.generation:
            self.server.create_collection(collection, self.encoder.dimension)
        done = 0
        born = self.publisher.generation  # of kept rows too: no reader asks a collection for what was before it
        self.tell("write", 0, 0)
        for holders, dense, sparse in self._vectors_of([*kept, *self._new], mean, set(kept), known, old):
            rows = [
                VectorRow(passage.key, (document.key, born, *filter_numbers(document.summary.metadata)), *vectors)
                for (document, passage), vectors in zip(holders, zip(dense, sparse, strict=True), strict=True)
            ]  # fmt: skip
            self.publisher.check_lock()
            self.server.insert_rows(collection, rows)
            done += len(rows)
            self.tell("write", done, 0)
        self.server.flush_collection(collection)

    def _vectors_of(
        self, keys: Sequence[int], mean: float, kept: set[int], known: Known, old: Generation | None
    ) -> Iterator[tuple[list[Holder], list[NDArray[np.float32]], tuple[dict[int, float], ...]]]:
        """Batches of passages with their vectors; those known already are not encoded again."""
        waiting: list[tuple[list[Holder], list[NDArray[np.float32] | None]]] = []

        def text_batches() -> Iterator[tuple[list[str], list[bool]]]:
            for holders in _batches_of(self._holders_of(keys), BATCH):
                texts = [_text_of(holder) for holder in holders]
                here = [h for h in holders if h[0].key in kept]
                before = self.server.dense_of(old.collection, _keys_of(here)) if old and here else {}
                vectors = [before.get(h[1].key, known.get(text_key(t))) for h, t in zip(holders, texts, strict=True)]
                waiting.append((holders, vectors))
                yield texts, [vector is None for vector in vectors]

        for made in self.workers.make_vectors(text_batches(), mean):
            holders, vectors = waiting.pop(0)
            fresh = iter(made.dense)
            self.encoded += len(made.dense)
            yield holders, [next(fresh) if vector is None else vector for vector in vectors], made.sparse

    def _holders_of(self, keys: Sequence[int]) -> Iterator[Holder]:
        """Documents, in the order given, with each of their passages."""
        for begin in range(0, len(keys), DOCUMENTS_AT_ONCE):
            some = keys[begin : begin + DOCUMENTS_AT_ONCE]
            with self.catalogue.transaction() as connection:
                documents = {
                    one.key: one
                    for one in self.catalogue.living_documents(connection, self.publisher.generation, keys=some)
                }
                wanted = [key for d in documents.values() for key in range(d.first, d.first + d.summary.passages)]
                passages = self.catalogue.read_passages(connection, wanted)
            if lost := [key for key in some if key not in documents] or [key for key in wanted if key not in passages]:
                raise self.catalogue.damaged_error(f"the catalogue has lost record {lost[0]}")
            for one in (documents[key] for key in some):
                for key in range(one.first, one.first + one.summary.passages):
                    yield one, passages[key]

    def _links_of_generation(self, old: Generation | None, stale: Sequence[CataloguedDocument]) -> list[Link]:
        """Which documents of the new generation belong together."""
        number = self.publisher.generation
        with self.catalogue.transaction() as connection:
            new = [one.summary for one in self.catalogue.living_documents(connection, number, keys=self._new)]
            if old is None:
                return find_links(map(entry_of, new))
            gone = {one.key for one in stale}
            changed: Iterable[VersionEntry] = map(entry_of, (*(one.summary for one in stale), *new))
            return links_after(
                old.links, changed, lambda seeds: self.catalogue.documents_linked(connection, number, seeds, gone)
            )

    def _verify_count(self, new: Generation, old: Generation | None, ended: set[int]) -> None:
        """Count what the server holds of the generation, everything acknowledged included. Raises StoreError."""
        dead = list[int]()
        if old is not None and new.collection == old.collection:
            with self.catalogue.transaction() as connection:
                dead = sorted({*self.catalogue.dead_documents(connection, old), *ended})
        found = self.server.count_rows(new.collection, living_in(new.number, dead))
        if found != new.passages:
            raise StoreError(
                "the Milvus server does not hold what it acknowledged",
                f"{found} of {new.passages} passages",
                "run again",
            )


def clear_leftovers(server: VectorServer, served: int, collection: int | None) -> None:
    """Remove what a killed publisher left on the server: collections never served, rows of generations never published."""
    for number in server.collection_numbers():
        if number > served:
            server.drop_collection(number)
    late = f"born > {served}"
    if collection is not None and server.count_rows(collection, late):
        server.delete_rows(collection, late)
        if server.count_rows(collection, late):
            raise StoreError("the Milvus server still holds rows of a stopped update", server.address, "run again")


def sweep_unread(publisher: Publisher, server: VectorServer, collection: int) -> None:
    """Remove what no reader holds any more: rows of documents that ended, then their records, and older collections."""
    floor, ended = publisher.sweepable_documents()
    here = [key for key, died in ended if died > collection]
    for begin in range(0, len(here), DELETED_AT_ONCE):
        server.delete_rows(collection, all_of(one_of_values("document", here[begin : begin + DELETED_AT_ONCE])))
    publisher.mark_swept([key for key, _ in ended])
    if floor >= collection:
        for number in server.collection_numbers():
            if number < collection:
                server.drop_collection(number)
    publisher.purge_below(floor)


def _text_of(holder: Holder) -> str:
    """What a passage is found by."""
    document, passage = holder
    return searchable_text(whole_passage(passage.passage, document.summary))


def _keys_of(holders: Sequence[Holder]) -> NDArray[np.int64]:
    return np.array([passage.key for _, passage in holders], dtype=np.int64)


def _batches_of(holders: Iterator[Holder], size: int) -> Iterator[list[Holder]]:
    while some := list(islice(holders, size)):
        yield some
