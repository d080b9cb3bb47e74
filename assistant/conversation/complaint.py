"""Complaints about the last answer that do not say what would be right. Knows nothing of documents."""

from __future__ import annotations

import re

from assistant.conversation.types import Act

_WHOLE = re.compile(
    r"(?:(?:你|您|这|这个|上面|刚才|刚刚)?(?:的)?(?:回答|答案|答|说|讲|写|数字|数据|信息|内容|引用|出处)?(?:的|得|是|都)?"
    r"(?:不对|错[了啦]?|有误|不正确|不准确?|有问题|不是这样的?|不是这个(?:意思)?|不靠谱|胡说(?:八道)?|瞎说|乱说|骗人|离谱|太差了?|很差|没用|答非所问|牛头不对马嘴|不满意|没回答(?:我的)?问题|没答到点(?:子)?上)"
    r"(?:了|啊|吧|呀|的|呢|吗)*|不是|不|搞错了|弄错了|你搞错了|答错了|说错了|你答错了|你说错了|(?:这)?(?:根本|并)?不是我(?:要|想)(?:的|问的|要的|知道的)(?:答案|东西)?|"
    r"(?:that(?:'s| is) )?(?:wrong|not right|incorrect|not correct)|no)",
    re.IGNORECASE,
)


def find_complaint(text: str) -> Act | None:
    """The act when the whole utterance only complains."""
    pieces = [piece for piece in re.split(r"[\s，,。!！?？、;；~～]+", text) if piece]
    whole = _WHOLE.fullmatch(text) or (pieces and all(_WHOLE.fullmatch(piece) for piece in pieces))
    return Act("complaint", text) if whole else None
