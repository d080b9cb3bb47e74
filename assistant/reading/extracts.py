"""Takes the words of an answer from its sentence, by rules or as the trained reader chose them; knows no scores.

What is taken is always a run of the source's own characters, quoted with the whole sentences it stands in.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.reading import lists, spans, trained
from assistant.reading.candidates import is_heading
from assistant.reading.matching import Matcher
from assistant.reading.types import Extract, Sentence
from assistant.understanding.analysis import Analysis
from corpus.sentences import sentences
from corpus.text.characters import fold
from corpus.text.quantities import find_values
from corpus.types import Document
from index.types import Index

SHORT = 60  # characters of a sentence that is shown whole rather than cut
SUBJECT = 0.25  # share of the question that a clause beside the run must hold to be taken along
SOON = 200  # characters after a heading or a question that are shown with it
LONGEST = 200  # characters of a run that was widened
VAGUE = 9  # a question of more character pairs than this is specific enough


def by_trained(look: trained.Look, matcher: Matcher) -> Extract:
    """The run of words that the trained reader chose, quoted with the sentences it stands in."""
    text = look.hit.passage.text
    start, end = _without_headings(text, look.start, look.end)
    least, most = _sentences_of(text, start, end)
    if most - least <= SHORT:
        start, end = least, most
    else:
        start, end = _to_clauses(text, start, end, least, most)
        start, end = _to_subject(text, start, end, (least, most), matcher)
    return _extract(look, (start, end), (least, most))


def as_chosen(look: trained.Look, *, clauses: bool = False) -> Extract:
    """The same run as it was chosen, but no value, title or quotation cut, and no clause where `clauses` says so."""
    text = look.hit.passage.text
    start, end = _uncut(text, *_without_headings(text, look.start, look.end))
    least, most = _sentences_of(text, start, end)
    if clauses:
        start, end = _to_clauses(text, start, end, least, most)
    return _extract(look, (start, end), (least, most))


def _sentences_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the whole sentences that a run touches begin and end."""
    touched = [(left, right) for left, right in sentences(text) if left < end and right > start]
    return min([start, *(left for left, _ in touched)]), max([end, *(right for _, right in touched)])


def _extract(look: trained.Look, words: tuple[int, int], quote: tuple[int, int]) -> Extract:
    """The words and the quote they stand in, both counted in the passage of the trained reader's run."""
    passage = look.hit.passage
    text = passage.text[slice(*words)].rstrip("。；;，, \n")
    return Extract(text, look.hit, passage.start + quote[0], passage.start + quote[1], 1.0)


_BEFORE = re.compile(r"(?:近|约|超|超过|不超过|至少|不低于)$")
_BOUND = re.compile(r"以上|以下|以内|左右")


def _uncut(text: str, start: int, end: int) -> tuple[int, int]:
    """A run widened over the values, dates, 《titles》, “quotations” and enumerations that it cuts."""
    wholes = [(value.start, value.end) for value in find_values(text)]
    wholes += [quotation.span() for quotation in spans.QUOTED.finditer(text)]
    for left, right in wholes:
        if left < start < right or left < end < right:
            start, end = min(start, left), max(end, right)
    listed = "、" in text[max(start - 1, 0) : end + 1]
    before_it, after_it = text[start - 1 : start] == "、", listed and text[end : end + 1] in ("、", "和", "及", "与")
    if before_it or after_it:  # half of an enumeration misleads
        left, right = _to_clauses(text, start, end, *_sentences_of(text, start, end))
        start, end = (left if before_it else start), (right if after_it else end)
    before, after = _BEFORE.search(text, max(0, start - 4), start), _BOUND.match(text, end)
    return (before.start() if before else start), (after.end() if after else end)


_HEADINGS = re.compile(r"(?:\s*#[^\n]*\n)+\s*")


def _without_headings(text: str, start: int, end: int) -> tuple[int, int]:
    """The run without the Markdown headings it begins with or lies in the last of, where something follows them."""
    line = text.rfind("\n", 0, start) + 1
    headings = _HEADINGS.match(text, line)
    if headings and headings.end() < len(text):
        start = max(start, headings.end())
    return start, max(end, start + 1)


_CLAUSE_END = "，,；;。！？!?：:\n"


def _to_clauses(text: str, start: int, end: int, least: int, most: int) -> tuple[int, int]:
    """A run widened to the clauses it cuts, within `least` and `most`: half a clause, or half a quotation, is no answer."""
    while start > least and (text[start - 1] not in _CLAUSE_END or spans.inside_quotes(text[least:start])):
        start -= 1
    while end < most and (
        (text[end - 1] not in _CLAUSE_END and text[end] not in _CLAUSE_END) or spans.inside_quotes(text[least:end])
    ):
        end += 1
    return start, end


def _to_subject(text: str, start: int, end: int, quote: tuple[int, int], matcher: Matcher) -> tuple[int, int]:
    """A run widened to the clause of its quote that names what was asked about, when the run itself does not.

    In 甲局讲资金，乙局讲用地，丙局讲人才 the trained reader may light on the neighbour of the clause that was meant.
    """
    told = matcher.found(fold(text[start:end]))
    clauses = [match.span() for match in re.finditer(r"[^，,；;。：:\n]+", text[slice(*quote)])]
    best, gain = (start, end), SUBJECT
    for left, right in ((quote[0] + a, quote[0] + b) for a, b in clauses):
        more = matcher.share(matcher.found(fold(text[left:right])) - told)
        if more > gain:
            best, gain = (min(start, left), max(end, right)), more
    return best if best[1] - best[0] <= LONGEST else (start, end)


def whole(sentence: Sentence) -> Extract:
    """The sentence as it stands."""
    lead = len(sentence.text) - len(sentence.text.lstrip())
    words = sentence.text.strip().rstrip("。；;，, \n")
    return Extract(words, sentence.hit, sentence.start + lead, sentence.end, sentence.score)


def by_rules(
    analysis: Analysis,
    sentence: Sentence,
    matcher: Matcher,
    index: Index,
    *,
    label: str = "",
    look: trained.Look | None = None,
) -> Extract:
    """The words taken from a sentence and, where it opens a list or asks a question itself, from what follows it."""
    document = index.document(sentence.hit.passage.doc_id)
    start, end = sentence.start, sentence.end
    if lists.opens(sentence.text) or is_heading(sentence.text) or sentence.text.rstrip().endswith(("？", "?")):
        return _with_following(analysis, sentence, document, label)
    lead = len(sentence.text) - len(sentence.text.lstrip())
    whole = label and analysis.kind == "how_many" and len(matcher.weights) <= VAGUE
    pieces = [(0, len(sentence.text))] if whole else spans.trim(analysis, sentence.text, matcher, _seen(sentence, look))
    text = "；".join(sentence.text[left:right] for left, right in pieces if right > left)
    expected = analysis.count or lists.counted(analysis.core)
    found = lists.items(text) if analysis.kind == "list" and expected else 0
    return Extract(text, sentence.hit, start + lead, end, sentence.score, label, expected if found else 0, found)


def _seen(sentence: Sentence, look: trained.Look | None) -> tuple[int, int]:
    """The trained reader's run as places in this sentence, empty when it lies elsewhere."""
    if look is None or look.hit.passage.doc_id != sentence.hit.passage.doc_id:
        return 0, 0
    shift = look.hit.passage.start - sentence.start
    start, end = max(look.start + shift, 0), min(look.end + shift, len(sentence.text))
    return (start, end) if start < end else (0, 0)


def _with_following(analysis: Analysis, sentence: Sentence, document: Document, label: str) -> Extract:
    """A list after its lead, or the paragraph after a heading or a question."""
    text = document.text
    end, count = lists.following(text, sentence.end)
    if count == 0:
        end = _next_paragraph(text, sentence.end)
    words = text[sentence.end : end].strip() or sentence.text.strip()
    lead = len(sentence.text) - len(sentence.text.lstrip())
    expected = analysis.count or lists.counted(sentence.text) if count else 0
    return Extract(
        words, sentence.hit, sentence.start + lead, max(end, sentence.end), sentence.score, label, expected, count
    )


_ITEM = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")


_RUN_IN = re.compile(
    r"(?:^|(?<=[\s。；;）)]))(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、](?!\d))"
    r"\s*[^\s，,、；;：:。！？!?]{2,30}[。\s]*$"
)


def heading_at_end(words: str) -> tuple[str, str]:
    """The words before a numbered heading that they end in, and that heading, which its paragraph goes on after.

    （八）减轻税费负担。 is one, of which the text goes on: 对企业……. The heading is empty where there is none.
    """
    found = _RUN_IN.search(words)
    return (words[: found.start()].rstrip("。；;，, \n"), found[0]) if found else (words, "")


def after(extract: Extract, index: Index) -> Extract:
    """What the next sentences after an extract's say, up to SOON characters or the end of their paragraph."""
    text = index.document(extract.hit.passage.doc_id).text
    stop = _next_paragraph(text, extract.quote_end)
    following = sentences(text[extract.quote_end : stop])
    if not following:
        return extract
    ends = [following[0][1]]
    for left, right in following[1:]:
        if right - following[0][0] > SOON or _ITEM.match(text, extract.quote_end + left):
            break
        ends.append(right)
    start, end = extract.quote_end + following[0][0], extract.quote_end + ends[-1]
    return replace(extract, text=text[start:end].rstrip("。；;，, \n"), quote_end=end)


def _next_paragraph(text: str, start: int) -> int:
    """The end of the next line that holds words, at most 400 characters on, at the end of a sentence."""
    begin = start
    while begin < len(text) and text[begin].isspace():
        begin += 1
    stop = text.find("\n", begin)
    stop = len(text) if stop < 0 else stop
    if stop - begin <= 400:
        return stop
    end = begin
    for _, right in sentences(text[begin:stop]):
        if right > 400 and end > begin:
            break
        end = begin + right
    return end
