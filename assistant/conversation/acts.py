"""Decides whether an utterance is an act of conversation and meets it. Knows nothing of search and asks no model.

An utterance is an act only when the whole of it is one: 你好 is, 你好，租房补贴多少 is a question.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation import again, collection, complaint, noise, product, quoting, rewriting, social
from assistant.conversation.types import COLLECTION, REFERRING, Act
from assistant.conversation.words import conversation_words
from assistant.types import Answer, Citation, Question, Statement, Turn
from assistant.understanding import followup
from assistant.understanding.analysis import clean_question
from assistant.verification import verify
from corpus.text.characters import simplify
from index.filters import passes_filters
from index.types import DocumentSummary, Index

LONGEST = 60  # characters of an utterance that can be an act; longer ones are questions
TURNS = 24  # turns looked back at
_EDGES = " \t，,。.!！?？、;；:：~～…\"“”'‘’"
_PICTURES = re.compile("[\u2600-\u27bf\u2b50\ufe0f\u200d\U0001f000-\U0001faff]")


def classify_utterance(text: str, history: Sequence[Turn] = ()) -> Act | None:
    """The act of conversation that the whole utterance is; None for a question, which the ordinary path answers."""
    asked = _bare_utterance(text)
    if not asked or len(asked) > LONGEST:
        return None
    return _first_act(asked, history) or (
        _first_act(rest, history) if (rest := _bare_utterance(followup.without_courtesy(asked))) != asked else None
    )


def _bare_utterance(text: str) -> str:
    """The utterance simplified, without pictures and without marks at its ends."""
    return _PICTURES.sub(" ", simplify(clean_question(text))).strip(_EDGES)


def _first_act(asked: str, history: Sequence[Turn]) -> Act | None:
    """The first rule that takes the whole utterance."""
    act = (
        social.find_courtesy(asked)
        or product.find_product_question(asked)
        or collection.find_collection_question(asked)
        or complaint.find_complaint(asked)
        or rewriting.find_referring_act(asked, history[-TURNS:])
        or again.find_repeat_wish(asked)
        or noise.find_noise(asked)
    )
    if act and act.kind == "more":
        return _next_page(history[-TURNS:]) or act
    return act


def _next_page(history: Sequence[Turn]) -> Act | None:
    """More of a list of documents, where that was what was last shown."""
    pages = 1
    for at in range(len(history) - 1, -1, -1):
        if history[at].role != "user":
            continue
        act = _first_act(_bare_utterance(history[at].text), ())
        if act is None or act.kind not in COLLECTION | {"more"}:
            return None
        if act.kind in COLLECTION:
            return replace(act, page=pages)
        pages += 1
    return None


def settle_history(history: Sequence[Turn], known: Sequence[str] = ()) -> tuple[Turn, ...]:
    """The turns that questions refer back to: acts answered by themselves left out, those that meant a question rewritten."""
    kept: list[Turn] = []
    recent = history[-TURNS:]
    skipping = False
    for at, turn in enumerate(recent):
        if turn.role == "assistant":
            if not skipping:
                kept.append(turn)
            continue
        act = classify_utterance(turn.text, recent[:at])
        skipping = bool(act and act.kind not in REFERRING and act.kind not in COLLECTION)
        if act and act.kind in REFERRING:
            meant = rewriting.question_meant(
                act, followup.standalone_question(kept, known), _answer_before(kept), known
            )
            kept.append(replace(turn, text=meant or turn.text))
        elif not skipping:
            kept.append(turn)
    return tuple(kept)


def _answer_before(turns: Sequence[Turn]) -> str:
    """What was last answered."""
    return next((turn.text for turn in reversed(turns) if turn.role == "assistant"), "")


def respond_to_act(
    act: Act, index: Index, question: Question, language: str = "zh", known: Sequence[str] | None = None
) -> Answer | str:
    """The answer to an act, or the question that it means, to be answered in the ordinary way.

    `known` are the places of the corpus; read from the index where they are not given. Raises IndexDamaged when a document
    cannot be read.
    """
    english = _is_english(question.text) and act.kind != "noise"
    reply = _Reply(act, index, question, "en" if english else language)
    if act.kind in REFERRING:
        places = known if known is not None else _known_places(index)
        before = settle_history(question.history, places)
        meant = rewriting.question_meant(
            act, followup.standalone_question(before, places), _answer_before(before), places
        )
        return meant or reply.say_words("nothing_before")
    if act.kind in COLLECTION:
        return reply.about_documents()
    if act.kind in ("detail", "rephrase", "evidence", "brief", "complaint"):
        return reply.about_last_answer()
    return reply.say_words(act.kind)


def _is_english(text: str) -> bool:
    """Whether the words are Latin letters only."""
    return bool(re.search(r"[A-Za-z]", text)) and not re.search(r"[\u3400-\u9fff]", text)


def _known_places(index: Index) -> tuple[str, ...]:
    """The regions of the corpus."""
    return tuple(sorted({summary.metadata.region.value for summary in index.documents() if summary.metadata.region}))


class _Reply:
    """The answer to one act while it is made."""

    def __init__(self, act: Act, index: Index, question: Question, language: str) -> None:
        self.act, self.index, self.question, self.language = act, index, question, language
        self.began = time.perf_counter()
        self.lines: list[str] = []
        self.statements: list[Statement] = []
        self.citations: list[Citation] = []

    def say_words(self, key: str) -> Answer:
        """An answer of the assistant's own words alone."""
        return self._gathered_answer(conversation_words(self.language, key, n=len(self._documents_allowed())))

    def about_documents(self) -> Answer | str:
        """Which documents there are; the question itself where it names none, since it may ask for something else."""
        act, every = self.act, self._documents_allowed()
        found = collection.choose_documents(act, every)
        if not every:
            return self._gathered_answer(conversation_words(self.language, "empty"))
        if not found:
            return self.question.text
        start = act.page * collection.PAGE
        page = found[start : start + collection.PAGE]
        if not page:
            return self._gathered_answer(conversation_words(self.language, "no_more", n=len(found)))
        key = "undated" if act.kind == "recent" and not any(map(collection.issue_day, found)) else act.kind
        lead = conversation_words(self.language, "page" if act.page else key, n=len(found), subject=act.subject)
        for document in page:
            self._list_document(document)
        left = len(found) - start - len(page)
        ending = [conversation_words(self.language, "left", n=left)] if left > 0 else []
        return self._gathered_answer("\n".join([lead, *self.lines, *ending]))

    def _list_document(self, document: DocumentSummary) -> None:
        """A line for a document: its title, who issued it and when, and the words by which it names itself."""
        title = quoting.shown_words(document.title).replace("\n", " ")
        meta = document.metadata
        parts = [value.value for value in (meta.issuer, meta.number, meta.issued) if value]
        label = f"《{title}》" + (f"（{'，'.join(parts)}）" if parts else "")
        number = self.act.page * collection.PAGE + len(self.lines) + 1
        whole = self.index.document(document.id)
        span = quoting.opening_span(whole)
        if span is None:
            self.lines.append(f"{number}. {label}")
            return
        citation = quoting.quote_span(whole, *span, len(self.citations) + 1)
        self.citations.append(citation)
        verdict = verify(f"《{title}》", [citation.quote], [document.title, citation.locator])
        if verdict.supported:
            self.statements.append(Statement(f"《{title}》", (citation.marker,), True))
        self.lines.append(f"{number}. {label}[{citation.marker}]")

    def about_last_answer(self) -> Answer | str:
        """What the last answer rests on, as the act wants it told; the question again where no quotes were kept."""
        kind, history = self.act.kind, self.question.history
        cited = quoting.last_cited(history)
        pairs = quoting.still_there(self.index, cited[1]) if cited else []
        before = followup.standalone_question(settle_history(history), ())
        if not pairs:
            if kind == "complaint":
                return self.say_words("complaint")
            return before or self.say_words("nothing_before")
        if cited and kind == "brief":
            return self._shorten_answer(cited[0], pairs[0][1])
        for document, citation in pairs:
            wide = quoting.widen_citation(document, citation) if kind in ("detail", "rephrase") else citation
            if any(other.doc_id == wide.doc_id and other.start <= wide.start < other.end for other in self.citations):
                continue
            self._quote_citation(replace(wide, marker=len(self.citations) + 1))
        lead = {
            "rephrase": conversation_words(self.language, "rephrase"),
            "evidence": conversation_words(self.language, "evidence"),
            "complaint": conversation_words(self.language, "complaint_cited"),
        }.get(kind)
        ending = [conversation_words(self.language, "complaint")] if kind == "complaint" else []
        return self._gathered_answer("\n".join([*([lead] if lead else []), *self.lines, *ending]))

    def _shorten_answer(self, turn: Turn, citation: Citation) -> Answer:
        """The first sentence of the last answer where its quote carries it alone, else the quote."""
        first = quoting.shown_words(re.split(r"(?<=[。！？])|\n", turn.text, maxsplit=1)[0]).rstrip("。；;，, ")
        verdict = verify(first, [citation.quote], [citation.title, citation.locator])
        if not verdict.supported:
            self._quote_citation(citation)
            return self._gathered_answer("\n".join(self.lines))
        self.citations.append(citation)
        self.statements.append(Statement(first, (citation.marker,), True))
        return self._gathered_answer(f"{first}[{citation.marker}]。")

    def _quote_citation(self, citation: Citation) -> None:
        """A quote as a line with its marker."""
        body = quoting.shown_words(citation.quote)
        self.citations.append(citation)
        verdict = verify(body, [citation.quote], [citation.title, citation.locator])
        self.statements.append(Statement(body, (citation.marker,), verdict.supported, verdict.issues))
        self.lines.append(f"{body.rstrip('。；;，, ')}[{citation.marker}]。")

    def _documents_allowed(self) -> list[DocumentSummary]:
        """The documents that the question may look at."""
        filters = self.question.filters
        return [document for document in self.index.documents() if not filters or passes_filters(document, filters)]

    def _gathered_answer(self, text: str) -> Answer:
        """The answer with what was gathered."""
        return Answer(
            question=self.question.text,
            standalone_question=self.question.text,
            status="answered",
            text=text,
            statements=tuple(self.statements),
            citations=tuple(self.citations),
            generation=self.index.generation,
            timings_ms={"total": (time.perf_counter() - self.began) * 1000},
        )
