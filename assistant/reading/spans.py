"""Trims a sentence to what was asked. Knows nothing of other sentences or of how the sentence was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading import wanted
from assistant.reading.matching import Matcher
from assistant.understanding.analysis import Analysis
from corpus.text.char_bigrams import term_bigrams as grams
from corpus.text.characters import fold

Span = tuple[int, int]

_COPULA = re.compile(
    r"分别(?:是|为|有)|依次(?:是|为)|主题(?:依次)?为|是指|指的是|(?:主要|具体)?(?:包括|包含)(?:有)?|[内形]容(?:是|为)|(?:全称|简称|名称|统称|称)[为是]|称为|称作|叫做|名为|定为|确定为|"
    r"(?:主要|具体|目标|任务|口号|主题|定位|重点)?(?:[是为有]|即)(?![否关此了止着效利序些的限])|[：:]|如下[：:]?"
)
_NOT_COPULA = re.compile(
    r"(?:因|作|成|称|行|人|认|以|视|改|变|设|转|分|就|还|也|都|不|但|可|若|凡|要|只|更|所|具|没|持|含|享|占|拥|国|公|私|原|现)$"
)
_AS = re.compile(r"以(?P<what>[^，。；、以为]{2,20})为(?P<role>[^，。；、]{1,8})")
_ITEMS = re.compile(r"[^，。；;：:、！？!?]{1,30}(?:、[^，。；;：:、！？!?]{1,30})+")
_LEAD_IN = re.compile(r"(?:例如|比如|诸如|如|包括|包含|分别[是为]|依次[是为]|[是为有在]|涉及|涵盖)(?![果何期此下])")
_CLAUSE = re.compile(r"[^，；,;。！？!?]+[，；,;。！？!?]?")
QUOTED = re.compile(r"“[^“”]{2,60}”|《[^《》]{2,60}》|「[^「」]{2,60}」|\"[^\"]{2,60}\"")
_COMMENT = re.compile(
    r"[，,；;](?=(?:要以|用来|以此|并|使|让|这|其中|特点|目的|思路|旨在|从而|以便|由此|为此|同时|此外|另外|但|而|因此|所以|须|应当|力争|要全力|要让|内容))"
)
_EDGE = "，。；、：:,;.!！?？ \t\n\u3000"


def trim(analysis: Analysis, sentence: str, matcher: Matcher, seen: Span = (0, 0)) -> list[Span]:
    """The parts of the sentence that answer, in order; the whole sentence where no rule does better.

    seen: the part that the trained reader takes for the answer, empty where it takes none of this sentence.
    """
    found = _nearest(analysis, sentence, matcher, seen)
    if not found and analysis.kind == "list":
        found = _enumeration(sentence, matcher)
    if not found and analysis.kind in ("list", "what", "which", "define", "who", "where", "how_many"):
        found = _made_of(sentence, matcher) or _after_copula(analysis, sentence, matcher)
    return [_strip(sentence, span) for span in found] or [_strip(sentence, _clauses(analysis, sentence, matcher))]


def _strip(text: str, span: Span) -> Span:
    """The span without punctuation and white space at its ends, closing marks kept."""
    start, end = span
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


SEEN = 1.5  # a value counts so much more where the trained reader saw the answer
CARRIED, OWN_SUBJECT = 0.7, 0.2  # what the words of an earlier clause are worth, for a value and for who does something


def _nearest(analysis: Analysis, sentence: str, matcher: Matcher, seen: Span) -> list[Span]:
    """The value in whose clause, or before it, most of the question's wording stands; the trained reader has a say."""
    spans = wanted.fitting(analysis, sentence)
    if not spans:
        return []
    places = matcher.places(sentence)
    carried = OWN_SUBJECT if analysis.kind == "who" else CARRIED
    hit = [span for span in spans if span[0] < seen[1] and seen[0] < span[1]]

    def worth(span: Span) -> tuple[float, int]:
        close = _closeness(sentence, span, places, carried) * (1 + _heads(sentence, span, matcher))
        return close * (SEEN if hit == [span] else 1.0), -span[0]

    best = max(spans, key=worth)
    return [_clause_of(sentence, best) if inside_quotes(sentence[: best[0]]) else best]


def _clause_of(text: str, span: Span) -> Span:
    """The clause round a value that stands in quotation marks: a slogan's 一次 says nothing without it."""
    start = max(text.rfind(mark, 0, span[0]) for mark in "，；,;。：") + 1
    ends = [at for mark in "，；,;。" if (at := text.find(mark, span[1])) >= 0]
    return start, min(ends, default=len(text))


def _heads(text: str, span: Span, matcher: Matcher) -> float:
    """The share of what the question asks the value of, its last content word, that stands in the value's own clause."""
    start = max(text.rfind(mark, 0, span[0]) for mark in "，；,;。、")
    own = matcher.found(fold(text[start + 1 : span[0]]))
    head = grams(matcher.terms[-1]) if matcher.terms else []
    return sum(gram in own for gram in head) / len(head) if head else 0.0


def _closeness(text: str, span: Span, places: Sequence[tuple[int, float]], carried: float) -> float:
    """The weight of the question's words for a span, each word once, where it counts most.

    Full in the span's own clause, less in the clauses before it, whose subject goes on, next to none after it.
    """
    best: dict[tuple[str, float], float] = {}
    for at, weight in places:
        if span[0] <= at < span[1]:
            continue
        between = text[at : span[0]] if at < span[0] else text[span[1] : at]
        borders = sum(between.count(mark) for mark in "，；,;。")
        near = 0.5 ** (len(between) / 60 + 0.15 * between.count("、"))
        credit = weight * near * ((carried if borders else 1.0) if at < span[0] else (0.1 if borders else 0.6))
        key = (text[at : at + 2], weight)
        best[key] = max(best.get(key, 0.0), credit)
    return sum(best.values())


def _enumeration(sentence: str, matcher: Matcher) -> list[Span]:
    """The enumeration of three items or more that the question's words lead to, its lead-in (如, 包括, 有 ...) left out."""
    found: list[tuple[float, int, Span]] = []
    for match in _ITEMS.finditer(sentence):
        count = match.group().count("、") + 1
        first = match.group().split("、")[0]
        lead, before = 0, 0.0
        for word in _LEAD_IN.finditer(first):
            weight = matcher.weight(first[: word.start()])
            if len(word.group()) > 1 or word.group() == "如" or weight > 0:
                lead, before = word.end(), weight
        span = match.start() + lead, match.end()
        if count >= 3 and matcher.weight(sentence[slice(*span)]) < 0.5:
            found.append((before, count, span))
    return [max(found)[2]] if found else []


def _made_of(sentence: str, matcher: Matcher) -> list[Span]:
    """甲 of 以甲为乙 when the question speaks of 乙."""
    everywhere = matcher.weight(sentence)
    for match in _AS.finditer(sentence):
        subject, role = match.group("what"), match.group("role")
        if matcher.weight(role) > 0 and matcher.weight(subject) < 0.3 * everywhere:
            return [match.span("what")]
    return []


def _after_copula(analysis: Analysis, sentence: str, matcher: Matcher) -> list[Span]:
    """What follows 是, 为, 包括, a colon ... when the words of the question stand before it."""
    everywhere = matcher.weight(sentence)
    if everywhere <= 0:
        return []
    best: tuple[float, int] | None = None
    for match in _COPULA.finditer(sentence):
        left, right = sentence[: match.start()], sentence[match.end() :]
        if len(match.group()) == 1 and match.group() not in "：:" and _NOT_COPULA.search(left):
            continue
        if inside_quotes(left) or len(right.strip(_EDGE)) < 2:
            continue
        before, after = matcher.weight(left), matcher.weight(right)
        score = before / everywhere - 0.5 * after / everywhere - 0.02 * _gap(left, matcher)
        if before >= 0.55 * everywhere and (best is None or score > best[0] + 0.05):
            best = (score, match.end())
    if best is None:
        return []
    return [_object(analysis, sentence, best[1])]


def _gap(left: str, matcher: Matcher) -> int:
    """How many characters, at most 20, stand between the question's last content word and the end of `left`."""
    focus = [gram for term in matcher.terms[-1:] for gram in grams(term)]
    ends = [left.rfind(gram) + len(gram) for gram in focus if gram in left]
    return min(20, len(left) - max(ends)) if ends else 20


def inside_quotes(left: str) -> bool:
    """Whether a quotation or a bracket opened before is still open."""
    return any(left.count(a) > left.count(b) for a, b in ("“”", "《》", "（）", "()", "「」"))


def _object(analysis: Analysis, sentence: str, start: int) -> Span:
    """What stands after the copula, without the remark that follows it."""
    end = len(sentence)
    quoted = QUOTED.match(sentence, start)
    if quoted and analysis.kind != "list" and sentence[quoted.end() : quoted.end() + 1] in ("，", "。", "；", ""):
        return start, quoted.end()
    comment = _COMMENT.search(sentence, start)
    if comment and not inside_quotes(sentence[start : comment.start()]) and comment.start() - start >= 2:
        end = comment.start()
    return start, end


def _clauses(analysis: Analysis, sentence: str, matcher: Matcher) -> Span:
    """The clause that alone holds nearly all that the sentence shares with the question; else the whole sentence."""
    if analysis.kind in ("how", "why", "yes_no", "define", "list"):
        return 0, len(sentence)
    if len(sentence) < 48 or wanted.asks_for_place(analysis.core):
        return 0, len(sentence)
    everywhere = matcher.weight(sentence)
    pieces = [match.span() for match in _CLAUSE.finditer(sentence) if not inside_quotes(sentence[: match.start()])]
    if len(pieces) < 2 or everywhere <= 0:
        return 0, len(sentence)
    best = max(pieces, key=lambda span: matcher.weight(sentence[slice(*span)]))
    if matcher.weight(sentence[slice(*best)]) >= 0.8 * everywhere and _novel(sentence[slice(*best)], matcher) >= 4:
        return best
    return 0, len(sentence)


def _novel(text: str, matcher: Matcher) -> int:
    """How many characters of the text are no wording of the question."""
    covered: set[int] = set()
    for at, _ in matcher.places(text):
        covered.update((at, at + 1))
    return len(text.strip(_EDGE)) - len(covered)
