"""The front and the end of an official document: number, signature, date of writing. Knows nothing of validity or files."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from corpus.text.dates import DATE, iso_date
from corpus.text.numbers import parse_integer
from corpus.types import Value

_YEAR = r"[〔\[［（(【﹝〖〈<{] ?(?P<year>[12][0-9]{3}|[１２][０-９]{3}|[一二][零〇○一二三四五六七八九]{3}) ?年? ?[〕\]］）)】﹞〗〉>}]"
_SERIAL = r"[ \u3000]?第?[ ]?(?P<serial>[0-9０-９]{1,6})[ ]?号"
NUMBER = re.compile(rf"(?P<agency>[\u4e00-\u9fff]{{1,18}})[ \u3000]?{_YEAR}{_SERIAL}")
# 国务院令第714号; the orders of one government are counted through, its announcements anew each year: 财政部公告2021年第12号.
ORDER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{1,24}(?:[ \u3000、]{1,4}[\u4e00-\u9fff]{2,20}){0,4}?(?:令|公告|通告))[ \u3000]*"
    r"(?:[〔（(]?(?P<of>[12][0-9]{3})[ ]?年?[〕)）]?)?[ \u3000\n]*[（(]?(?:第|(?<=令))[ ]?"
    r"(?P<serial>[0-9０-９]{1,5}|[零〇一二三四五六七八九十百]{1,6})[ ]?号[）)]?"
)
# What stands beside a number on its line: who signs for it, or the numbers of the other agencies.
_BESIDE = re.compile(
    rf"(?:[ \u3000]*签发人[:：].*|(?:[、，,；; \u3000]+{re.sub('[?]P<[a-z]+>', '?:', NUMBER.pattern)})*)[)）]?$"
)
_LABEL = re.compile(r"([\u4e00-\u9fff][\u4e00-\u9fff \u3000]{1,8}?)[ \u3000]*[:：][ \u3000]*")
_NUMBER_LABELS = frozenset(("发文字号", "文号", "文件编号", "字号"))
_WRITTEN_LABELS = frozenset(("成文日期", "签发日期", "发文日期"))
_PUBLISHED_LABELS = frozenset(("发布日期", "发布时间", "公布日期", "印发日期", "日期", "时间"))
_SOURCE_LABELS = frozenset(("发布机构", "发文机关", "发布单位", "制定机关", "来源"))
_LABEL_STARTS = frozenset(
    label[0] for label in (*_NUMBER_LABELS, *_WRITTEN_LABELS, *_PUBLISHED_LABELS, *_SOURCE_LABELS)
)
_DATE_STARTS = frozenset("12１２二一")
_MAY_ORDER = re.compile("[令告号]")
_PASSED = re.compile(r"(?:公布|通过|发布|印发|批准|颁布)")
_AGENCY_WORDS = """
政府 办公厅 办公室 委员会 局 厅 部 院 署 会 中心 委 组 处 科 所 站 支队 总队 大队 银行 公司 大学 学校 行 司 协会 法院
检察院 人大 政协 指挥部 党委 省委 市委 区委 县委 国务院 统战部 组织部 宣传部
"""
_AGENCY_ENDS = tuple(_AGENCY_WORDS.split())
_TITLE_WORDS = """
通知 意见 办法 决定 公告 条例 规定 函 批复 方案 细则 通告 报告 请示 纪要 命令 令 公报 议案 规则 章程 纲要 规划 计划 要点
措施 指南 指引 解释 准则 标准 法 简介 通报 目录 清单 预案 倡议书 须知 （试行） （暂行） (试行) (暂行) （修订） （征求意见稿）
"""
TITLE_ENDS = tuple(_TITLE_WORDS.split())
# A line that begins and ends as a date does.
_DATE_LINE = re.compile(r"\n[ \t\u3000]*[12１２二一][^\n]{5,24}[日0-9][ \t\u3000]*(?=\n|$)")
_VISIBLE = re.compile(r"\S(?:[^\n]*\S)?")
_HEAD = 4000
_HEAD_LINES = 60
_TAIL = 3000


class HeaderLine(NamedTuple):
    """A line without the white space at its ends, and where it starts."""

    text: str
    start: int


def visible_lines(text: str, start: int, end: int, most: int = _TAIL) -> list[HeaderLine]:
    """The first lines with something on them between two offsets, so many at most."""
    return [HeaderLine(found[0], found.start()) for found in islice(_VISIBLE.finditer(text, start, end), most)]


def is_number_line(text: str) -> bool:
    """Whether a line is a document's number, alone or with who signs beside it."""
    match = NUMBER.search(text) if "号" in text else None
    if match is None:
        return False
    return len(text) <= len(match[0]) + 8 or (match.start() <= 1 and _BESIDE.match(text, match.end()) is not None)


def find_document_number(text: str, head: list[HeaderLine]) -> Value | None:
    """发文字号 with 〔〕 and no spaces, from a line of its own, a labelled line, an order (令第179号) or a note of promulgation."""
    if not head or text.find("号", 0, head[-1].start + len(head[-1].text)) < 0:
        return None
    labelled = _labelled_line(head, _NUMBER_LABELS)
    if labelled:
        match = NUMBER.search(text, labelled.start, labelled.start + len(labelled.text))
        if match:
            return _number_value(match)
    for line in head:
        match = NUMBER.match(line.text) or NUMBER.match(line.text, 1) if "号" in line.text else None
        if match and (len(line.text) <= len(match[0]) + 4 or _BESIDE.match(line.text, match.end())):
            return _number_value(match, line.start)
    return _ordered_number(text, head)


def _ordered_number(text: str, head: list[HeaderLine]) -> Value | None:
    """The number of an order or announcement, on its own line or two, or in a note of promulgation in brackets."""
    for index, line in enumerate(head[:15]):
        if not _MAY_ORDER.search(line.text, 0, 60):
            continue
        two = line.text + "\n" + head[index + 1].text if index + 1 < len(head) else line.text
        match = ORDER.match(two)
        if match and len(line.text) <= 30 and match.end() >= len(line.text):
            gap = text.find(match["serial"], line.start)
            end = text.find("号", gap) + 1
            return Value(_number_of_order(match), line.start, end)
        if len(line.text) < 120 and line.text[0] in "（(" and line.text[-1] in "）)" and _PASSED.search(line.text):
            order, numbered = ORDER.search(line.text), NUMBER.search(line.text)
            if order:
                start = order.end("agency") - len(_agency_of_order(order))
                return Value(_number_of_order(order), line.start + start, line.start + order.end())
            if numbered:
                return _number_value(numbered, line.start)
    return None


def _agency_of_order(order: re.Match[str]) -> str:
    return re.sub(r"^.*[年月日]", "", order["agency"]).removeprefix("中华人民共和国")


def _number_of_order(order: re.Match[str]) -> str:
    agency = " ".join(_agency_of_order(order).split())
    year = f"{order['of']}年" if order["of"] and not agency.endswith("令") else ""
    return f"{agency}{year}第{order['serial']}号"


def _number_value(match: re.Match[str], offset: int = 0) -> Value:
    agency = re.sub(r"^(?:文号|字号|编号|号)", "", match["agency"]).removesuffix("字第")
    start = offset + match.end("agency") - len(agency)
    return Value(f"{agency}〔{parse_integer(match['year'])}〕{int(match['serial'])}号", start, offset + match.end())


def find_issue_date(text: str, head: list[HeaderLine], tail: list[HeaderLine]) -> tuple[Value | None, list[HeaderLine]]:
    """成文日期 and the lines of the signature above it.

    A labelled date; else a date alone on its line under a signature, near the front (a notice before what it issues) or at the
    end; else the day of promulgation in the front; else the day of publication.
    """
    stated = _labelled_date(text, head, _WRITTEN_LABELS)
    found, signature = _signature_date(head) or _signature_date(tail) or (None, [])
    return stated or found or _promulgation_date(head) or _labelled_date(text, head, _PUBLISHED_LABELS) or _date_alone(
        head
    ), signature


def _labelled_line(head: list[HeaderLine], labels: frozenset[str]) -> HeaderLine | None:
    """What follows the first of the labels that opens a line of the front."""
    for line in head:
        if line.text[0] in _LABEL_STARTS:
            match = _LABEL.match(line.text)
            if match and match.end() < len(line.text) and "".join(match[1].split()) in labels:
                return HeaderLine(line.text[match.end() :], line.start + match.end())
    return None


def _labelled_date(text: str, head: list[HeaderLine], labels: frozenset[str]) -> Value | None:
    place = _labelled_line(head, labels)
    match = DATE.match(text, place.start) if place else None
    return Value(iso_date(match), match.start(), match.end()) if match and iso_date(match) else None


def _signature_date(found: list[HeaderLine]) -> tuple[Value, list[HeaderLine]] | None:
    for index, line in enumerate(found):
        match = DATE.match(line.text) if line.text[0] in _DATE_STARTS and len(line.text) < 30 else None
        if not match or match.end() != len(line.text) or not iso_date(match):
            continue
        signature: list[HeaderLine] = []
        for above in reversed(found[max(0, index - 8) : index]):
            if not is_agency(above.text):
                break
            signature.insert(0, above)
        person = index and re.match(
            r"(?:[\u4e00-\u9fff][ \u3000]*){1,6}[:：][ \u3000]*[\u4e00-\u9fff·]{2,8}$", found[index - 1].text
        )
        named = index and re.fullmatch(r"[\u4e00-\u9fff][ \u3000]?[\u4e00-\u9fff]{1,2}", found[index - 1].text)
        if signature or person or named:
            return Value(iso_date(match), line.start, line.start + len(line.text)), signature
    return None


def is_agency(line: str) -> bool:
    """Whether the line is one or more names of agencies, as in a signature."""
    names = re.split(r"[ \u3000、]+", re.sub(r"[（(].*?[）)]", "", line))
    return (
        len(line) <= 60
        and all(2 <= len(n) <= 30 and n.endswith(_AGENCY_ENDS) for n in names)
        and not re.search(r"[。；，：:！？]", line)
    )


def _promulgation_date(head: list[HeaderLine]) -> Value | None:
    for line in head[:15]:
        match = DATE.search(line.text) if "年" in line.text else None
        if match is None or not iso_date(match) or len(line.text) >= 200 or not _PASSED.search(line.text, match.end()):
            continue
        if match.start() <= 1 or line.text[0] in "（(":
            return Value(iso_date(match), line.start + match.start(), line.start + match.end())
    return None


def _date_alone(head: list[HeaderLine]) -> Value | None:
    """A date alone on one of the first lines."""
    for line in head[:6]:
        match = DATE.fullmatch(line.text.strip("（()） "))
        if match and iso_date(match):
            start = line.start + line.text.index(match[0])
            return Value(iso_date(match), start, start + len(match[0]))
    return None


def find_issuer(
    text: str, head: list[HeaderLine], name: str, signature: list[HeaderLine], number: Value | None
) -> Value | None:
    """发文机关: who signed; else whose order it is, who the title says decides (…关于…), what the page states as its source."""
    if signature:
        start, end = signature[0].start, signature[-1].start + len(signature[-1].text)
        return Value(" ".join(part for line in signature for part in line.text.split()), start, end)
    order = re.match(r"(.{2,20})令第", number.value) if number else None
    if order and number and number.start is not None:
        start = text.find(order[1], number.start)
        return Value(order[1], start, start + len(order[1])) if start >= 0 else Value(order[1])
    before = name.partition("关于")[0].strip() if "关于" in name else ""
    if before and is_agency(before):
        start = text.find(before, 0, _HEAD)
        return Value(before, start, start + len(before)) if start >= 0 else Value(before)
    source = _labelled_line(head, _SOURCE_LABELS)
    return (
        Value(source.text, source.start, source.start + len(source.text)) if source and len(source.text) <= 60 else None
    )


def head_lines(text: str) -> list[HeaderLine]:
    """The lines that the front of a document can take."""
    return visible_lines(text, 0, min(len(text), _HEAD), _HEAD_LINES)


def tail_lines(text: str, head: list[HeaderLine]) -> list[HeaderLine]:
    """The lines of the end of a document that is dated there; none for a text that its front holds whole."""
    held = _HEAD if len(head) < _HEAD_LINES else head[-1].start + len(head[-1].text)
    start = max(held, len(text) - _TAIL)
    return visible_lines(text, start, len(text)) if len(text) > start and _DATE_LINE.search(text, start) else []
