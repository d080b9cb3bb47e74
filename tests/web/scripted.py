"""A real, small assistant and index behind the same doors, so that every state of the screens can be brought about.

The documents are read and split by the corpus room; what is scripted is which words answer which question.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.types import (
    Answer,
    Citation,
    CitationEvent,
    Event,
    FinalEvent,
    Notice,
    NoticeCode,
    Question,
    StageEvent,
    Statement,
    TextEvent,
)
from corpus.document import read_document
from corpus.folder import scan_folder
from corpus.passages import split_passages
from corpus.types import Document, Passage
from corpus.versions import entry_of_document, find_links, newest_versions
from index.types import DocumentSummary, Filters, Hit


class MemoryIndex:
    """One generation in memory; a passage scores by how many character pairs of the question it holds."""

    def __init__(self, folder: Path, generation: int = 1) -> None:
        self._generation = generation
        self._documents = {doc.id: doc for doc in (read_document(file) for file in scan_folder(folder).files)}
        found = find_links(map(entry_of_document, self._documents.values()))
        self._newer = newest_versions(found)
        self._ended_by = {link.other: link.source for link in found if link.kind == "replaces"}
        self._passages = {doc.id: split_passages(doc) for doc in self._documents.values()}

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def passage_count(self) -> int:
        return sum(map(len, self._passages.values()))

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        pairs = {query[i : i + 2] for i in range(len(query) - 1)}
        found: list[tuple[int, Passage]] = []
        for doc_id, passages in self._passages.items():
            if filters and filters.doc_ids and doc_id not in filters.doc_ids:
                continue
            found += [(sum(pair in passage.text for pair in pairs), passage) for passage in passages]
        best = sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1].id))[:k]
        return [Hit(passage, float(score), rank) for rank, (score, passage) in enumerate(best, 1)]

    def document(self, doc_id: str) -> Document:
        return self._documents[doc_id]

    def documents(self) -> list[DocumentSummary]:
        return [
            DocumentSummary(
                id=doc.id,
                source=doc.source,
                title=doc.title,
                metadata=doc.metadata,
                sha256=doc.sha256,
                characters=len(doc.text),
                passages=len(self._passages[doc.id]),
                warnings=doc.warnings,
                newer=self._newer.get(doc.source, ""),
                ended_by=self._ended_by.get(doc.source, ""),
            )
            for doc in sorted(self._documents.values(), key=lambda doc: doc.source)
        ]

    def passages(self, doc_id: str) -> list[Passage]:
        return self._passages[doc_id]

    def passage_frequency(self, gram: str) -> int:
        return sum(gram in passage.text for passages in self._passages.values() for passage in passages)


class MemoryHandle:
    """Gives the index; `reload` reads the folder again, as an update does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = MemoryIndex(folder)

    def current(self) -> MemoryIndex:
        return self._index

    def reload(self) -> None:
        self._index = MemoryIndex(self.folder, self._index.generation + 1)


@dataclass
class Line:
    """What answers a question: the statements, each with the words of a document that it rests on (none: no marker)."""

    says: list[tuple[str, str]]
    status: str = "answered"
    notices: list[tuple[NoticeCode, str]] = field(default_factory=list)
    choices: tuple[str, ...] = ()
    rewritten: str = ""
    supported: bool = True
    withdrawn: str = ""  # words that were streamed first, and then the answer in their place


class Scripted:
    """Answers from its script; a question it does not know is not found."""

    def __init__(self, handle: MemoryHandle, script: dict[str, Line], pause: float = 0.0) -> None:
        self.handle, self.script, self.pause = handle, script, pause
        self.asked: list[Question] = []

    def invoke(self, input: Question) -> Answer:
        return next(event.answer for event in self.stream(input) if isinstance(event, FinalEvent))

    def stream(self, input: Question) -> Iterator[Event]:
        question = input
        self.asked.append(question)
        index = self.handle.current()
        started = time.perf_counter()
        for stage in ("understand", "retrieve", "read", "verify"):
            yield StageEvent(stage)
            time.sleep(self.pause)
        line = self.script.get(question.text, Line([("文件中没有找到与这个问题有关的规定。", "")], "not_found"))
        answer = self._answer(question, line, index)
        for citation in answer.citations:
            yield CitationEvent(citation)
        if line.withdrawn:
            yield TextEvent(line.withdrawn)
            time.sleep(self.pause)
        yield TextEvent(answer.text, replace=bool(line.withdrawn))
        time.sleep(self.pause if line.withdrawn else 0)
        yield FinalEvent(replace(answer, timings_ms={"total": (time.perf_counter() - started) * 1000}))

    def _answer(self, question: Question, line: Line, index: MemoryIndex) -> Answer:
        citations: list[Citation] = []
        statements = []
        for text, quote in line.says:
            markers: tuple[int, ...] = ()
            if quote:
                citations.append(self._cite(quote, len(citations) + 1, index))
                markers = (len(citations),)
            statements.append(Statement(text, markers, line.supported, () if line.supported else ("原文中没有这个数",)))
        shown = "\n".join(s.text + "".join(f"[{m}]" for m in s.markers) for s in statements if s.supported)
        return Answer(
            question.text, question.standalone or line.rewritten or question.text, line.status, shown, tuple(statements),  # type: ignore[arg-type]
            tuple(citations), tuple(index.search(question.text, 10, question.filters)),
            tuple(Notice(code, text) for code, text in line.notices), generation=index.generation, choices=line.choices,
        )  # fmt: skip

    @staticmethod
    def _cite(quote: str, marker: int, index: MemoryIndex) -> Citation:
        for summary in index.documents():
            document = index.document(summary.id)
            start = document.text.find(quote)
            if start >= 0:
                passage = next(p for p in index.passages(summary.id) if p.start <= start < p.end)
                return Citation(
                    marker=marker,
                    doc_id=document.id,
                    source=document.source,
                    title=document.title,
                    locator=passage.locator,
                    start=start,
                    end=start + len(quote),
                    quote=quote,
                    sha256=document.sha256,
                    verified=True,
                    page=passage.page,
                )
        raise AssertionError(f"the script quotes what no document says: {quote}")
