"""Questions about the program itself: who it is, what it can do. Knows nothing of documents."""

from __future__ import annotations

import re

from assistant.conversation.types import Act

_YOU = r"(?:你们?|您|这个?(?:系统|工具|网站|软件|平台|助手|机器人|东西)|本?系统|溯源)"
_IDENTITY = re.compile(
    rf"(?:{_YOU}(?:到底|究竟)?(?:是谁|是个?(?:什么|啥)(?:人|东西|系统|模型|机器人|软件|ai)?|叫什么(?:名字)?|是(?:不是)?(?:机器人|人工智能|真人|ai|人|chatgpt|gpt|大?模型)(?:吗|么)?)|"
    rf"(?:请)?(?:自我介绍|介绍(?:一?下)?(?:你自己|自己))(?:一?下)?|谁(?:开发|做|创造|制作)的?(?:你|您|这个系统)|{_YOU}是谁(?:开发|做|创造|制作)的|"
    rf"{_YOU}用的(?:是)?什么模型|who are you|what are you|what(?: i|')s your name|are you (?:a )?(?:human|robot|bot|ai))",
    re.IGNORECASE,
)
_ABILITIES = re.compile(
    rf"(?:{_YOU}?(?:都|能|会|可以|能够|还)*(?:能|会|可以|能够)(?:帮我|为我|给我|帮忙)?(?:做|干|回答|解答|查|提供|问)(?:些|点)?(?:什么|啥|哪些(?:事|问题|内容|服务)?)(?:事|事情|问题|东西|忙|内容)?|"
    rf"{_YOU}(?:都|还)?会(?:些|点)?(?:什么|啥)|{_YOU}(?:有)(?:什么|哪些|啥)(?:功能|用|本事|作用|能力)|(?:有)(?:什么|哪些|啥)功能|"
    rf"{_YOU}?(?:能|可以)帮(?:我|到我)?(?:什么|啥)(?:忙)?|我?(?:能|可以|应该)(?:问|查)(?:你|您)?(?:些)?(?:什么|啥|哪些(?:问题|内容)?)(?:问题)?|"
    rf"{_YOU}(?:要|该|应该|是)?(?:怎么|如何|怎样)(?:使?用|操作|提问|问)|"
    rf"(?:怎么|如何|怎样)(?:使?用|问|跟|和|操作){_YOU}(?:对话|聊天|提问|用)?|(?:怎么|如何|怎样)(?:使?用|提问|操作)|使用(?:说明|方法|帮助)|帮助|功能(?:介绍)?|help|"
    r"what can (?:you|i) (?:do|ask|answer)(?: you)?|what do you do|how (?:do i|to|can i) use (?:this|you|it))",
    re.IGNORECASE,
)


def find_product_question(text: str) -> Act | None:
    """The act when the whole utterance asks about the program."""
    bare = re.sub(r"^(?:请问|那么?|请)[，, ]*", "", text)
    bare = re.sub(r"(?:呢|啊|呀|吗|哦|的)+$", "", bare)
    if _IDENTITY.fullmatch(bare) or _IDENTITY.fullmatch(text):
        return Act("identity", text)
    return Act("abilities", text) if _ABILITIES.fullmatch(bare) or _ABILITIES.fullmatch(text) else None
