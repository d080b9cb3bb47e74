"""Wishes about the last answer: in other words, longer, shorter, with its evidence. Knows nothing of search."""

from __future__ import annotations

import re

from assistant.conversation.types import Act, Kind

_SAY = r"(?:请|麻烦|能不能|能否|可以|可否|能|你|再|帮我)*"
_END = r"(?:一?下|吗|吧|呢|么|好吗|行吗|可以吗|嘛|些|点|一点|一些)*"
_RULES: tuple[tuple[Kind, str], ...] = (
    (
        "rephrase",
        rf"{_SAY}(?:换(?:个|一个|一种|种)(?:说法|方式|表述|讲法)(?:说|讲|表达|回答)?|换句话说|重新(?:说|讲|表述|组织)|(?:说|讲)(?:得)?(?:通俗|明白|简单易懂|人话)(?:易懂)?(?:点|一点|些)?|"
        rf"通俗(?:点|一点|地)(?:说|讲|解释)?|说人话|用大白话(?:说|讲)?|再说(?:一遍|一次)|重复(?:一遍|一次)?)(?:再?说)?(?:一遍|一次)?{_END}|"
        r"(?:我)?(?:还是)?(?:(?:听|看)不(?:太)?(?:懂|明白)|(?:没|不)(?:太|怎么)?(?:听|看)?(?:懂|明白|理解))(?:你的?意思|这个?|你说的)?(?:啊|呀|呢)?|(?:这|这个|这句话?|你|你说的|上面)?(?:是)?什么意思(?:啊|呀|呢)?|"
        r"(?:please )?(?:rephrase|say (?:it|that) again|in other words|i don'?t understand)(?: that| it)?",
    ),
    (
        "detail",
        rf"{_SAY}(?:(?:说|讲|写|介绍|解释|回答|展开)(?:得)?(?:再)?(?:更)?(?:详细|具体|仔细|清楚|细|全面|完整)(?:点|一点|些|一些)?|(?:更|再)?(?:详细|具体|仔细|细致|完整)(?:地|的)?(?:点|一点|些|一些)?(?:说|讲|介绍|解释|展开|回答)?(?:说|讲|明)?|"
        rf"展开(?:说|讲|来讲|来说)*|多说(?:点|一点|几句|些)|细说|(?:看看?|给我看看?|列出|显示)(?:一?下)?(?:完整的?|全部的?)?原文|原文(?:是)?(?:怎么(?:说|写)的|怎么(?:说|写)|呢)?|上下文(?:呢|是什么)?){_END}|"
        r"(?:please )?(?:more details?|tell me more|elaborate|in more detail|explain more)(?: please)?",
    ),
    (
        "brief",
        rf"{_SAY}(?:(?:说|讲|写|回答)?(?:得)?(?:再)?(?:更)?(?:简短|简单|简洁|精简|短|简略|概括)(?:点|一点|些|一些)(?:说|讲|回答)?|(?:简短|简单)(?:说|讲|回答)?|(?:用)?一句话(?:说|讲|概括|总结|回答)?(?:完|明白)?|"
        rf"太长(?:了)?|(?:说|讲)?重点|只(?:说|讲|要)(?:重点|结论|结果)|长话短说|(?:总结|概括|归纳)(?:一?下)?){_END}|"
        r"(?:please )?(?:shorter|be brief|briefly|summari[sz]e|tl;?dr|in short)(?: please)?",
    ),
    (
        "evidence",
        rf"{_SAY}(?:(?:有)?(?:什么)?(?:依据|出处|来源|证据|根据)(?:是什么|在哪里?|呢|有吗|是哪里|是哪份文件)?|(?:你|您)?(?:怎么|从哪里?|哪里)(?:知道|看到|得出|看出来?|来)的?|(?:这|这个)?(?:是)?(?:哪里|哪儿|哪份文件|哪个文件|哪条)(?:写|说|规定|讲)的?|"
        rf"(?:这个?)?(?:是)?真的吗?|(?:你)?确定吗?|确定(?:是)?(?:这样|对)?吗?|靠谱吗?|是吗|对吗){_END}|"
        r"(?:what(?:'s| is) (?:the|your) )?(?:source|evidence)s?|are you sure|really|how do you know",
    ),
)
_COMPILED = tuple((kind, re.compile(rule, re.IGNORECASE)) for kind, rule in _RULES)


def find_repeat_wish(text: str) -> Act | None:
    """The act when the whole utterance is such a wish."""
    bare = re.sub(r"^(?:(?:那么?|嗯|哦|好的?|麻烦|太复杂了|没看懂|看不懂|不明白)[，, ]*)+(?=.)", "", text)
    return next(
        (Act(kind, text) for kind, rule in _COMPILED if rule.fullmatch(text) or rule.fullmatch(bare)),
        None,
    )
