"""What an official document says of itself, gathered. Knows nothing of files."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus import official_header, validity
from corpus.text.dates import first_date
from corpus.types import Metadata, Value

# Characters that titles have before a place name and place names do not have.
_NAME = "(?:(?![关于受申领怎么的和与及等为在对转发印各我本全该级])[\u4e00-\u9fff])"
_REGION = re.compile(
    rf"(?:中共)?(?P<region>(?:{_NAME}{{2,6}}?(?:省|自治区|特别行政区))?(?:{_NAME}{{2,6}}?(?:市|自治州|地区|盟)(?!场))?"
    rf"(?:{_NAME}{{1,6}}?(?:区|县|旗|市)(?!场))?)"
)
_NATION = re.compile(r"(?:中华人民共和国|国务院|最高人民|全国人民|国家|中共中央|中央)")
_NO_PLACE = re.compile(r"(?:城市|上市|夜市|超市|都市|社区|小区|园区|景区|地区|灾区|山区|开发区|市场)$")


def read_metadata(text: str, title: str, properties: Mapping[str, str]) -> Metadata:
    """What the text says of itself; `properties` (front matter, file properties) are believed over the text.

    `published` and `publisher` are believed only where the text says nothing.
    """
    head = official_header.head_lines(text)
    tail = official_header.tail_lines(text, head)
    written, signature = official_header.find_issue_date(text, head, tail)
    issued = _given_date(properties, "issued") or written or _given_date(properties, "published")
    effective = _given_date(properties, "effective") or validity.find_effective(text, issued, head)
    number = _given_value(properties, "number") or official_header.find_document_number(text, head)
    issuer = _given_value(properties, "issuer") or official_header.find_issuer(text, head, title, signature, number)
    issuer = issuer or _given_value(properties, "publisher")
    return Metadata(
        issuer=issuer,
        number=number,
        issued=issued,
        effective=effective,
        expires=_given_date(properties, "expires") or validity.find_expiry(text, effective or issued),
        status=_given_value(properties, "status") or validity.find_status(text, title),
        replaces=validity.find_replaced(text),
        region=_given_value(properties, "region") or find_region(title, issuer),
    )


def _given_value(properties: Mapping[str, str], key: str) -> Value | None:
    value = properties.get(key, "").strip()
    return Value(value) if value else None


def _given_date(properties: Mapping[str, str], key: str) -> Value | None:
    value = first_date(properties.get(key, ""))
    return Value(value) if value else None


def find_region(title: str, issuer: Value | None) -> Value | None:
    """The place names that the title or the issuer begins with, widest first; 全国 for the state's own bodies."""
    for text in (title.lstrip("《"), issuer.value if issuer else ""):
        match = _REGION.match(text)
        if match and match["region"] and not _NO_PLACE.search(match["region"]) and len(match["region"]) >= 3:
            return Value(match["region"])
    if any(_NATION.match(text) for text in (title, issuer.value if issuer else "") if text):
        return Value("全国")
    return None
