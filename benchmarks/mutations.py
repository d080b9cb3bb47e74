"""Makes statements from sentences of real documents: faithful in other words, or false in one known way. Knows no verifier.

Every function takes a random generator, a sentence and a pool of names from other documents, and returns a changed sentence,
or None when the sentence offers nothing to change. What a function changes is decided by patterns of its own, not by those of
the verifier that is judged with them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Pool:
    """Names found in other documents, by kind, to put in the place of the sentence's own."""

    titles: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


Mutation = Callable[[random.Random, str, Pool], str | None]

_HAN = "零一二三四五六七八九"
_ARABIC = re.compile(r"(?<![\d.〔\[-])\d+(?:\.\d+)?(?![\d.]*[〕\]号年月日时点])(?!\.\d)")
_DATE_PART = re.compile(r"(?<!\d)\d{1,4}(?=[年月日])")
_ORDINAL = re.compile(r"第([一二三四五六七八九]|\d{1,3})(?=[条章节款项届批次季期名])")
_COUNT = re.compile(
    r"(?<![第十百千万零一二三四五六七八九])([二三四五六七八九])(?=[大项个类种条批家名位件次所座](?!月))"
)
_RANGE = re.compile(r"(?<![\d.-])(\d+(?:\.\d+)?)([-—~～至到])(\d+(?:\.\d+)?)(?![\d.]*[年月日号-])")
_NUMBER_OF_DOCUMENT = re.compile(r"([〔\[（(])(20\d\d)([〕\]）)])(第?\d{1,4}号)")
_TITLE = re.compile(r"《[^《》]{4,40}》")
PLACES = [
    "武进区", "天宁区", "溧阳市", "常州市", "苏州市", "无锡市", "南通市", "扬州市", "北京市", "上海市",
    "天津市", "重庆市", "武汉市", "广州市", "深圳市", "杭州市", "宁波市", "温州市", "合肥市", "郑州市",
    "西安市", "成都市", "长沙市", "济南市", "青岛市", "大连市", "沈阳市", "哈尔滨市", "昆明市", "贵阳市",
    "南昌市", "福州市", "厦门市", "兰州市", "江苏省", "浙江省", "湖北省", "广东省", "河北省", "山东省",
    "河南省", "湖南省", "四川省", "陕西省", "福建省", "江西省", "安徽省", "辽宁省", "吉林省", "云南省",
    "贵州省", "甘肃省",
]  # fmt: skip
BODIES = [
    "财政局", "教育局", "税务局", "商务局", "民政局", "公安局", "科技局", "司法局", "审计局", "统计局",
    "卫生健康委", "发展改革委", "交通运输局", "市场监管局", "农业农村局", "应急管理局", "住房城乡建设局", "生态环境局", "财政厅", "教育厅",
    "商务厅", "民政厅", "公安厅", "科技厅", "交通运输厅", "农业农村厅", "工业和信息化厅", "财政部", "教育部", "商务部",
    "民政部", "公安部", "人民银行", "税务总局", "市场监管总局", "国资委", "银保监局", "证监会", "中国银行", "农业银行",
    "建设银行", "工商银行", "人社局", "人社厅",
]  # fmt: skip
_PLACE = re.compile("|".join(PLACES))
_BODY = re.compile("(?:" + "|".join(sorted(BODIES, key=len, reverse=True)) + ")(?![长副])")
_PERSON = re.compile(
    r"(?<=书记|市长|区长|县长|主任|局长|院长|董事|经理|教授|厅长|主席|部长)"
    r"([王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶杜戴夏汪田姜范石姚谭熊陆郝孔崔康毛邱秦江史顾侯邵孟龙万]"
    r"[\u4e00-\u9fff]{1,2})(?=说|表示|指出|强调|主持|出席|介绍|宣布|要求|告诉|带领|，)"
)
_QUOTED = re.compile(r"“[\u4e00-\u9fffA-Za-z0-9·]{3,14}”")
_LIST = re.compile(r"([\u4e00-\u9fff]{2,8})、([\u4e00-\u9fff]{2,8})、([\u4e00-\u9fff]{2,8})(?=[等。，；])")


def _once(
    rng: random.Random, pattern: re.Pattern[str], text: str, change: Callable[[re.Match[str]], str | None]
) -> str | None:
    """The text with one randomly chosen match changed; None when nothing matches or nothing changes."""
    found = list(pattern.finditer(text))
    rng.shuffle(found)
    for match in found:
        new = change(match)
        if new is not None and new != match.group():
            return text[: match.start()] + new + text[match.end() :]
    return None


def _other_digits(rng: random.Random, digits: str) -> str:
    """The number with another value: a digit changed, two exchanged, or a little more."""
    way = rng.randrange(3)
    whole = digits.replace(".", "")
    if way == 0 and len(whole) > 1 and digits[0] != digits[1] and "." not in digits[:2] and digits[1] != "0":
        return digits[1] + digits[0] + digits[2:]
    at = rng.choice([place for place, char in enumerate(digits) if char.isdigit()])
    options = [char for char in "123456789" if char != digits[at]]
    return digits[:at] + rng.choice(options) + digits[at + 1 :]


def number(rng: random.Random, text: str, pool: Pool) -> str | None:
    """A number with another value."""
    return _once(rng, _ARABIC, text, lambda match: _other_digits(rng, match.group()))


def magnitude(rng: random.Random, text: str, pool: Pool) -> str | None:
    """万 for 亿, 元 for 万元, 个百分点 for %, and the other way round."""

    def change(match: re.Match[str]) -> str:
        return {"万元": "亿元", "亿元": "万元", "万": "亿", "亿": "万", "元": "万元", "%": "‰", "％": "‰"}[
            match.group()
        ]

    return _once(rng, re.compile(r"(?<=[\d.])(?:万元|亿元|万|亿|元|%|％)"), text, change)


def unit(rng: random.Random, text: str, pool: Pool) -> str | None:
    """A number that counts something else: 名 for 家, 天 for 年."""
    other = {
        "家": "人",
        "名": "家",
        "人": "家",
        "天": "个月",
        "小时": "天",
        "例": "家",
        "件": "吨",
        "吨": "件",
        "项": "人",
        "亩": "平方米",
    }
    return _once(
        rng, re.compile(r"(?<=\d)(?:家|名|人|天|小时|例|件|吨|项|亩)"), text, lambda match: other[match.group()]
    )


def date(rng: random.Random, text: str, pool: Pool) -> str | None:
    """A year, month or day moved."""

    def change(match: re.Match[str]) -> str | None:
        value, step = int(match.group()), rng.choice((-1, 1, 2))
        sign = text[match.end()]
        highest = {"年": 2100, "月": 12, "日": 28}[sign]
        moved = value + step
        return str(moved) if 1 <= moved <= highest else None

    return _once(rng, _DATE_PART, text, change)


def ordinal(rng: random.Random, text: str, pool: Pool) -> str | None:
    """第十二条 for another one."""

    def change(match: re.Match[str]) -> str:
        given = match.group(1)
        if given.isdigit():
            return f"第{int(given) + rng.choice((1, 2))}"
        return "第" + rng.choice([char for char in _HAN[1:] if char != given])

    return _once(rng, _ORDINAL, text, change)


def count(rng: random.Random, text: str, pool: Pool) -> str | None:
    """四大经济 for 五大经济."""
    return _once(
        rng, _COUNT, text, lambda match: rng.choice([char for char in _HAN[2:] if char not in match.group() + "两"])
    )


def bounds(rng: random.Random, text: str, pool: Pool) -> str | None:
    """One end of a range moved."""

    def change(match: re.Match[str]) -> str:
        low, dash, high = match.groups()
        return low + dash + _other_digits(rng, high) if rng.random() < 0.5 else _other_digits(rng, low) + dash + high

    return _once(rng, _RANGE, text, change)


def limit(rng: random.Random, text: str, pool: Pool) -> str | None:
    """以上 for 以下, 不超过 for 不低于, 前 for 后."""
    other = {
        "以上": "以下",
        "以下": "以上",
        "不超过": "不低于",
        "不低于": "不超过",
        "不少于": "不多于",
        "最高": "最低",
        "最低": "最高",
        "之前": "之后",
        "之后": "之前",
        "以内": "以上",
        "至少": "至多",
    }
    pattern = re.compile(
        r"(?<=[\d元%名家个岁年人日])(?:以上|以下|以内|之前|之后)|(?:不超过|不低于|不少于|最高|最低|至少)(?=[^，。]{0,6}\d)"
    )
    return _once(rng, pattern, text, lambda match: other[match.group()])


def document_number(rng: random.Random, text: str, pool: Pool) -> str | None:
    """Another year or number in a 文号."""

    def change(match: re.Match[str]) -> str:
        if rng.random() < 0.5:
            return f"{match[1]}{int(match[2]) - 1}{match[3]}{match[4]}"
        return (
            match[1]
            + match[2]
            + match[3]
            + re.sub(r"\d+", lambda digits: str(int(digits.group()) + rng.choice((1, 10))), match[4])
        )

    return _once(rng, _NUMBER_OF_DOCUMENT, text, change)


def _swap(pattern: re.Pattern[str], names: Callable[[Pool], Sequence[str]]) -> Mutation:
    """A mutation that puts a name of the pool in the place of one of the sentence."""

    def mutate(rng: random.Random, text: str, pool: Pool) -> str | None:
        others = [name for name in names(pool) if name not in text and name.strip("《》“”") not in text]
        return _once(rng, pattern, text, lambda match: rng.choice(others)) if others else None

    return mutate


title = _swap(_TITLE, lambda pool: pool.titles)
place = _swap(_PLACE, lambda pool: pool.places)
body = _swap(_BODY, lambda pool: pool.bodies)
person = _swap(_PERSON, lambda pool: pool.people)
quoted = _swap(_QUOTED, lambda pool: pool.quoted)


def intruder(rng: random.Random, text: str, pool: Pool) -> str | None:
    """An item of a list exchanged for one of another document."""
    others = [item for item in pool.items if item not in text]

    def change(match: re.Match[str]) -> str | None:
        items = list(match.groups())
        items[rng.randrange(1, 3)] = rng.choice(others)
        return "、".join(items)

    return _once(rng, _LIST, text, change) if others else None


_DENIED = {
    "不得": "必须", "不能": "能", "不会": "会", "不再": "继续", "没有": "有", "未": "已", "不予": "予以", "不需要": "需要", "无需": "需要",
    "不是": "是", "禁止": "允许", "严禁": "允许", "暂停": "继续", "取消": "保留", "免费": "收费", "不要": "要", "不收取": "收取",
}  # fmt: skip
_AFFIRMED = (
    "可以", "应当", "符合", "需要", "能够", "支持", "包括", "享受", "属于", "予以",
    "收取", "具备", "适用", "允许", "得到", "恢复", "设立", "开展", "提供", "参加",
    "安排", "实施", "建立", "执行", "纳入",
)  # fmt: skip


def negation(rng: random.Random, text: str, pool: Pool) -> str | None:
    """A negation dropped, or one put in."""
    dropped = re.compile("|".join(sorted(_DENIED, key=len, reverse=True)) + r"(?![来])")
    if rng.random() < 0.6:
        changed = _once(rng, dropped, text, lambda match: _DENIED.get(match.group()))
        if changed and not re.search(r"已来|已知|有有|已必", changed):
            return changed
    added = re.compile(r"(?<![不未没无])(?:" + "|".join(_AFFIRMED) + ")")
    return _once(rng, added, text, lambda match: "不" + match.group())


def modality(rng: random.Random, text: str, pool: Pool) -> str | None:
    """应当 for 可以, 可以 for 不得, 鼓励 for 必须."""
    other = {
        "应当": ("可以", "不得"), "必须": ("可以", "不必"), "可以": ("应当", "不得", "必须"), "不得": ("可以", "应当"),
        "鼓励": ("要求", "必须"), "严禁": ("鼓励", "可以"), "禁止": ("可以", "鼓励"), "一律": ("可以",), "允许": ("禁止",),
    }  # fmt: skip
    return _once(rng, re.compile("|".join(other)), text, lambda match: rng.choice(other[match.group()]))


def superlative(rng: random.Random, text: str, pool: Pool) -> str | None:
    """A claim to be first, largest or only that the source does not make."""
    if re.search(r"最|首个|首家|唯一|第一", text):
        return None
    word = rng.choice(("全国首个", "最大的", "唯一的", "国内领先的", "全省第一个", "首家"))
    pattern = re.compile(
        r"(?<=是|为)(?=一|个|我|全|国|市|区|省)|(?<=建设|成立|打造|设立|提供|推出)(?=[\u4e00-\u9fff]{3})"
    )
    return _once(rng, pattern, text, lambda match: word)


FALSE: dict[str, Mutation] = {
    "number": number, "magnitude": magnitude, "unit": unit, "date": date, "ordinal": ordinal, "count": count,
    "range": bounds, "limit": limit, "document number": document_number, "title": title, "place": place, "body": body,
    "person": person, "quoted name": quoted, "list intruder": intruder, "negation": negation, "modality": modality,
    "superlative": superlative,
}  # fmt: skip
