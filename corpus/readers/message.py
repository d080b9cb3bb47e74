"""Letters as Outlook saves them (.msg): who wrote when about what, the words, the attachments. Knows nothing of other formats."""

from __future__ import annotations

import re

from corpus.readers.bundle import Budget, Bundle
from corpus.readers.mail import write_letter
from corpus.readers.ole import Compound
from corpus.readers.raw import Raw
from errors import ReadError

# Properties by their number: subject, sender's name, words, web page; of an attachment: data and names.
_SUBJECT, _SENDER, _BODY, _HTML = "0037", "0C1A", "1000", "1013"
_DATA, _LONG_NAME, _NAME = "3701", "3707", "3704"
_ATTACHMENT = re.compile(r"(__ATTACH_VERSION1\.0_#[0-9A-F]{8})/")


def read_raw(data: bytes, budget: Budget | None = None) -> Raw:
    """The letter, then each attachment under its name. Raises ReadError for a damaged file and one that says nothing."""
    compound = Compound(data)
    subject = _read_words(compound, "", _SUBJECT)
    bundle = Bundle(subject, budget)
    fields = [("主题", subject), ("发件人", _read_words(compound, "", _SENDER))]
    bundle.add_text(
        write_letter(fields, _read_words(compound, "", _BODY), _read_stream(compound, f"__SUBSTG1.0_{_HTML}0102"))
    )
    for place in sorted({match[1] for name in compound.names if (match := _ATTACHMENT.match(name))}):
        name = _read_words(compound, f"{place}/", _LONG_NAME) or _read_words(compound, f"{place}/", _NAME)
        content = _read_stream(compound, f"{place}/__SUBSTG1.0_{_DATA}0102")
        if content:
            bundle.add_file(name, content)
        elif f"{place}/__SUBSTG1.0_{_DATA}000D/__PROPERTIES_VERSION1.0" in compound:
            inner = _read_words(compound, f"{place}/__SUBSTG1.0_{_DATA}000D/", _BODY)
            bundle.add_file(name or "转发的邮件.txt", inner.encode())
    return bundle.to_raw()


def _read_words(compound: Compound, place: str, number: str) -> str:
    wide = _read_stream(compound, f"{place}__SUBSTG1.0_{number}001F")
    if wide:
        return wide.decode("utf-16-le", "replace").strip("\0")
    narrow = _read_stream(compound, f"{place}__SUBSTG1.0_{number}001E")
    if not narrow:
        return ""
    from corpus.decoding import decode_text

    try:
        return decode_text(narrow)[0].strip("\0")
    except ReadError:
        return narrow.decode("gb18030", "replace").strip("\0")


def _read_stream(compound: Compound, name: str) -> bytes:
    try:
        return compound.read_stream(name)
    except (KeyError, ReadError):
        return b""
