"""Bytes to clean text: which encoding, and which characters never get in. Knows nothing of formats."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.text.characters import INVISIBLE, fold
from errors import ReadError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NO_CHARACTERS = f"{INVISIBLE}\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
_UNWANTED = re.compile(f"[{_NO_CHARACTERS}]+")
# One class of characters, without a repeat, is searched for several times faster than the patterns above; a table of code points
# faster still in a text longer than this.
_LONG, _BLOCK = 500, 1 << 16
_UNCLEAN = re.compile(f"[{_NO_CHARACTERS}\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NEAR_EAST = re.compile("[\u0300-\u036f\u0530-\u07ff]")
_HIGH = frozenset((0, 0x30, 0xFF, *range(0x4E, 0xA0)))
_DOUBLE = re.compile(rb"[\x81-\xfe][\x30-\x7e\x80-\xfe]")
_GB_COMMON = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
# Three ideographs in UTF-8 side by side: GB18030 and Big5 hardly ever make them.
_UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){3}")
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LEVEL_1 = re.compile(rb"[\xb0-\xd7]")
_SAMPLE, _FEWEST, _COMMON = 4000, 20, 0.7
_BIG5_COMMON = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")


def clean_text(text: str) -> str:
    """The text with LF line ends and without NUL, control, zero-width and bidirectional control characters."""
    if len(text) > _LONG and _is_clean(text):
        return text
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)) if _UNCLEAN.search(text) else text


def _is_clean(text: str) -> bool:
    """Whether a long text certainly holds nothing to remove; one with a character beyond the basic plane is not certain."""
    import numpy as np

    for start in range(0, len(text), _BLOCK):
        codes = np.frombuffer(text[start : start + _BLOCK].encode("utf-32-le", "surrogatepass"), np.uint32)
        if _unclean_characters().take(codes, mode="clip").any():
            return False
    return True


@lru_cache(maxsize=1)
def _unclean_characters() -> NDArray[np.bool_]:
    import numpy as np

    return np.array([_UNCLEAN.match(chr(code)) is not None for code in range(0x10000)])


def decode_text(data: bytes) -> tuple[str, str, str]:
    """Text, the encoding's name and a warning ("" when all is well). Raises ReadError for data that is no text.

    A byte order mark decides; then strict UTF-8, UTF-16 without a mark, and GB18030 or Big5, whichever reads the bytes as
    more of its common characters (level 1 of GB/T 2312, frequently used characters of Big5). Where only some lines are UTF-8
    each line is read in its own encoding, with a warning; so is a text that comes out as characters that nobody uses.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decode_forgiving(data, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data" and error.start:
            return _decode_forgiving(data, "utf-8")
    else:
        if text.count("\0") <= max(1, len(text) // 100) and not _is_chance(text):
            return text, "utf-8", ""
    wide = _unmarked_utf16(data)
    if wide:
        return _decode_forgiving(data, wide)
    if data.count(0) * 100 > len(data):
        raise ReadError("this is not a text file", None, "save it in a supported format")
    mixed = _by_lines(data.split(b"\n")) if _UTF8_RUN.search(data) else None
    if mixed:
        return mixed
    text, name, warning = _decode_forgiving(data, _double_byte(data))
    return text, name, warning or _encoding_doubt(text, name)


def _is_chance(text: str) -> bool:
    """Whether bytes of GB18030 read as UTF-8 by chance (通知 does): marks and letters of the Near East and nothing else."""
    return len(text) < 100 and bool(_NEAR_EAST.search(text)) and max(text) < "\u0800"


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without a mark: on one side zero bytes (ASCII, line ends) or the high bytes of ideographs, and nothing else."""
    sample = data[: 1 << 16]
    if len(sample) < 4 or len(data) % 2:
        return ""
    sides = (sample[1::2], sample[::2])
    shares = [sum(byte in _HIGH for byte in side) / len(side) for side in sides]
    zeros = [side.count(0) / len(side) for side in sides]
    for place, name in enumerate(("utf-16-le", "utf-16-be")):
        latin = zeros[place] > 0.3 and zeros[place] > 3 * zeros[1 - place]
        if (shares[place] >= 0.7 and latin) or (shares[place] >= 0.95 and shares[1 - place] < 0.7):
            return name
    return ""


def _by_lines(lines: list[bytes]) -> tuple[str, str, str] | None:
    """A text of which some lines are UTF-8, damaged here and there maybe, and the others in a double-byte encoding."""
    other = [not line.isascii() and not _is_utf8(line) for line in lines]
    if all(is_other or line.isascii() for line, is_other in zip(lines, other, strict=True)):
        return None
    strange = [line for line, is_other in zip(lines, other, strict=True) if is_other]
    name = _double_byte(b"\n".join(strange))
    text = "\n".join(
        line.decode(name if is_other else "utf-8", "replace") for line, is_other in zip(lines, other, strict=True)
    )
    warnings = [f"{len(strange)} of {len(lines)} lines are not UTF-8 and were read as {name}"] if strange else []
    damaged = text.count("\ufffd")
    if damaged > 2 and damaged * 50 > len(text):
        raise _no_text()
    if damaged:
        warnings.append(f"{damaged} characters could not be read and show as \ufffd")
    return text, "utf-8", "; ".join(warnings)


def _is_utf8(line: bytes) -> bool:
    text = line.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    read = sum(character >= "\u2000" for character in text) - damaged
    return read > damaged * 10


def _encoding_doubt(text: str, name: str) -> str:
    """A warning when most ideographs of a text are none that Chinese uses: it was written in another encoding, like Shift-JIS."""
    ideographs = _IDEOGRAPH.findall(text, 0, _SAMPLE)
    common = sum(_LEVEL_1.match(fold(c).encode("gb2312", "ignore")) is not None for c in ideographs)
    if len(ideographs) < _FEWEST or common >= _COMMON * len(ideographs):
        return ""
    return f"the encoding may be another than {name}: the text holds characters that are hardly ever used"


def _double_byte(data: bytes) -> str:
    sample = data[: 1 << 18]
    pairs = len(_DOUBLE.findall(sample)) or 1
    gb = sum(_GB_COMMON.fullmatch(pair) is not None for pair in _DOUBLE.findall(sample)) / pairs
    big5 = sum(_BIG5_COMMON.fullmatch(pair) is not None for pair in _DOUBLE.findall(sample)) / pairs
    return "big5hkscs" if big5 > gb else "gb18030"


def _decode_forgiving(data: bytes, name: str) -> tuple[str, str, str]:
    try:
        return data.decode(name), name, ""
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
    damaged = text.count("\ufffd")
    if damaged > 2 and damaged * 50 > len(text):
        raise _no_text()
    return text, name, f"{damaged} characters could not be read as {name} and show as \ufffd"


def _no_text() -> ReadError:
    return ReadError("this is not a text file in UTF-8, UTF-16, GB18030 or Big5", None, "save it as UTF-8 text")
