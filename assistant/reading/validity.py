"""Whether a document is still in force, in the words of the document that says so. Knows nothing of other questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant import notices
from assistant.reading.types import Extract, Reading
from assistant.retrieval.named import documents_named
from assistant.understanding.analysis import Analysis
from corpus.sentences import sentence_spans
from corpus.text.char_bigrams import term_bigrams as grams
from corpus.text.characters import fold, normalise
from corpus.types import Document
from index.types import DocumentSummary, Hit, Index

ALIKE = 0.75  # share of the pairs of a name that a title must have to be meant by it
LEAD = 1200  # characters from a list's lead to the item looked for
_ASKS = re.compile(
    r"(?:现在|目前|如今|还|仍然?|依然|是否|是不是|有没有|已经?|被|算|是)*(?:有效|失效|废止|作废|过期|管用|停止执行)(?:了|的)?(?:吗|没有|没|么|呢)?[？?。]?$"
)
_ENDS = re.compile(r"废止|失效|停止执行|不再执行|继续有效|替代|代替")
_HOLDS = re.compile(r"有效期|[起始]施行|之日起(?:施行|执行|实施)|起(?:执行|实施|生效)")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_SURE = 0.9


def read_validity(analysis: Analysis, hits: Sequence[Hit], index: Index) -> Reading | None:
    """What the documents say of whether one of them holds; None for another question, or when no document is meant."""
    if analysis.kind not in ("yes_no", "what") or not _ASKS.search(analysis.core):
        return None
    meant = _document_meant(analysis, hits, index)
    found = _of_document(meant, index) if meant else _line_of_decision(_name_asked_for(analysis), hits, index)
    return Reading(tuple(found), answerable=_SURE) if found else None


def _name_asked_for(analysis: Analysis) -> str:
    """The document as the question names it."""
    return re.sub(r"^(?:请问|现在|目前)|[《》“”\s]", "", _ASKS.sub("", analysis.core))


def _share_of_pairs(name: str, title: str) -> float:
    """The share of the name's character pairs that the title has."""
    pairs = grams(name)
    whole = fold(normalise(title))
    return sum(pair in whole for pair in pairs) / len(pairs) if len(pairs) > 1 else 0.0


def _document_meant(analysis: Analysis, hits: Sequence[Hit], index: Index) -> DocumentSummary | None:
    """The document that the question names by 文号, title or most of its title; of several the one in force."""
    named = list(documents_named(analysis, index))
    if not named and not analysis.numbers:
        found = {hit.passage.doc_id for hit in hits}
        shares = {
            summary: _share_of_pairs(_name_asked_for(analysis), summary.title)
            for summary in index.documents()
            if summary.id in found
        }
        best = max(shares.values(), default=0.0)
        named = [summary for summary, share in shares.items() if share == best >= ALIKE]
    return min(named, key=lambda summary: notices.validity_rank(summary, date.today()), default=None)


def _of_document(summary: DocumentSummary, index: Index) -> list[Extract]:
    """The sentence by which another document ends it, and its own on when it takes and loses effect."""
    found = []
    ending = next((other for other in index.documents() if other.source == summary.ended_by), None)
    if ending is not None:
        names = [summary.metadata.number.value] if summary.metadata.number else []
        found += _sentence_saying(index, index.document(ending.id), [*names, summary.title], _ENDS)
    return found + _sentence_saying(index, index.document(summary.id), [], _HOLDS)


def _sentence_saying(index: Index, document: Document, names: Sequence[str], rule: re.Pattern[str]) -> list[Extract]:
    """The sentence of the document that fits the rule, itself or by its list's lead, and has one of the names if any."""
    wanted = [normalise(name) for name in names]
    for start, end in reversed(sentence_spans(document.text)):
        sentence = document.text[start:end]
        if wanted and not any(name in normalise(sentence) for name in wanted):
            continue
        lead = (start, start) if rule.search(sentence) else _lead_of_list(document.text, start)
        if rule.search(document.text[slice(*lead)] + sentence):
            return _extract_sentence(index, document, lead, (start, end))
    return []


def _lead_of_list(text: str, start: int) -> tuple[int, int]:
    """The sentence with a colon at its end that opens the list in which `start` lies; empty when there is none near."""
    opened = [(a, b) for a, b in sentence_spans(text[:start]) if text[a:b].endswith(("：", ":")) and start - b < LEAD]
    return opened[-1] if opened else (start, start)


def _extract_sentence(index: Index, document: Document, lead: tuple[int, int], own: tuple[int, int]) -> list[Extract]:
    """The sentence, from its list's lead on where it has one."""
    passage = next((p for p in index.passages(document.id) if p.start <= own[0] < p.end), None)
    if passage is None:
        return []
    start = lead[0] if lead[0] < lead[1] else own[0]
    return [
        Extract(document.text[start : own[1]].rstrip("。；;，, \n"), Hit(passage, 1.0, 1, ("lexical",)), start, own[1])
    ]


def _line_of_decision(name: str, hits: Sequence[Hit], index: Index) -> list[Extract]:
    """The line of a decision that ends, or keeps, a document which is not in the corpus itself."""
    for hit in hits:
        document = index.document(hit.passage.doc_id)
        for left, right in sentence_spans(hit.passage.text):
            titles = _TITLE.findall(hit.passage.text[left:right])
            own = hit.passage.start + left, hit.passage.start + right
            lead = _lead_of_list(document.text, own[0])
            said = document.text[slice(*lead)] + hit.passage.text[left:right]
            if _ENDS.search(said) and any(_share_of_pairs(name, title) >= ALIKE for title in titles):
                inside = _ENDS.search(hit.passage.text[left:right])
                return _extract_sentence(index, document, (own[0], own[0]) if inside else lead, own)
    return []
