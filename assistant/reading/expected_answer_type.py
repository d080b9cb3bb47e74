"""What values a question of a kind wants and which of a sentence's values are such. Knows nothing of scores."""

from __future__ import annotations

import re

from assistant.reading.amount_class import LOOSE, amount_class_asked, class_of_amount, worded_class
from assistant.understanding.analysis import Analysis
from corpus.text import places, values
from corpus.text.characters import fold

Span = tuple[int, int]

VALUE_KINDS = ("how_many", "when", "who", "where", "which")  # a question of these wants one value

_ROLE_ASKED = re.compile(
    r"(?:什么|何种?|哪些?)(?:职务|职位|官|身份|头衔)|(?:职务|职位|身份|头衔)(?:是|为|[？?]|$)|担?任(?:什么|何)职?"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_NUMBERING = re.compile(
    r"(?m)^\s*[（(]?\d{1,2}[）)、.．](?!\d)|[〔\[(](?:19|20)\d{2}[〕\])]\s*\d*|(?:19|20)\d{2}(?=年)|第\d+[条款项章]"
)
_MOST = re.compile(r"最[高多大]|上限|封顶|不超过|至多")
_LEAST = re.compile(r"最[低少小]|下限|至少|起码|不[低少]于")


def fitting_values(analysis: Analysis, sentence: str) -> list[Span]:
    """The spans of values of the kind asked for that the question does not hold itself; empty where none is wanted."""
    if asks_for_phone(analysis) or asks_for_role(analysis):
        phones = _not_in_question(values.phone_spans(sentence), sentence, analysis.core)
        return phones if asks_for_phone(analysis) else _role_spans(analysis, sentence)
    match analysis.kind:
        case "how_many":
            return _amount_spans(analysis, sentence)
        case "when":
            return _time_spans(analysis, sentence)
        case "who":
            return _people_or_bodies(analysis, sentence)
        case "where" | "which" if asks_for_place(analysis.core):
            named = places.find_places(sentence)
            return _not_in_question([(place.start, place.end) for place in named], sentence, analysis.core)
    return []


def _time_spans(analysis: Analysis, sentence: str) -> list[Span]:
    """The dates, or the periods where there is none."""
    dates = _not_in_question(values.date_spans(sentence), sentence, analysis.core)
    amounts = _not_in_question(values.amount_spans(sentence), sentence, analysis.core)
    return dates or [span for span in amounts if class_of_amount(sentence[slice(*span)]) == "time"]


def needs_value(analysis: Analysis) -> bool:
    """Whether only a sentence with a fitting value can answer."""
    return analysis.kind in ("how_many", "when", "who") or asks_for_phone(analysis) or asks_for_role(analysis)


def has_new_number(analysis: Analysis, sentence: str) -> bool:
    """Whether the words hold a number that the question does not, numbering of items and documents left out."""
    asked = set(_NUMBER.findall(fold(analysis.core)))
    bare = _NUMBERING.sub("", fold(sentence))
    return any(number not in asked for number in _NUMBER.findall(bare))


def asks_for_phone(analysis: Analysis) -> bool:
    """Whether a telephone or another long number is asked for."""
    return analysis.kind in ("how_many", "what", "which") and amount_class_asked(analysis.core) == "phone"


def asks_for_role(analysis: Analysis) -> bool:
    """Whether the office that a person holds is asked for."""
    return analysis.kind in ("what", "which", "who") and bool(_ROLE_ASKED.search(analysis.core))


def _role_spans(analysis: Analysis, sentence: str) -> list[Span]:
    """The offices of the person whom the question names."""
    names = {analysis.core[slice(*span)] for span in values.person_spans(analysis.core)}
    names |= {term for term in analysis.terms if 2 <= len(term) <= 4 and term[0] in values.SURNAMES}
    return [span for name in names for span in values.role_spans(sentence, name)]


def asks_for_place(question: str) -> bool:
    """Whether the answer is the name of a place."""
    return bool(re.search(r"哪[个一]?(?:地方|区|市|县|省|城市|国家|地区|里|儿|地)|在哪|何[地处]", question))


def asks_for_body(question: str) -> bool:
    """Whether 谁 or 哪个 asks for an office, a company or a place rather than a person."""
    return bool(
        re.search(
            r"部门|单位|机构|机关|公司|企业|委员会|局|组织|由谁|谁(?:负责|来|牵头|讲|提|承|主|组织)|哪[个一]?(?:区|市|县|省|国|地)",
            question,
        )
    )


def _not_in_question(spans: list[Span], sentence: str, question: str) -> list[Span]:
    """The spans whose words do not already stand in the question."""
    asked = fold(question)
    return [(start, end) for start, end in spans if fold(sentence[start:end]).strip() not in asked]


def _amount_spans(analysis: Analysis, sentence: str) -> list[Span]:
    """The amounts of the class asked for; of them those in the very unit, when there are any."""
    wanted = amount_class_asked(analysis.core)
    # 补助多少 may be answered with a sum or with a share, 多少钱 only with a sum
    shares = wanted == "money" and not analysis.unit and not worded_class(analysis.core)
    allowed = {"money", "percent"} if shares else LOOSE.get(wanted, {wanted})
    spans = []
    for span in _not_in_question(values.amount_spans(sentence), sentence, analysis.core):
        given = class_of_amount(sentence[slice(*span)])
        if given == "time" and re.match(r"\D{0,3}(?:(?:19|20)\d{2}年|\d{1,2}月)", sentence[slice(*span)]):
            continue
        if _mere_count(sentence[slice(*span)], analysis) or sentence[span[0] - 1 : span[0]] == "“":
            continue
        if wanted and given not in allowed and given != "number":
            continue
        if not wanted and (
            given in ("time", "age") or re.fullmatch(r"[一二两三四五六七八九十]\S", sentence[slice(*span)])
        ):
            continue
        spans.append(span)
    if analysis.unit:
        exact = [span for span in spans if analysis.unit[-1] in sentence[slice(*span)]]
    else:
        exact = [span for span in spans if class_of_amount(sentence[slice(*span)]) == wanted]
    return _limits_asked_for(analysis.core, sentence, exact or spans)


def _limits_asked_for(question: str, sentence: str, spans: list[Span]) -> list[Span]:
    """Of the spans those that are a limit, where a limit is asked for (最高多少) and the sentence marks one (不超过)."""
    for asked, rule in (
        (_MOST, r"最高|不超过|不得超过|至多|封顶|以内|上限"),
        (_LEAST, r"最低|至少|不低于|不少于|以上|不得低于"),
    ):
        if asked.search(question):
            limits = [span for span in spans if re.search(rule, sentence[max(0, span[0] - 5) : span[1] + 2])]
            return limits or spans
    return spans


def _mere_count(amount: str, analysis: Analysis) -> bool:
    """Whether the amount only introduces things (一个, 三类) and the question does not ask for such a count."""
    if re.fullmatch(r"1个|\d{1,2}点", amount):
        return amount[-1] not in analysis.core
    match = re.fullmatch(r"([一二两三四五六七八九十])(个?方面|[^\d年月天日百千万亿成])", amount)
    if match is None or (analysis.unit and analysis.unit == match.group(2)):
        return False
    things, core = match.group(2)[-1], analysis.core
    return match.group(1) == "一" or (things in "种类大点面方步件" and things not in core)


def _people_or_bodies(analysis: Analysis, sentence: str) -> list[Span]:
    """People, or bodies where the question asks for one."""
    found = _not_in_question(values.person_spans(sentence), sentence, analysis.core)
    if asks_for_body(analysis.core):
        found += _not_in_question(values.body_spans(sentence), sentence, analysis.core)
        if not found and not re.search(r"部门|单位|机构|机关|公司|企业|局", analysis.core):
            found = [(p.start, p.end) for p in places.find_places(sentence) if p.stem not in analysis.core]
    return found
