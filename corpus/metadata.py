"""What an official document says of itself: number, dates, issuer, validity. Knows nothing of files."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from corpus.numbers import integer
from corpus.types import Metadata, Value

_Y, _D = r"(?:[12][0-9]{3}|[０-９]{4}|[二一][零〇○ＯO一二三四五六七八九]{3})", r"[0-9０-９一二三四五六七八九十]{1,3}"
DATE = re.compile(rf"({_Y})[ \u3000]*(?:年|[-/.])[ \u3000]*({_D})[ \u3000]*(?:月|[-/.])[ \u3000]*({_D})[ \u3000]*日?")
NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{2,16})[ ]?[〔\[［（(【﹝][ ]?(?P<year>[12][0-9]{3})[ ]?年?[〕\]］）)】﹞]"
    r"[ ]?第?(?P<serial>[0-9]{1,5})[ ]?号"
)
_HEAD_LINES = 40


def iso_date(match: re.Match[str]) -> str:
    """The date of a match of `DATE` as YYYY-MM-DD, "" when there is no such day."""
    year, month, day = (integer(part.replace("O", "〇").replace("Ｏ", "〇")) or 0 for part in match.groups()[:3])
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def metadata(text: str, title: str, properties: Mapping[str, str]) -> Metadata:
    """What the text says of itself; `properties` (front matter, file properties) are believed over the text."""
    number = _given(properties, "number") or _number(text)
    issued = _date_given(properties, "issued") or _issued(text)
    return Metadata(
        issuer=_given(properties, "issuer"),
        number=number,
        issued=issued,
        effective=_date_given(properties, "effective"),
        expires=_date_given(properties, "expires"),
        region=_given(properties, "region"),
    )


def _given(properties: Mapping[str, str], key: str) -> Value | None:
    value = properties.get(key, "").strip()
    return Value(value) if value else None


def _date_given(properties: Mapping[str, str], key: str) -> Value | None:
    match = DATE.search(properties.get(key, ""))
    value = iso_date(match) if match else ""
    return Value(value) if value else None


def _number(text: str) -> Value | None:
    """The number on a line of its own near the top."""
    offset = 0
    for line in text[:4000].split("\n")[:_HEAD_LINES]:
        match = NUMBER.search(line)
        if match and len(line.strip()) <= len(match[0]) + 12:
            value = f"{match['agency']}〔{match['year']}〕{match['serial']}号"
            return Value(value, offset + match.start(), offset + match.end())
        offset += len(line) + 1
    return None


def _issued(text: str) -> Value | None:
    """The date on a line of its own near the top: 成文日期, or the day a law was passed."""
    offset = 0
    for line in text[:4000].split("\n")[:_HEAD_LINES]:
        match = DATE.match(line.strip()) if "年" in line else None
        value = iso_date(match) if match else ""
        if match and value:
            start = offset + line.index(match[0])
            return Value(value, start, start + len(match[0]))
        offset += len(line) + 1
    return None
