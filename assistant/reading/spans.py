"""Trims a sentence to what was asked. Knows nothing of other sentences or of how the sentence was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading import values
from assistant.reading.matching import Matcher
from assistant.understanding.analysis import Analysis
from corpus.normal import fold

Span = tuple[int, int]

_COPULA = re.compile(
    r"分别(?:是|为|有)|依次(?:是|为)|主题(?:依次)?为|是指|指的是|(?:主要|具体)?(?:包括|包含)(?:有)?|[内形]容(?:是|为)|(?:全称|简称|名称|统称|称)[为是]|称为|称作|叫做|名为|定为|确定为|"
    r"(?:主要|具体|目标|任务|口号|主题|定位|重点)?(?:[是为有]|即)(?![否关此了止着效利序些的限])|[：:]|如下[：:]?"
)
_NOT_COPULA = re.compile(
    r"(?:因|作|成|称|行|人|认|以|视|改|变|设|转|分|就|还|也|都|不|但|可|若|凡|要|只|更|所|具|没|持|含|享|占|拥|国|公|私|原|现)$"
)
_CLAUSE = re.compile(r"[^，；,;。！？!?]+[，；,;。！？!?]?")
_QUOTED = re.compile(r"“[^“”]{2,60}”|《[^《》]{2,60}》|「[^「」]{2,60}」|\"[^\"]{2,60}\"")
_COMMENT = re.compile(
    r"[，,；;](?=(?:要以|用来|以此|并|使|让|这|其中|特点|目的|思路|旨在|从而|以便|由此|为此|同时|此外|另外|但|而|因此|所以|须|应当|力争|要全力|要让|内容))"
)
_EDGE = "，。；、：:,;.!！?？ \t\n\u3000"


def trim(analysis: Analysis, sentence: str, matcher: Matcher) -> list[Span]:
    """The parts of the sentence that answer, in order; the whole sentence where no rule does better."""
    match analysis.kind:
        case "how_many":
            found = _nearest(analysis, sentence, matcher, _amounts(analysis, sentence))
        case "when":
            found = _nearest(analysis, sentence, matcher, _asked(values.dates(sentence), sentence, analysis.core))
            found = found or _nearest(analysis, sentence, matcher, _durations(sentence, analysis.core))
        case "who":
            found = _nearest(analysis, sentence, matcher, _who(analysis, sentence))
        case _:
            found = []
    if not found and analysis.kind in ("list", "what", "which", "define", "who", "where", "how_many"):
        found = _after_copula(analysis, sentence, matcher)
    return [_strip(sentence, span) for span in found] or [_strip(sentence, _clauses(analysis, sentence, matcher))]


def _strip(text: str, span: Span) -> Span:
    """The span without punctuation and white space at its ends, closing marks kept."""
    start, end = span
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def _asked(spans: Sequence[Span], sentence: str, question: str) -> list[Span]:
    """The spans whose words do not already stand in the question."""
    asked = fold(question)
    return [(start, end) for start, end in spans if fold(sentence[start:end]).strip() not in asked]


def _durations(sentence: str, question: str) -> list[Span]:
    """Amounts of time."""
    spans = [
        span for span in values.amounts(sentence) if re.search(r"[年月天日时周]|小时|工作日", sentence[slice(*span)])
    ]
    return _asked(spans, sentence, question)


def _amounts(analysis: Analysis, sentence: str) -> list[Span]:
    """The amounts in the unit asked for, or all when the question names none that occurs."""
    spans = _asked(values.amounts(sentence), sentence, analysis.core)
    unit = analysis.unit
    if re.search(r"比例|比重|占比|百分之几|百分比|增长率|增速|率", analysis.core) and not unit:
        unit = "%"
    if re.search(r"多久|多长时间|几年|几个月|几天", analysis.core):
        unit = "年月天日时周"
    same = [
        span
        for span in spans
        if unit and any(char in sentence[slice(*span)] for char in (unit if len(unit) > 2 else [unit]))
    ]
    if not same and unit[-1:]:
        same = [span for span in spans if unit[-1] in sentence[slice(*span)]]
    return same or spans


def _who(analysis: Analysis, sentence: str) -> list[Span]:
    """People, or bodies where the question asks for one."""
    if re.search(r"部门|单位|机构|机关|公司|企业|委员会|局|组织|由谁|谁(?:负责|来|牵头)", analysis.core):
        return _asked(values.bodies(sentence), sentence, analysis.core)
    return _asked(values.people(sentence), sentence, analysis.core)


def _nearest(analysis: Analysis, sentence: str, matcher: Matcher, spans: Sequence[Span]) -> list[Span]:
    """The span in whose surroundings most of the question's wording stands, close words counting more."""
    if not spans:
        return []
    folded = fold(sentence)
    places = [(at, weight) for gram, weight in matcher.weights.items() for at in _where(folded, gram)]
    best = max(spans, key=lambda span: (_closeness(folded, span, places), -span[0]))
    return [best]


def _where(text: str, gram: str) -> list[int]:
    """Every offset at which the gram stands."""
    return [match.start() for match in re.finditer(re.escape(gram), text)]


def _closeness(text: str, span: Span, places: Sequence[tuple[int, float]]) -> float:
    """The weight of question words round a span, halved every 8 characters and at every clause border between."""
    total = 0.0
    for at, weight in places:
        between = text[at : span[0]] if at < span[0] else text[span[1] : at]
        if span[0] <= at < span[1]:
            continue
        borders = sum(between.count(mark) for mark in "，；,;、。")
        after = 0.7 if at >= span[1] else 1.0
        total += weight * after * 0.5 ** (len(between) / 12 + 1.5 * borders)
    return total


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
        if _inside_quotes(left) or len(right.strip(_EDGE)) < 2:
            continue
        before, after = matcher.weight(left), matcher.weight(right)
        score = before / everywhere - 0.5 * after / everywhere
        if before >= 0.55 * everywhere and (best is None or score > best[0] + 0.05):
            best = (score, match.end())
    if best is None:
        return []
    return [_object(analysis, sentence, best[1])]


def _inside_quotes(left: str) -> bool:
    """Whether a quotation or a bracket opened before is still open."""
    return any(left.count(a) > left.count(b) for a, b in ("“”", "《》", "（）", "()", "「」"))


def _object(analysis: Analysis, sentence: str, start: int) -> Span:
    """What stands after the copula, without the remark that follows it."""
    end = len(sentence)
    quoted = _QUOTED.match(sentence, start)
    if quoted and analysis.kind != "list" and sentence[quoted.end() : quoted.end() + 1] in ("，", "。", "；", ""):
        return start, quoted.end()
    comment = _COMMENT.search(sentence, start)
    if comment and not _inside_quotes(sentence[start : comment.start()]) and comment.start() - start >= 2:
        end = comment.start()
    return start, end


def _clauses(analysis: Analysis, sentence: str, matcher: Matcher) -> Span:
    """The clause that alone holds nearly all that the sentence shares with the question; else the whole sentence."""
    if analysis.kind in ("how", "why", "yes_no", "define", "list"):
        return 0, len(sentence)
    everywhere = matcher.weight(sentence)
    pieces = [match.span() for match in _CLAUSE.finditer(sentence) if not _inside_quotes(sentence[: match.start()])]
    if len(pieces) < 2 or everywhere <= 0:
        return 0, len(sentence)
    best = max(pieces, key=lambda span: matcher.weight(sentence[slice(*span)]))
    if matcher.weight(sentence[slice(*best)]) >= 0.8 * everywhere and best[1] - best[0] >= 6:
        return best
    return 0, len(sentence)
