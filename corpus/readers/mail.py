"""Letters (.eml): who wrote when about what, the words, the attachments. Knows nothing of other formats."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from corpus.decoding import clean_text, decode_text
from corpus.readers.bundle import Budget, Bundle
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_PART_LIMIT = 1000


def read_raw(data: bytes, budget: Budget | None = None) -> Raw:
    """The letter, then each attachment under its name. Raises ReadError when it says nothing."""
    message = message_from_bytes(data, policy=default)
    if not isinstance(message, EmailMessage):
        raise ReadError("the letter is damaged", None, "save it again")
    subject = _header_field(message, "subject")
    bundle = Bundle(subject, budget)
    fields = [
        ("主题", subject),
        *((label, _header_field(message, name)) for label, name in (("发件人", "from"), ("日期", "date"))),
    ]
    bundle.add_text(write_letter(fields, *_plain_and_html(message)))
    for part in _parts_of_letter(message):
        _add_attachment(bundle, part)
    return bundle.to_raw()


def write_letter(fields: list[tuple[str, str]], plain: str, html: bytes) -> Raw:
    """A letter's head and words; those of its web page only where it has no plain text."""
    from corpus.readers import markup

    writer = Writer()
    for label, value in fields:
        writer.write_line(f"{label}：{value}" if value else "")
    if not plain.strip() and html.strip():
        for line in markup.read_raw(html).text.split("\n"):
            writer.write_line(line)
    for line in clean_text(plain).split("\n"):
        writer.write_line(line)
    return writer.to_raw()


def _parts_of_letter(message: Message) -> Iterator[Message]:
    """The letter's own parts in order. A letter that it carries is one of them: what is in that belongs to that."""
    waiting = [message]
    for _ in range(_PART_LIMIT):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        inside = part.get_payload()
        if part.is_multipart() and part.get_content_type() != "message/rfc822" and isinstance(inside, list):
            waiting += [each for each in reversed(inside) if isinstance(each, Message)]


def _header_field(message: Message, name: str) -> str:
    try:
        return " ".join(str(message.get(name) or "").split())
    except Exception:  # damaged fields fail in many ways inside the library
        return ""


def _plain_and_html(message: EmailMessage) -> tuple[str, bytes]:
    """The letter's words as plain text, and as a web page."""
    found: dict[str, bytes] = {}
    for part in _parts_of_letter(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not part.get_filename() and kind not in found:
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                found[kind] = _to_utf8(payload, str(part.get_content_charset() or ""))
    return found.get("text/plain", b"").decode("utf-8", "replace"), found.get("text/html", b"")


def _to_utf8(payload: bytes, charset: str) -> bytes:
    try:
        return payload.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(charset.lower(), charset or "utf-8")).encode()
    except (LookupError, UnicodeError):
        return decode_text(payload)[0].encode()


def _add_attachment(bundle: Bundle, part: Message) -> None:
    name = part.get_filename()
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            bundle.add_file(name or "转发的邮件.eml", inner[0].as_bytes())
    elif name and not part.is_multipart():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            bundle.add_file(name, payload)
