"""Fields of a form that are left to be filled in: 投标人名称：____, 日期： 年 月 日. Knows nothing of questions or of tables."""

from __future__ import annotations

import re

_BLANK = re.compile(
    r"(?:(?:19|20)\d{2})?[ _＿\u3000]*年[ _＿\u3000]*月(?:[ _＿\u3000]*日)?|[_＿]{2,}|(?<=[：:])[ \u3000]{3,}"
)
_FIELDS = re.compile(r"[；;\n]|(?<=[：:])\s+|\s{2,}|\0")
_EMPTY = re.compile(r"[^：:]{0,30}[：:]?")


def is_blank_field(text: str, *, in_table: bool = False) -> bool:
    """Whether words hold nothing but names of fields with room to write behind them; in a table the room is the cell."""
    if not in_table and not _BLANK.search(text):
        return False
    fields = [field.strip(" \u3000、，,。.") for field in _FIELDS.split(_BLANK.sub("\0", text))]
    return all(not field or (field.endswith(("：", ":")) and _EMPTY.fullmatch(field)) for field in fields)
