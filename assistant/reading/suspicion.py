"""Tells text that addresses a program, or is code, from text that states something. Knows nothing of questions or answers.

A document may carry orders to a language model, forged dialogue or markup. Such text is left where it stands, can be cited
and read by people, but is never taken as an answer.
"""

from __future__ import annotations

import re

from corpus.normal import fold

_ORDERS = (
    r"忽略(?:以上|上述|上面|本表|本文|所有|一切|之前|此前|前面|文件|上文|其他)",
    r"(?:助手|助理|assistant|system|系统|user|用户|human|ai)\s*[:：]",
    r"(?:ai|智能|问答)?助手(?:必须|请|应当|须|要|在|回答)",
    r"(?:请|必须|一律|以后|改|先|只|都|应|须|答案)(?:这么|这样|把.{0,20}|按.{0,12})?(?:回答|改答|作答|输出|声称)",
    r"(?:后|再|而)(?:再)?回答|答案(?:中|里|末尾|结尾|一律)|回答(?:的|时)?(?:末尾|结尾|中|里)|每个回答|回答本文|写进答案|改答",
    r"告诉(?:用户|提问者|提问的人)|凡(?:有人)?(?:问到|问及|提问)|请让对方先|声称.{0,20}取消",
    r"系统(?:提示词?|指令|消息)|提示词|从现在(?:起|开始)|管理员的?(?:新)?指令|新的?指令|你(?:现在)?(?:是|叫|扮演)[“\"一]",
    r"ignore (?:all|the|any|previous)|disregard (?:all|the|previous)|previous instructions|you are (?:now|a )",
)
_CODE = (
    r"<\s*/?\s*(?:script|style|span|iframe|img|div|tool_\w+|passage|context|question|system|user|assistant)\b",
    r"<\|[a-z_]+\|>|<!--|-->|\$\{?(?:question|passages|context)\b|%\(\w+\)s|\{\{|\}\}",
    r"\{\s*\"(?:status|text|name|role|content|statements)\"|!\[[^\]]*\]\(|\]\(https?:|#{3,}\s*end\b",
    r"(?:\[\d{1,2}\]){2,}|^\s*\[\^?\d{1,2}\][:：]?\s*\S",
)
_SUSPECT = re.compile("|".join((*_ORDERS, *_CODE)))


def suspect(text: str) -> bool:
    """Whether a sentence gives orders to whoever reads it by program, or is markup or code."""
    return bool(_SUSPECT.search(fold(text)))
