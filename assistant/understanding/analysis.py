"""Reads a question by rules: what kind of answer it wants, about which place, time, document and article. Knows no index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corpus.text import places
from corpus.text.characters import simplify
from corpus.text.numbers import parse_integer

Kind = Literal["who", "when", "where", "how_many", "which", "list", "how", "why", "what", "define", "yes_no"]

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_HANZI = "一二三四五六七八九十两"
_UNITS = (
    r"(?:亿|万|千|百)?(?:平方米|平方公里|公里|公斤|公顷|毫克|毫升|"
    r"[元家个名人项次条款种类批所座台辆件份页米吨斤户年月天日岁倍位亩套只张场期])"
)

# The first rule that matches decides; so the order is from the special to the general.
_RULES: tuple[tuple[Kind, str], ...] = (
    ("why", r"为什么|为何|何故|缘何|什么原因|原因(?:是|有|为)|(?:什么|何种?|的)(?:目的|缘由)|目的(?:是|在于)|为了什么"),
    ("define", r"什么是|何谓|是什么意思|指的是什么|是指什么|什么叫|指什么|如何定义|的定义|的含义"),
    ("what", r"(?:重点|着力点|核心|关键|重心|差距|特点|优势|意义|区别|不同)(?:主要|都|又)?(?:放)?在(?:哪|何)"),
    (
        "list",
        r"几(?:个|项|条|点|种|类|大|份)[^，。]{0,14}(?:叫什么|是什么|是哪|名称|方面)|列全|(?:都|全部?)(?:列出|报|告诉|说)|"
        r"哪些|哪几|哪[两二三四五六七八九十]|分别(?:是|为|有|包括|指|讲|负责|由|达)|包括什么|包含什么|有什么(?:条件|要求|措施|办法|规定|内容|特点)|有啥|列举|"
        r"(?:几|[两二三四五六七八九十])(?:大|个|项|条|点|种|类|方面|件|家|位)[^多少几]{0,18}(?:是|指|为|有|包括)(?:什么|哪|谁|啥)|列出",
    ),
    (
        "who",
        r"(?:书记|[市区县省镇乡局厅部校院行会组]长|主任|主席|负责人|领导|经理)[\u4e00-\u9fff]{0,2}(?:叫什么|什么名字|姓名)|是哪一?位|(?<!什么)名字是",
    ),
    (
        "when",
        r"什么时候|什么时侯|何时|哪一?天|哪一?个?年度?|哪个?月|哪年哪月|几月|几号|几点|星期几|周几|礼拜几|什么时间|什么日期|多会儿|(?:时间|日期|日子|期限|时限|时刻)(?:是|为|从|到|在|安排)?(?:什么|何|多)|"
        r"^(?!.*(?:如何|怎[么样])).*(?:时间|日期|日子|期限|时限|时刻)(?:是|为|从|到|在|安排)?(?:[？?]|$)|"
        r"截止到?(?:什么|何|哪)|有效期(?:是|到|至|为|多|[？?]|$)",
    ),
    (
        "how_many",
        r"多少|多大|多高|多长|多久|多重|多远|百分之几|几成|第几|几(?="
        + _UNITS
        + r"|[^大何乎点])|(?:比例|比重|占比|金额|数量|总额|额度|费用|标准|规模|面积|人数)(?:是|为|达)(?:什么|几|怎|如)",
    ),
    ("where", r"哪里|哪儿|在哪|什么地方|何地|(?<!如)何处|什么地点|(?:地址|地点|位置)(?:是|在|为)|去哪|到哪|从哪"),
    ("who", r"谁|何人|什么人|哪一?位|哪个人|哪一?名|(?:哪个|哪一个|什么)(?:部门|单位|机构|机关|公司|企业|委员会|局)"),
    (
        "yes_no",
        r"吗[？?]?$|是否|是不是|能否|可否|能不能|可不可以|有没有|会不会|需不需要|要不要|应不应|对不对|吗(?:？|\?|$)|行不行|好不好",
    ),
    (
        "how",
        r"怎么|怎样|如何|怎麽|咋|流程|步骤|程序(?:是|为)|什么方式|什么途径|什么办法|什么方法|什么渠道|何种方式|哪种方式",
    ),
    ("which", r"哪个|哪家|哪一|哪种|哪项|哪份|哪部|哪条|哪场|哪类|哪座|哪所|哪"),
    ("what", r""),
)
_ENGLISH: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("how_many", re.compile(r"\bhow (?:many|much|long|large|big)\b", re.IGNORECASE)),
    ("list", re.compile(r"\b(?:what|which) (?:are|were)\b|\blist\b", re.IGNORECASE)),
    ("who", re.compile(r"\bwho(?:se|m)?\b", re.IGNORECASE)),
    ("when", re.compile(r"\b(?:when|what (?:date|day|year|time))\b", re.IGNORECASE)),
    ("where", re.compile(r"\bwhere\b", re.IGNORECASE)),
    ("why", re.compile(r"\bwhy\b", re.IGNORECASE)),
)
_COMPILED = tuple((kind, re.compile(rule)) for kind, rule in _RULES)

# Words that ask or oil the sentence and say nothing of the subject.
_CLASSIFIER = "[个家项名次条款种类批所座台辆件份页户岁倍位亩斤套只张场期届支]?"
_FILLER = re.compile(
    r"什么时[候侯]|什么时间|什么地方|哪一?个?年度|多长时间(?:[以之]?内)?|由?哪(?:一?个|些|家)?(?:部门|单位|机构|机关)|当地(?:政府)?|[省市区县](?:里|上)(?=[要想会有能])|一批|听说|据说|什么意思|什么样的?|为什么|是什么|有什么|什么是|什么|哪里|哪儿|"
    rf"哪几{_CLASSIFIER}|哪些|哪[一两二三四五六七八九十]?[年月日天]|哪[一两二三四五六七八九十]?{_CLASSIFIER}|"
    rf"谁|何时|何地|何处|何人|为何|何种|如何|怎么样|怎么办|怎么|怎样|怎麽|多少{_CLASSIFIER}|多久|多大|多高|多长|几千|几百|几(?=[年月天号点亿万元人])|几{_CLASSIFIER}|"
    r"请问一?下?|请告诉我|都?告诉我|我?想知道|我?想问一?下?|我?想了解一?下?|请?介绍一?下?|说一?下|说说|请?列出来?|列举|帮我?(?:忙)?(?:查|看|找|列)?(?:一?下|个)?|麻烦|打扰了?|"
    r"能否|可否|是否|是不是|能不能|可不可以|有没有|会不会|需不需要|要不要|"
    r"分别|各自|具体|到底|究竟|一共|总共|打算|准备|计划要|想要|吗|呢|吧|呀|啊|哦|(?<![申邀聘提])请(?![求示])|您好|你好|谢谢|咋|啥|来着"
)
_SPLIT = re.compile(
    r"[\s，。、；：？！,.;:?!“”‘’\"'（）()《》〈〉【】\[\]{}<>「」『』…—\-~·|/\\*=]+|"
    r"的|(?<!不)是|了(?!解)|(?<![存现潜健所])在(?![线校册职编建岗])|和(?![平谐睦解])|与(?!会)|[及或](?![时格])|以及|为了|关于|对于|"
    r"(?<![主需重必摘纲首只])要(?![求素点闻约件塞害领])|想(?![象法])|都(?!市)|这[次个些]?|那[次个些]?|(?<![所拥国具享占私])有(?![利效关限序机色力望线害毒偿])|"
    r"(?<![认作成行称以因])为(?![民主])|(?<![达收直])到(?![位期达账场岗])|把|让(?!利)|被(?![告子])|给(?![予付水])|跟(?!踪)|怎|搞|叫做?|喊|"
    r"(?<![使利费信应适运作实专公启占享录任雇聘试])用(?![户地工品途电水])|(?<![不可])能(?![力源级耗量效])|可以|应该|应当|(?<![社大协])会(?![议员展计])(?=[\u4e00-\u9fff]{2})"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}?[〔\[［（(【]\s*(?:19|20)\d{2}\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_ARTICLE = re.compile(r"第\s*([零〇○一二三四五六七八九十廿卅百千两\d]{1,9})\s*条(?:\s*之[一二三四五六七八九十])?")
_YEAR = re.compile(r"(?<![\d])((?:19|20)\d{2})(?!\d)(?=\s*(?:年|[-—~至到]|上半年|下半年|度|版|$|[\u4e00-\u9fff]))")
_COUNT = re.compile(rf"(?<![第十])([{_HANZI}]|\d{{1,2}})(?:大|个|项|条|点|种|类|方面|件|家|位|届|批)")
_PERIOD = re.compile(r"[“\"]?十[一二三四五]五[”\"]?")
_UNIT = re.compile(r"(?:多少|几)\s*(" + _UNITS + "|%|％)")
# Tags, forged markers, braces and role names: no part of what is asked.
_MARKUP = re.compile(
    r"<[^<>]{0,200}>|[\[【]\d{1,3}[\]】]|\$\{?\w+\}?|\{[^{}]{0,200}\}|\b(?:SYSTEM|USER|ASSISTANT|INST)\s*[:：]|%[sd]\b|DROP TABLE \w+|--"
)
# An amount that the asker only heard of (是1800亿元，对吗？) is a claim to be checked, not what the source says.
_CLAIM = re.compile(r"(?:是|为|有)\d[\d,.]*[\u4e00-\u9fff%％]{0,4}[，,]?\s*(?:对吗|对不对|是吗|对么|是真的吗)[？?，,]?")
_TELLS = re.compile(r"(?:列|报|说|讲|写|找|查)(?:一?下|全|出来?|给我)|告诉我")
_JOINS = re.compile(r"^(?:和|与|跟|以及|及|还有|各|分别|到底|究竟)")
_WH = re.compile(r"什么|哪|谁|何[时地处人种]|为何|如何|怎|多少|多久|多大|多高|多长|几|吗|是否|能否|可否|[？?]")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a question asks for.

    text: the question without invisible characters, half-width where NFKC says so; core: the part of it that asks;
    kind: the sort of answer; places, years, periods (十四五), titles (《…》), numbers (文号) and articles (第十二条 -> 12) it names;
    count: how many items it says there are (四大经济 -> 4); unit: the unit asked for (多少亿元 -> 亿元); terms: its content words,
    cut at function words, in order.
    """

    text: str
    core: str
    kind: Kind
    places: tuple[places.Place, ...]
    years: tuple[int, ...]
    periods: tuple[str, ...]
    titles: tuple[str, ...]
    numbers: tuple[str, ...]
    articles: tuple[int, ...]
    count: int | None
    unit: str
    terms: tuple[str, ...]


def clean_question(text: str) -> str:
    """The text without invisible and control characters, NFKC, white space runs as one space."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    folded = "".join(" " if unicodedata.category(char) == "Cc" else char for char in folded)
    return re.sub(r"\s+", " ", folded).strip()


def analyse_question(question: str, known_places: Iterable[str] = ()) -> Analysis:
    """Read a question; `known_places` are place names of the corpus at hand."""
    text = clean_question(question)
    core = _asking_sentences(_CLAIM.sub("", _round_numbers(simplify(_MARKUP.sub(" ", text)))))
    kind = kind_of(core)
    count = _COUNT.search(core)
    unit = _UNIT.search(core)
    return Analysis(
        text=text,
        core=core,
        kind=kind,
        places=tuple(places.find_places(_core_or(simplify(text), core), known_places)),
        years=tuple(dict.fromkeys(int(year) for year in _YEAR.findall(text))),
        periods=tuple(dict.fromkeys(re.sub(r"[“”\"]", "", period) for period in _PERIOD.findall(text))),
        titles=tuple(dict.fromkeys(_TITLE.findall(text))),
        numbers=tuple(dict.fromkeys(document_number_form(match) for match in _NUMBER.findall(text))),
        articles=tuple(dict.fromkeys(n for match in _ARTICLE.findall(text) if (n := parse_integer(match)) is not None)),
        count=parse_integer(count.group(1)) if count and count.group(1) not in ("一", "1") else None,
        unit=unit.group(1) if unit else "",
        terms=content_words(core),
    )


def kind_of(question: str) -> Kind:
    """The sort of answer a question wants."""
    return next(kind for kind, rule in (*_ENGLISH, *_COMPILED) if rule.search(question))


WHOLE = 90  # characters of a question up to which its sentences before the asking one are kept
LONG = 200  # characters up to which a whole question is searched for


def search_query(analysis: Analysis) -> str:
    """What to search for: the whole question, without markup; of a long one the asking sentences and the places named."""
    whole = simplify(_MARKUP.sub(" ", analysis.text))
    if len(whole) <= LONG or len(analysis.core) < 4:
        return whole
    return asking_text(analysis)


def asking_text(analysis: Analysis) -> str:
    """What to read for: the asking sentences and the places named, simplified; the whole text when little is left."""
    missing = "".join(place.name for place in analysis.places if place.name not in analysis.core)
    return missing + analysis.core if len(analysis.core) >= 4 else analysis.text


def whole_or_core(analysis: Analysis) -> str:
    """The question, simplified, with the sentences before the one that asks; of a long one only what asks."""
    return simplify(analysis.text) if len(analysis.text) <= WHOLE else analysis.core


def content_words(question: str) -> tuple[str, ...]:
    """The content words of a question, in order, each once."""
    bare = _FILLER.sub(" ", question)
    parts = (part.strip() for part in _SPLIT.split(bare) if part)
    return tuple(dict.fromkeys(part for part in parts if part))


def document_number_form(text: str) -> str:
    """A 文号 in one form: 〔〕 round the year, no white space, no 第."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    bare = re.sub(r"^(?:根据|按照|依据|依照|在|的|和|与|及|请问|关于)+", "", bare)
    return re.sub(r"[〔\[（(【](\d{4})[〕\]）)】]第?0*(\d+)号", r"〔\1〕\2号", bare)


def _round_numbers(text: str) -> str:
    """百亿, 千亿 and their like in digits, as documents write them."""
    values = {"十": "10", "百": "100", "千": "1000"}
    return re.sub(
        r"(?<![\d一二三四五六七八九十百千几数])([十百千])(?=[万亿])", lambda match: values[match.group(1)], text
    )


def _core_or(text: str, core: str) -> str:
    """The core where it names a place; else the whole text, whose other sentences may name it."""
    return core if places.find_places(core) else text


def _asking_sentences(text: str) -> str:
    """The sentences that ask; the whole text when none does or all do."""
    parts = [part for part in re.split(r"(?<=[。？！?!；;])\s*|\n", text) if part.strip()]
    asking = [part for part in parts if _WH.search(part) or _TELLS.search(part)]
    core = " ".join(asking) if asking and len(asking) < len(parts) else text
    return _asking_clauses(core) if len(core) > 26 else core


def _asking_clauses(text: str) -> str:
    """Of a long-winded question the clauses that ask, each with the one before it when it is short of words itself."""
    pieces = [piece for piece in re.split(r"(?<=[，,：:；;])", text) if piece.strip()]
    kept: list[str] = []
    asks = _WH if _WH.search(text) else _TELLS
    for number, piece in enumerate(pieces):
        if not asks.search(piece):
            continue
        at = number
        while at and (_JOINS.match(pieces[at]) or len("".join(content_words(pieces[at]))) < (7 if at == number else 1)):
            at -= 1
        kept.extend(before for before in pieces[at:number] if before not in kept)
        kept.append(piece)
    return "".join(kept) or text
