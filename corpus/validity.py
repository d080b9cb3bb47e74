"""From when until when a document holds, and which documents it ends. Knows nothing of files or of search."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.official_header import HeaderLine
from corpus.text.dates import DATE, day_after_term, first_date, iso_date, last_day
from corpus.text.numbers import parse_integer
from corpus.types import Value

_KINDS = "办法|条例|规定|细则|通知|意见|方案|规则|决定|公告|通告|法|解释|措施|标准|规范"
_OWN = rf"(?:本(?:{_KINDS}|实施\S{{2}}|\S{{1,4}})|现予(?:公布|发布)|该)"
_COUNT = r"(?:[0-9０-９]{1,3}|[一二三四五六七八九十两]{1,3})"
_START = r"(?:施行|实施|执行|生效|起效|试行)"
_OWN_ENDS = re.compile(rf"{_OWN}[^《》]{{0,14}}$")
_OWN_TERM = re.compile(rf"{_OWN}|起{_START}|有效期(?:调整|延长|延续)|重新发布|继续(?:执行|有效)")
# A line of the front that says nothing else: （有效期至2025年12月31日）, 有效期：五年.
_STATED_TERM = re.compile(r"[（(]?有效期")
_FRONT_LINES = 15
_BEGINS = re.compile(rf"起[^\n。；，]{{0,8}}?{_START}")
_MOST = 12  # the last places are looked at: what a document says of its own validity stands at its end
_EVENT = r"(?P<event>(?:印发|发布|公布|颁布|下发|发文|签发)之?日)"
_FROM = re.compile(
    rf"自[ ]?(?P<when>{DATE.pattern.replace(chr(92) + '5', '[-/.]')}|{_EVENT}|.{{0,20}}?之日)[ ]?起"
    rf"(?:(?:满|后)?(?P<later>{_COUNT})[ ]?(?P<later_unit>日|天|个月)[之以]?后|(?:开始|正式)?){_START}"
)
_TERM = re.compile(
    rf"(?:有效期限?|试行期限?|执行期限?)(?:暂定|暂)?(?:为|是|[:：])?[ ]?(?P<count>{_COUNT})[ ]?(?P<unit>个?年|个月)"
    rf"(?:(?P<half>半)|零?[ ]?(?P<months>{_COUNT})[ ]?个月)?"
)
_UNTIL = re.compile(
    r"(?:(?:有效期|试行期|执行期)限?(?:调整|延长|延续|截止|顺延)?(?:为?至|截[止至]到?)|(?:有效期|试行期|执行期)限?[自为:：]?.{6,20}?起?至"
    r"|(?:执行|施行|实施|有效)[，,]?(?:有效期)?(?:至|截[止至]到?))[ ]?(?=[12１２二])"
)
_SINCE = re.compile(rf"自[ ]?{DATE.pattern.replace(chr(92) + '5', '[-/.]')}[ ]?起")
_YEAR_END = re.compile(r"([12][0-9]{3}|[12１２][０-９]{3}|二[〇○零][一二三四五六七八九〇○零]{2})[ ]?年年?[底末]")
_TERMS = ("有效", "期限", "试行期", "日止")
_RUNS_TO = re.compile(rf"本(?:{_KINDS}|政策)(?:执行|施行|实施)至")
_OTHER_TERM = re.compile(r"(?:证|卡|合同|许可|资格|证明|结果|报告|编号)[\u4e00-\u9fff]{0,4}$|注册|续展|备案")
_ENDED = re.compile(r"(?:同时|予以|即行|一并|自行)?(?:废止|停止执行|失效)")
_TITLES = re.compile(
    r"《((?:[^《》]|《[^《》]*》)+)》(?:[（(]((?:[^（）()]|[（(][^（）()]*[）)])*?号)[^（）()]*[）)])?"
)
_NORMAL = {
    "有效": "现行",
    "现行有效": "现行",
    "现行": "现行",
    "废止": "废止",
    "已废止": "废止",
    "失效": "废止",
    "已失效": "废止",
    "被替代": "被替代",
}
_STATUS = re.compile(
    r"[（(\[【](?:已|现已)?(?P<status>废止|失效|被替代)[）)\]】]"
    rf"|(?:效力状态|有效性|时效性|状态)[:：][ ]?(?P<stated>{'|'.join(sorted(_NORMAL, key=len, reverse=True))})"
)
_STOPS = "\n。！？"


def _sentence_at(text: str, offset: int) -> tuple[int, int]:
    start, end = 0, len(text)
    for stop in _STOPS:  # the line end first: the rarer marks are then looked for in the line alone
        start = max(start, text.rfind(stop, start, offset) + 1)
        place = text.find(stop, offset, end)
        end = place if place >= 0 else end
    return start, end


def _last_places(text: str, word: str, limit: int = _MOST) -> list[int]:
    """The last places of `word`, last first."""
    places: list[int] = []
    place = text.rfind(word)
    while place >= 0 and len(places) < limit:
        places.append(place)
        place = text.rfind(word, 0, place)
    return places


def find_effective(text: str, issued: Value | None, head: Sequence[HeaderLine]) -> Value | None:
    """施行日期: 自…起施行 with this document as its subject; the day of issue where it says 自印发之日起; LawRefBook's line."""
    places = [match.start() for match in _BEGINS.finditer(text)]
    for place in reversed(places[-_MOST:]):
        start, end = _sentence_at(text, place)
        match = _FROM.search(text, start, end)
        if match is None or not _is_own(text[start : match.start()]):
            continue
        when = first_date(match["when"]) or (issued.value if match["event"] and issued else "")
        if when and match["later"]:
            count = parse_integer(match["later"]) or 0
            when = (
                day_after_term(when, months=count)
                if match["later_unit"] == "个月"
                else day_after_term(when, days=count)
            )
        if when:
            return Value(when, match.start(), match.end())
    return _effective_line(head)


def _is_own(before: str) -> bool:
    """Whether what stands before 自…起施行 in its sentence makes this document the subject, not one it speaks of."""
    return (
        not before.strip() or _OWN_ENDS.search(before) is not None or before.rstrip().endswith(("，", "》", "、", "；"))
    )


def _effective_line(head: Sequence[HeaderLine]) -> Value | None:
    """A line that says nothing else: 2021年1月1日 施行."""
    for line in head[:20]:
        match = DATE.match(line.text) if line.text.endswith("施行") and len(line.text) < 40 else None
        if match and iso_date(match) and line.text[match.end() :].strip() in ("施行", "起施行"):
            return Value(iso_date(match), line.start, line.start + match.end())
    return None


def find_expiry(text: str, start_of_term: Value | None) -> Value | None:
    """有效期至, or the last day of 有效期N年 counted from the day the document takes effect (else of its issue)."""
    places = {place for word in _TERMS for place in _last_places(text, word)}
    for place in sorted(places | {found.start() for found in _RUNS_TO.finditer(text)}, reverse=True):
        start, end = _sentence_at(text, place)
        found = _own_term(text, start, end) and (
            _last_day_named(text, start, end) or _last_day_of_term(text, start, end, start_of_term)
        )
        if found:
            return found
    return None


def _own_term(text: str, start: int, end: int) -> bool:
    """Whether the sentence speaks of how long this document holds."""
    if _OWN_TERM.search(text, start, end):
        return True
    return _STATED_TERM.match(text, start) is not None and text.count("\n", 0, start) < _FRONT_LINES


def _last_day_named(text: str, start: int, end: int) -> Value | None:
    """The day that the sentence names as the last one."""
    until = _UNTIL.search(text, start, end)
    if until is None:
        return None
    date, year = DATE.match(text, until.end()), _YEAR_END.match(text, until.end())
    if date and iso_date(date):
        return Value(iso_date(date), until.start(), date.end())
    return Value(f"{parse_integer(year[1])}-12-31", until.start(), year.end()) if year else None


def _last_day_of_term(text: str, start: int, end: int, since: Value | None) -> Value | None:
    """The last day of the years and months that the sentence gives the document."""
    term = _TERM.search(text, start, end)
    if term is None or _OTHER_TERM.search(text[start : term.start()]):
        return None
    count, more = parse_integer(term["count"]) or 0, parse_integer(term["months"] or "") or 6 * bool(term["half"])
    years, months = (0, count) if term["unit"] == "个月" else (count, more)
    own = _SINCE.search(text, start, end)
    begin = first_date(own[0]) if own else since.value if since else ""
    value = last_day(begin, years, months) if begin else ""
    return Value(value, term.start(), term.end()) if value else None


def find_replaced(text: str) -> tuple[Value, ...]:
    """Titles and numbers of the documents that a sentence of this one ends (…同时废止, 予以废止, 停止执行)."""
    found: list[Value] = []
    for word in ("废止", "停止执行"):
        for place in _last_places(text, word, 6):
            start, _ = _sentence_at(text, place)
            if not _ENDED.search(text, max(start, place - 4), place + 4):
                continue
            for match in _TITLES.finditer(text, start, place):
                found.append(Value(match[1], match.start(1), match.end(1)))
                if match[2]:
                    found.append(Value(_tidy_number(match[2]), match.start(2), match.end(2)))
    unique = {value.value: value for value in sorted(found, key=lambda value: value.start or 0)}
    return tuple(unique.values())[:50]


def _tidy_number(number: str) -> str:
    return re.sub(r"[\[［（(【﹝]([12][0-9]{3})[\]］）)】﹞]", r"〔\1〕", number.replace(" ", ""))


def find_status(text: str, title: str) -> Value | None:
    """效力, where the title or the page's front states it."""
    match = _STATUS.search(title) if "（" in title or "(" in title or "【" in title else None
    if match:
        return Value(_NORMAL[match["status"] or match["stated"]])
    match = (
        _STATUS.search(text, 0, 1000) if any(label in text[:1000] for label in ("状态", "有效性", "时效性")) else None
    )
    if match and match["stated"]:
        return Value(_NORMAL[match["stated"]], match.start(), match.end())
    return None
