"""The values of policy cards. Knows nothing of how a card is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.types import Citation

FieldKey = Literal[
    "audience",  # 适用对象
    "support",  # 支持内容和标准
    "conditions",  # 申报条件
    "materials",  # 申报材料
    "process",  # 办理流程
    "deadlines",  # 时限和截止日期
    "contacts",  # 受理部门和联系方式
    "validity",  # 有效期
    "basis",  # 依据和废止
    "penalties",  # 处罚
]


@dataclass(frozen=True, slots=True)
class CardField:
    """One row of a card: every unit of the document that belongs to it, verbatim, in the document's order; empty for none."""

    key: FieldKey
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyCard:
    """What one document says to the person it concerns, field by field, each word quoted.

    `sha256` is of the file the card was made from, `version` names the rules and the network that made it: a card with another
    of either is stale. Markers count through the card from 1; the same words in two fields have one marker.
    """

    doc_id: str
    source: str
    title: str
    sha256: str
    version: str
    fields: tuple[CardField, ...]

    def field(self, key: FieldKey) -> CardField:
        """The field of that key. Raises KeyError for one that is not of a card."""
        for one in self.fields:
            if one.key == key:
                return one
        raise KeyError(key)
