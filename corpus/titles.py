"""Which of a document's candidates is its title: what its format says, its first lines, its file's name. Knows nothing of formats."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.heading_patterns import opens_place
from corpus.official_header import ORDER, TITLE_ENDS, HeaderLine, is_agency, is_number_line
from corpus.text.dates import DATE

# What names a part of any document, a kind of paper, or a place of any site, and so no document.
_GENERIC_WORDS = """
前言 序言 序 引言 导言 绪论 概述 目录 目次 附件 附录 附表 附则 总则 说明 正文 封面 封底 温馨提示 注意事项 首页 主页 关于我们 通知公告
新闻动态 信息公开 政策文件 中心简介 招标文件 公开招标文件 竞争性磋商文件 竞争性谈判文件 询价文件 采购文件 国家标准 行业标准 地方标准
中华人民共和国国家标准 中华人民共和国 任务书 项目任务书 申报书
"""
_GENERIC = frozenset((*_GENERIC_WORDS.split(), *TITLE_ENDS))
# Meetings and fairs end as the names of bodies do.
_EVENT = re.compile(
    r"(?:[大例年晚展]|展览|座谈|发布|推介|招聘|双选|运动|研讨|交流|报告|听证|推进|动员|启动|博览|洽谈)会$"
)
_NOT_TITLE = re.compile(
    r"^(?:来[ \u3000]*源|发布日期|发布时间|日期|时间|索引号|主题分类|发文机关|发文字号|文[ \u3000]*号|字[ \u3000]*号|有效性"
    r"|公开方式|公开属性|浏览|分享|当前位置|您的位置|首页|打印|字体|【|密级|特急|加急|平急|特提|机密|秘密|绝密|份号|签发人|附件\d*$|\d+$|№"
    r"|代替[ ]?[A-Z]|[（(][^（）()]*[)）]$)"
)
# A fact with its label, or what sites and portals set around every page.
_FACT = re.compile(
    r"^[\u4e00-\u9fff/（）() \u3000]{0,12}(?:编号|单位|机构|机关|日期|时间|地[ \u3000]*址|电话|热线|邮编|网址|邮箱|索引|概述"
    r"|来[ \u3000]*源|作[ \u3000]*者|联系人|招[ \u3000]*标[ \u3000]*人|采购人|投标人|[招投]标方)[ \u3000]*[:：]"
)
_BANNER = re.compile(
    r"(?:热线|电话)[ \u3000]*[:：]|登录[ \u3000]*[|丨｜/]?[ \u3000]*注册|注册[ \u3000]*[|丨｜/][ \u3000]*登录|无障碍浏览"
    r"|简体?[ \u3000|丨｜/]*繁|搜索关键词|大家都在搜|适老化?$|浏览次数|[首主]页[ \u3000]*[〉>》»]|https?:|www\."
)
_MENU = re.compile(r"(?:[\u4e00-\u9fff]{2,6}[ \u3000|丨｜]+){2,}[\u4e00-\u9fff]{2,6}")
_LABELLED = re.compile(
    r"(?:标[ \u3000]*题|题[ \u3000]*目|信息名称|文件名称|文件标题|项目名称|条目)[ \u3000]*[:：][ \u3000]*(?P<title>\S.*)"
)
_SENTENCE = re.compile(r"[。；;]|[:：，]$|(?<!目)的$")
_ORDERED = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》[已业]")
_ENDED = ("。", "；", "，", "：", ":", ";")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
# What titles end with beside those of official papers, and names of projects; what people and programs put around a file's name.
_TITLE_ENDS = (*TITLE_ENDS, "简章", "手册", "制度", "任务书", "公示表", "流程")
_PROJECT_ENDS = (*_TITLE_ENDS, "项目", "工程", "服务")
_NAME_ENDS = (*_TITLE_ENDS, "文件")
_COPY = re.compile(r"(?:[（(][0-9]{1,2}[)）]|[ -]*(?:副本|复件))+$")
_NUMBERED = re.compile(r"^[0-9]{1,3}[、_][ ]*(?=[^0-9])")
_SUFFIX = re.compile(r"\.(?:docx?|pdf|ofd|wps|xlsx?|pptx?|txt|html?|rtf)$", re.IGNORECASE)
_LINES, _LONGEST, _LONG, _SHORT = 20, 90, 40, 20


def choose_title(stated: str, head: list[HeaderLine], name: str) -> str:
    """The document's title.

    stated: what the format marks as it, "" for nothing; head: the first lines; name: the file's name without its suffix. A name of a
    section, a banner or a body alone is taken only where nothing better is there.
    """
    stated, name = _SUFFIX.sub("", tidy_spacing(stated)), _of_file(name)
    title = stated if names_document(stated) else find_title(head)
    if title:
        return name if _says_more(name, title) else title
    if len(_IDEOGRAPH.findall(name)) >= 4:
        return name
    return stated or next((words for line in head[:3] if is_generic(words := tidy_spacing(line.text))), "") or name


def tidy_spacing(text: str) -> str:
    """A line with single spaces, and none between letters that are set apart: 通 知 is 通知."""
    words = re.sub(r"^#{1,6} ", "", text).split()
    parts = words[:1]
    for before, word in pairwise(words):
        apart = min(len(before), len(word)) == 1 and _IDEOGRAPH.match(before[-1]) and _IDEOGRAPH.match(word)
        parts.append(word if apart else f" {word}")
    return "".join(parts)


def is_generic(text: str) -> bool:
    """Whether a text is the name of a section, of a kind of paper or of a body alone."""
    plain = "".join(text.split()).strip("《》【】[]（）()：:")
    return plain in _GENERIC or (is_agency(text) and not _EVENT.search(text))


def names_document(text: str) -> bool:
    """Whether a text can be a title: no name that any document may bear, no banner, fact, menu, heading of a part or sentence."""
    if len(text) < 3 or is_generic(text) or _SENTENCE.search(text) or _NOT_TITLE.match(text):
        return False
    named = "关于" in text or text.endswith((*_TITLE_ENDS, "》"))
    if opens_place(text) and text[0] not in "附（(":
        return False
    return named or not (len(text) > _LONG or _FACT.match(text) or _BANNER.search(text) or _MENU.fullmatch(text))


def find_title(head: list[HeaderLine]) -> str:
    """The title that the first lines give, "" when none of them reads like one. A title over several lines is joined."""
    chinese = sum(len(_IDEOGRAPH.findall(line.text)) for line in head[:_LINES]) > 8
    for index, line in enumerate(head[:_LINES]):
        text = tidy_spacing(line.text)
        labelled = _LABELLED.match(text)
        if labelled and names_document(labelled["title"]):
            return _join_title_lines(head, index, labelled["title"], _PROJECT_ENDS)
        if _is_passed_over(text, chinese) or (text.endswith("文件") and len(text) < 30 and index + 1 < len(head)):
            continue  # the red head: 某市人民政府文件
        if is_generic(text):
            title = _under_agency(head, index) if is_agency(text) else ""
            if title:
                return title
        elif names_document(text):
            return _title_ordered(head, index) or _join_title_lines(head, index, text)
        elif not (_FACT.match(text) or _BANNER.search(text) or _MENU.fullmatch(text)):
            return ""  # the text has begun
    return ""


def _is_passed_over(text: str, chinese: bool) -> bool:
    """Whether a line above a title is none: a number, a date, a fact; of a Chinese text what has hardly an ideograph."""
    if _NOT_TITLE.match(text) or is_number_line(text) or DATE.fullmatch(text):
        return True
    return chinese and len(_IDEOGRAPH.findall(text)) < 2


def _under_agency(head: list[HeaderLine], index: int) -> str:
    """The title whose first line is the body that issues it, "" where the next line is no title of its own."""
    following = tidy_spacing(head[index + 1].text) if index + 1 < len(head) else ""
    titled = following.startswith("关于") or ("关于" not in following and following.endswith(TITLE_ENDS))
    if not titled or not names_document(following):
        return ""
    return tidy_spacing(head[index].text) + _join_title_lines(head, index + 1, following)


def _title_ordered(head: list[HeaderLine], index: int) -> str:
    """What an order (某市人民政府令 第179号 《…》已经…通过) puts in force."""
    if not head[index].text.endswith("令") or not ORDER.fullmatch(
        "\n".join(line.text for line in head[index : index + 2])
    ):
        return ""
    found = [match[1] for line in head[index + 2 : index + 5] if (match := _ORDERED.match(line.text))]
    return found[0] if found else ""


def _join_title_lines(head: list[HeaderLine], index: int, text: str, ends: tuple[str, ...] = TITLE_ENDS) -> str:
    """The title that begins with a line's text, with the next ones where only they end it."""
    joined = text
    for count, line in enumerate(head[index + 1 : index + 4]):
        following = tidy_spacing(line.text)
        if _is_whole(joined, ends) or not _may_go_on(following) or len(joined) + len(following) > _LONGEST:
            break
        if not count and not _goes_on(joined, following, ends):
            break
        joined += following
        if _is_whole(joined, ends) or (_is_closed(joined) and not _is_closed(text)):
            return joined
    return text


def _is_whole(text: str, ends: tuple[str, ...]) -> bool:
    return text.endswith((*ends, "》")) and _is_closed(text)


def _is_closed(text: str) -> bool:
    return all(text.count(opening) <= text.count(closing) for opening, closing in ("《》", "（）", "()"))


def _may_go_on(line: str) -> bool:
    fact = _NOT_TITLE.match(line) or _FACT.match(line) or is_number_line(line) or DATE.fullmatch(line)
    return not (
        fact or line.endswith(_ENDED) or ":" in line or "：" in line or (opens_place(line) and line[0] not in "（(")
    )


def _goes_on(text: str, line: str, ends: tuple[str, ...]) -> bool:
    """Whether the first line of a title is not all of it: 关于 without an end, an open bracket, a word cut in two, a short rest."""
    if "关于" in text or not _is_closed(text):
        return True
    if any((text + line).endswith(end) for end in TITLE_ENDS if len(end) > len(line)):
        return True
    return len(line) <= _SHORT and line.endswith(ends) and line not in _GENERIC and not re.search("[，！？]", text)


def _of_file(name: str) -> str:
    """A file's name without its number in a list, the marks of copies and brackets around all of it."""
    plain = _NUMBERED.sub("", _COPY.sub("", tidy_spacing(name)))
    if plain.startswith("《") and plain.endswith("》") and "》" not in plain[:-1]:
        plain = plain[1:-1]
    elif not _is_closed(plain):
        plain = plain.removeprefix("《")
    return plain or name


def _says_more(name: str, title: str) -> bool:
    """Whether a file's name is a whole title of which the one found is only a part."""
    if title.endswith(TITLE_ENDS) or not name.endswith(_NAME_ENDS):
        return False
    return len(name) > len(title) and "".join(title.split()) in "".join(name.split())
