"""Questions about the documents themselves: which, how many, whose, the newest. Knows nothing of what is written in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.conversation.types import Act, Kind
from corpus.text import places
from index.types import DocumentSummary

PAGE = 10  # documents of a list shown at a time

_FILES = r"(?:政策)?(?:文件|资料|文档|材料|文本|文章|公文)"
_KEPT = (
    r"(?:你|您|你们|您们|这里|这里面|这儿|库里|库中|系统里?|系统中|的?知识库里?|的?知识库中|数据库里?|资料库里?|文件库里?|里面|目前|现在|一共|总共|都|已经?|"
    r"当前|我|我们|本系统|平台|上面)*"
)
_HAS = r"(?:收录|收集|保存|存|导入|上传|装|入库|包含|包括|有|放|加)(?:进来)?(?:了|过|的|着|的是|的有)?(?:的)?"
_WHICH = r"(?:哪些|哪几(?:份|个|篇)|什么|啥|些什么|些啥|哪)"
_MANY = r"(?:多少|几)(?:份|个|篇|部|条)?(?:政策)?"
_LIST = r"(?:请|帮我|给我|麻烦|把)*(?:列出|列举|列一下|列|显示|展示|看看|看一下|查看|打开|给我看看|介绍一下|介绍|说说)"
_TAIL = r"(?:呢|啊|呀|吗|都有|可以查|可以看|可查|能查|可供查询|能看|的名字|的标题|来看看|看看)*"
_RULES: tuple[tuple[Kind, str], ...] = (
    (
        "count",
        rf"{_KEPT}(?:{_HAS})?(?:一共|总共)?{_KEPT}(?:{_HAS})?{_MANY}{_FILES}{_TAIL}|{_KEPT}{_FILES}(?:一共|总共)?(?:有)?{_MANY}{_TAIL}|"
        rf"{_KEPT}(?:{_HAS})?{_FILES}(?:的)?(?:数量|总数|份数|数)(?:是多少|有多少|多少)?|"
        r"how many (?:documents|files)(?: (?:are there|do you have|are indexed))?",
    ),
    (
        "recent",
        rf"{_KEPT}(?:最近|近期|最新|新近|这几天|今天|刚刚?|这周|本周|这个月|本月)(?:又|都|有没有|有无)*(?:{_HAS})?(?:{_WHICH})?(?:新|最新|新的|新增|新出|新发|新加|更新)?(?:的)?(?:{_FILES}|政策{_FILES})(?:是{_WHICH}|有{_WHICH}|是哪份|是哪一份|是哪个)?{_TAIL}|"
        rf"{_KEPT}(?:有)?(?:没有|{_WHICH})?(?:新|最新|新的|新增|新出|新发|新加)(?:的)?{_FILES}(?:是{_WHICH}|有{_WHICH}|是哪份|是哪一份|是哪个)?{_TAIL}|"
        rf"(?:哪|哪一)(?:份|个|篇){_FILES}(?:是)?(?:最新|最近)(?:的|发布的|印发的)?|最近(?:有)?(?:什么|哪些)?(?:更新|新增|新的|增加|上传|收录|加)(?:吗|了|的是)?(?:什么|哪些)?(?:{_FILES})?|"
        r"(?:what(?:'s| is| are) (?:the )?)?(?:new|latest|newest|recent) (?:documents?|files?)(?: are there)?",
    ),
    (
        "documents",
        rf"{_KEPT}(?:{_HAS})?{_KEPT}{_WHICH}{_FILES}{_TAIL}|{_KEPT}{_FILES}(?:都)?(?:有|是|包括){_WHICH}{_TAIL}|{_LIST}?(?:一下)?(?:所有|全部|一下|已收录|收录|已有|现有)?(?:的)?{_FILES}(?:列表|清单|目录|名单|名称|标题){_TAIL}|"
        rf"把(?:所有|全部)(?:的)?{_FILES}(?:都)?(?:列出来?|列一下|显示出来)|{_LIST}(?:一下)?(?:所有|全部|已收录|收录|已有|现有)(?:的)?{_FILES}(?:列出来|列一下)?{_TAIL}|{_KEPT}{_HAS}(?:些)?(?:什么|啥|哪些)(?:内容|东西|政策)?{_TAIL}|"
        r"(?:what|which) (?:documents|files)(?: (?:are there|do you have|are indexed|have you got))?|"
        r"list (?:all )?(?:the )?(?:documents|files)",
    ),
)
_COMPILED = tuple((kind, re.compile(rule, re.IGNORECASE)) for kind, rule in _RULES)
_BODY = r"(?P<subject>[\u4e00-\u9fff“”]{2,20}?)"
_ISSUED = re.compile(
    rf"(?:由)?{_BODY}(?:最近|近期|都|一共|总共)?(?:发布|印发|下发|出台|制定|公布|颁布|发)(?:过|了|的)?(?:的)?(?:(?:政策)?(?:文件|公文))?(?:都)?(?:有|是)?(?:哪些|什么|哪几份|多少份?|几份)?(?:(?:政策)?(?:文件|公文))?(?:吗|呢)?"
)
_OF_PLACE = re.compile(
    rf"{_BODY}(?:都)?(?:有|的)(?:哪些|什么|哪几份|多少份?|几份)?{_FILES}(?:都)?(?:有哪些|是哪些|有什么)?(?:吗|呢)?"
)
_BODIES = re.compile(r"(?:[省市区县镇乡局厅部委办院会府]|办公室|指挥部|中心|公司|大学|集团)$")
_ABOUT = re.compile(
    r"(?:你|您|这里|库里)?(?:有没有|有无|有|找一下|查一下|找|查)(?:一下)?(?:和|跟|与)?(?:关于|有关|涉及)?(?P<subject>[\u4e00-\u9fffA-Za-z0-9]{2,14}?)(?:有关|相关|方面)?的?(?:文件|文档)(?:吗|么|没有|呢)?"
)
_ASKS = re.compile(r"什么|哪|谁|多少|几|怎|如何|需要|提交|提供|准备|申请|办理|携带|要带|应当|必须|要求|条件|依据|根据")


def find_collection_question(text: str) -> Act | None:
    """The act when the whole utterance asks for documents, not for what they say."""
    bare = re.sub(r"^(?:请问|那么?|请告诉我|告诉我|我想知道|想问一?下?|我想看看?)[，, ]*", "", text)
    for kind, rule in _COMPILED:
        if rule.fullmatch(bare) and re.search(
            r"文件|资料|文档|材料|文本|文章|公文|收录|入库|更新|新增|新的|documents?|files?", bare, re.I
        ):
            return Act(kind, text)
    return _of_issuer(bare, text) or _subject_asked(bare, text)


def _of_issuer(bare: str, text: str) -> Act | None:
    """Whose documents are asked for: a body's, or a place's."""
    if not re.search(r"文件|公文|资料|文档", bare):
        return None
    match = _ISSUED.fullmatch(bare) or _OF_PLACE.fullmatch(bare)
    if match is None:
        return None
    subject = match.group("subject").removesuffix("最近").removesuffix("所")
    named = places.find_places(subject)
    whole = bool(_BODIES.search(subject)) or any(place.name == subject for place in named)
    return Act("issued_by", text, subject) if whole and not _ASKS.search(subject) else None


def _subject_asked(bare: str, text: str) -> Act | None:
    """On which subject documents are asked for."""
    match = _ABOUT.fullmatch(bare)
    if match is None or _ASKS.search(match.group("subject")) or not re.search("关|涉及|方面", bare):
        return None
    return Act("about", text, match.group("subject"))


def choose_documents(act: Act, documents: Sequence[DocumentSummary]) -> list[DocumentSummary]:
    """The documents that the act asks for, in the order in which they are told; copies of one text once."""
    own = [document for document in documents if not document.same_as]
    if act.kind == "issued_by":
        own = [document for document in own if _is_of(document, act.subject)]
    if act.kind == "about":
        own = [document for document in own if act.subject in document.title]
    return sorted(own, key=issue_day, reverse=True) if act.kind == "recent" else own


def issue_day(document: DocumentSummary) -> str:
    """The day a document was issued as YYYY-MM-DD; "" where none is known."""
    return document.metadata.issued.value if document.metadata.issued else ""


def _is_of(document: DocumentSummary, subject: str) -> bool:
    """Whether the body issued the document, or the document is of the place."""
    stem = places.place_stem(subject)
    meta = document.metadata
    issuer = meta.issuer.value if meta.issuer else ""
    region = meta.region.value if meta.region else ""
    return bool(issuer and (subject in issuer or issuer in subject or stem in issuer)) or bool(
        region and any(places.place_stem(level) == stem for level in places.name_levels(region))
    )
