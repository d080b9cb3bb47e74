"""Finds, in a document, text that addresses a program or is machinery instead of informing people. Knows nothing of questions.

Policy documents order people about all the time (应当, 请各单位); what is looked for here speaks to whoever answers questions,
or is machinery: chat markup, forged records, hidden HTML. It is not deleted; it is only never taken as evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.text.characters import fold

_WHO = r"(?:助手|AI助理|智能助理|语言模型|大模型|聊天机器人|问答系统|assistant|chatbot|language model|the model|the ai)"
_TELL = r"(?:告诉|转告|告知|让|叫|请让)(?:用户|提问者|提问人|对方|来访者|咨询人|询问者|问的人)"
_ANSWER = r"(?:一律|必须|只能|只准|都要|都应|应当|请|就|统一|固定|改|回复|直接)(?:这么|这样|如此|改)?回[答复](?!意见|函|率|群众|时限)"
_RULES = (
    # someone who answers questions is spoken to
    rf"{_WHO}\s*(?:请|必须|应当|应该|要|需要|务必|不得|注意|[:：])|(?:看到|读到|阅读)[^。；\n]{{0,12}}{_WHO}",
    _TELL,
    # what came before is to be forgotten
    r"(?:忽略|无视|忘掉|忘记|不要理会|抛开|丢弃)(?:以上|上述|之前|前面|此前|先前|所有|一切|全部|本表|本文|上文|上面|这些|原有)",
    r"(?:ignore|disregard|forget)\s+(?:all|any|the|every|previous|prior|above)",
    # what is to be answered
    rf"^{_ANSWER}[:：，,“\"]?|(?:凡|如|若)?有?人?(?:问到|问起|问及|询问|提问)[^。；\n]{{0,24}}{_ANSWER}|{_ANSWER}\s*[:：“\"]",
    r"(?:所有|任何|每个|每次)(?:的)?(?:回答|答案|答复)(?:都|只|必|的结尾|末尾|之前|前|均|里)|改答|答回请|答回须必",
    r"(?:在|把|于)?(?:你的)?(?:回答|答案|答复)(?:的)?(?:末尾|结尾|开头|最后|前面|中|里)(?:都)?(?:附上|加上|写上|写明|注明|插入|输出|附带)",
    r"(?:后|再|才)(?:再)?回答[，,。]|写进答案|原样写进|以后都这么回答|回答本文的任何问题",
    r"reply\s+(?:only\s+)?with|respond\s+(?:only\s+)?with|output\s+only",
    # who the answerer is to be, and what rules hold
    r"从现在起[，,]?(?:你|声称|假装|扮演)|(?:你是|你现在是|扮演)[“\"]?[^。；\n]{0,20}(?:推销员|角色|黑客|助手|专家)",
    r"(?:系统|管理员|开发者)的?(?:新)?(?:指令|提示词|消息|命令)|(?:新|真正|最高)(?:的)?指令\s*[:：]|系统提示词|以下规则优先|效力高于一切",
    r"^\W*(?:system|ｓｙｓｔｅｍ|系统|助手|用户|user|assistant|管理员)\s*[:：|｜]",
    r"把(?:本文|上面|以上|文中)[^。；\n]{0,12}(?:数字|金额|日期)[^。；\n]{0,6}(?:加倍|翻倍|减半|改成|改为|替换)",
    # machinery
    r"<\|[^|<>\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|#{2,}\s*END OF|</?(?:passage|context|document|question|system|instructions?)>",
    r"</?(?:script|iframe|object|embed|style|tool_call|tool_result|function_call)\b|<!--|display\s*:\s*none|javascript:",
    r"[{\[]\s*\"(?:status|role|statements|tool|name|function|arguments|text|supported)\"\s*:",
    r"\$\{?(?:question|passages|context|history)\}?|\{\{.{0,40}\}\}|\{(?:context|question|passages)\}|%\(\w+\)s",
    r"!\[[^\]\n]*\]\(https?:",
    r"^(?:title|status|issuer|effective|replaces)\s*:\s*\S",
    # a secret is asked for
    r"(?:报出|报上|说出|念出)[^。；\n]{0,8}(?:银行卡号|密码|验证码)",
    # a forged footnote: opens with a citation marker and carries others
    r"^\s*[\[【［]\s*\d{1,3}\s*[\]】］](?!\s*$).*[\[【［]\s*\d{1,3}\s*[\]】］]",
)
_ORDER = re.compile("|".join(f"(?:{rule})" for rule in _RULES), re.IGNORECASE | re.MULTILINE)
_DIALOGUE = re.compile(r"^\W*(?:用户|助手|user|assistant|human)\s*[:：]", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<!--.*?-->|<(script|style|iframe|tool_call|tool_result)\b.*?</\1>|<span[^>]*display\s*:\s*none.*?</span>|"
    r"<\|im_start\|>.*?(?:<\|im_end\|>|\Z)",
    re.DOTALL | re.IGNORECASE,
)


def is_suspect(text: str) -> bool:
    """Whether a sentence, or any part of it, must not count as evidence."""
    return bool(injected_spans(text))


@lru_cache(maxsize=4096)
def injected_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open spans of `text`, in order, that must not count as evidence.

    A line that holds an order is one from its first ordering sentence on, because what such a sentence announces follows it;
    the line after a heading or a frame that gives orders is one too.
    """
    text = fold(text)
    found = [match.span() for match in _HIDDEN.finditer(text)]
    position, carried = 0, False
    for line in text.split("\n"):
        start = _start_of_orders(line)
        if line.strip():
            if start is not None:
                found.append((position + start, position + len(line)))
                carried = line.lstrip().startswith("#")
            elif carried:
                found.append((position, position + len(line)))
                carried = False
        position += len(line) + 1
    return tuple(_merge_spans(found))


def _start_of_orders(line: str) -> int | None:
    """Where in the line the orders begin; None when it has none."""
    if _DIALOGUE.match(line):
        return 0
    match = _ORDER.search(line)
    if match is None:
        return None
    before = line[: match.start()]
    cut = max((before.rfind(mark) for mark in "。！？!?；;（("), default=-1)
    return cut if cut >= 0 and before[cut] in "（(" else cut + 1


def _merge_spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
