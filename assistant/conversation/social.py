"""Greetings, thanks and goodbyes. Knows nothing of documents."""

from __future__ import annotations

import re

from assistant.conversation.types import Act, Kind

_SOFT = r"(?:啊|呀|哈|呢|哦|噢|啦|了|吧|～|~)*"
_YOU = r"(?:溯源|小溯|小助手|助手|机器人|各位|大家|同志|老师|朋友|亲)?"
_GREETING = (
    rf"(?:{_YOU}(?:你们?好|您好|大家好|哈[喽啰罗]|嗨|嘿|早上好|上午好|中午好|下午好|晚上好|早安|午安|早|在吗|在么|在不在|"
    rf"有人吗|有人在吗|你?最近好吗|你好吗|吃了吗|喂){_YOU}{_SOFT}|"
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|how are you)(?: (?:there|everyone|all))?)"
)
_THANKS = (
    rf"(?:(?:好的?|嗯++|行|明白了?|知道了|懂了|了解了?)?[，, ]*(?:太|非常|十分|真是|真的)?(?:感谢|谢谢|多谢|谢了|谢啦|辛苦|谢谢您?你?们?)"
    rf"(?:你们?|您)?(?:的)?(?:耐心)?(?:帮助|帮忙|回答|解答|指点|回复|解释|说明)?{_SOFT}|(?:你|您)?(?:太|真|很)(?:好|棒|厉害|有用)(?:了|啊)?|"
    rf"(?:这个?)?(?:回答|答案)(?:得)?(?:很|真|太)?(?:好|对|有用|清楚|棒){_SOFT}|"
    rf"(?:好的?|嗯++|行|明白了?|知道了|懂了|了解了?|收到|ok|okay|可以了){_SOFT}|"
    r"(?:thanks|thank you|thx|ty)(?: (?:very much|so much|a lot|you))?|many thanks|great|got it)"
)
_GOODBYE = (
    rf"(?:再见|拜拜|拜|回头见|下次见|明天见|晚安|我(?:先)?(?:走|下|撤)了|先这样|就这样吧?|没(?:有)?(?:别的)?(?:问题|事)了|没事了|"
    rf"不问了|结束(?:对话)?|退出){_SOFT}|(?:good ?)?bye(?: ?bye)?|see you(?: later)?|good ?night|exit|quit"
)
_SEPARATOR = r"[\s，,。.!！?？、;；:：~～…]*"
_ORDER: tuple[tuple[Kind, str], ...] = (("goodbye", _GOODBYE), ("thanks", _THANKS), ("greeting", _GREETING))
_ANY = "|".join(f"(?:{rule})" for _, rule in _ORDER)
_WHOLE = re.compile(rf"(?:(?:请问)?(?:{_ANY}){_SEPARATOR})+", re.IGNORECASE)
_RULES = tuple((kind, re.compile(rf"(?:{rule})", re.IGNORECASE)) for kind, rule in _ORDER)


def find_courtesy(text: str) -> Act | None:
    """The act when the whole utterance is made of such words; the last of the more telling kind names it."""
    if not _WHOLE.fullmatch(text):
        return None
    for kind, rule in _RULES:
        if any(
            _matches_wholly(rule, piece) for piece in re.split(r"[\s，,。.!！?？、;；:：~～…]+", text)
        ) or rule.fullmatch(text):
            return Act(kind, text)
    return Act("greeting", text)


def _matches_wholly(rule: re.Pattern[str], piece: str) -> bool:
    """Whether the piece is such words and nothing else."""
    return bool(piece) and rule.fullmatch(piece) is not None
