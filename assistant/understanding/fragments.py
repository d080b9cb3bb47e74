"""Makes a question of a fragment (电话呢, 那三等奖呢, 找谁报名): it takes the subject of the question before. Knows no index.

A fragment either asks something else of the same subject, and then stands behind it, or names a counterpart of something in
the question before, and then takes its place there.
"""

from __future__ import annotations

import re

from assistant.understanding.analysis import content_words

DEPENDENT = 6  # content characters up to which a follow-up without a place or a document of its own has no subject
SUBJECT = 2  # characters of the shortest subject that is carried
CLAUSE = 9  # characters from which what is followed by 呢 is a case put, not a thing
PREDICATE = 6  # characters of the longest predicate that a bare question word takes over
LOOSE = 3  # characters that may stand beside a word of a kind in a topic (投了 1.2亿)
_OF_ITS_OWN = re.compile(r"[\u4e00-\u9fff]{3,}的[\u4e00-\u9fff]{2,}")  # 租房补贴的标准: the subject is named
_OWNED = 3  # characters before 的 that can be a subject
_MODAL = (
    r"(?:[去在到从找向由要]|需要|应该?|可以|能够?|(?<![大社协议])会(?!议)|又|都|还|分别|各|是|有|为|达到?|"
    r"每个?[月年人天]|一?共|最[高低多少长短早晚大]|一年|至少)"
)
_WH = re.compile(
    rf"{_MODAL}*(?:什么(?:时[候间]|地方)?|哪(?:里|儿|天)?|谁|多少(?:钱|元)?|几(?!乎)|怎(?:么|样)*|如何|为什么|为何|多[久长大高]|何[时地处]|能不能|可不可以|是否|能否|可否|是不是|有没有|吗|啥|差多少)"
)
# nouns by which something is asked of whatever was spoken of, with the words that ask for each
_ATTRIBUTES = (
    (r"(?:联系|咨询|办公|服务|监督|举报|投诉)?电话(?:号码)?|热线|联系方式|号码|网址|官网|邮箱|传真|公众号", "是多少"),
    (r"(?:具体|办理|办公|报名|受理|申请|联系)?(?:地址|地点|位置)", "在哪里"),
    (
        r"(?:具体|办理|报名|申请|受理|截止|起止|开始|结束|实施|施行|举办|比赛|发放)?(?:时间|日期)|截止(?:日期|时间)?|报名截止",
        "是什么时候",
    ),
    (r"期限|有效期|时限|办理时限|期间", "是多久"),
    (
        r"(?:申请|申报|报名|享受|办理|补贴|认定)?(?:条件|要求|对象|范围|资格)|(?:申请|申报|办理|报名)?(?:流程|程序|步骤|方式|办法|渠道)",
        "是什么",
    ),
    (r"(?:申请|申报|办理|报名|所需|需要的?)?(?:材料|资料|证件|手续)|注意事项|内容|限制", "有哪些"),
    (
        r"(?:补贴|补助|奖励|资助|收费|具体|发放)?(?:标准|金额|额度|数额|比例)|费用|租金|(?:最高)?限价|中标价|价格|学费|奖金|利率|名额|人数|面积|上限|下限|最高额|总额|年龄",
        "是多少",
    ),
    (r"(?:主管|责任|牵头|受理|经办|发证)?(?:部门|单位|机构|机关)", "是哪个"),
    (r"负责人|联系人|书记|区长|市长|县长|主任|局长", "是谁"),
)
_ASKED = tuple((re.compile(rule), tail) for rule, tail in _ATTRIBUTES)
_TRAILING = re.compile(
    rf"的?(?:{'|'.join(rule for rule, _ in _ATTRIBUTES[:7])}|规定|政策|(?:目标|发展)?(?:目标|定位|愿景|口号|主题|规模))$"
)
_HANZI = "一二三四五六七八九十百"
_DAY = r"(?:(?:周|星期|礼拜)[一二三四五六日天末]|工作日|双休日|节假日|休息日|周末)"
# words of one kind, of which one can stand for another
_FAMILIES = (
    rf"(?:特|[{_HANZI}]|\d)等(?:奖(?:学金)?)?",
    r"[A-Za-z]类",
    rf"第?(?:[{_HANZI}]{{1,3}}|\d{{1,2}})(?:类|级|档|批|期|年级|星|号线)",
    rf"{_DAY}(?:[至到](?:{_DAY}|[一二三四五六日天]))?",
    r"\d[\d.,]*(?:亿|万|千|百)?(?:元|块|人|家|岁|周岁|个月|天|年|平方米|吨|篇|分)?(?:以[上下内])?",
    r"(?:专业学位|学术(?:学位|型)|专业型)(?:硕士|博士|研究生)?|(?:专科|本科|硕士|博士|学士|研究)(?:研究)?生?|大专生?|高职|高中生?|初中生?|小学生?|幼儿园|中职",
    r"非?全日制",
    r"今年|去年|前年|明年",
    r"个人|单位|企业|个体工商户|灵活就业人员?|机关",
    r"城镇职工|城乡居民|职工|居民|农民工?",
    r"男职?工?|女职?工?",
    r"(?<![A-Za-z0-9.])[A-Z0-9](?![A-Za-z0-9.%])(?![年月日个项条款])",
    r"(?:轻|中|重|极重)度(?:失能)?|能力完好",
    r"大型企业|中型企业|小型企业|微型企业|中小微?企业|小微企业",
    r"上半年|下半年|[一二三四]季度",
)
KINDRED = tuple(map(re.compile, _FAMILIES))
_CLASSES = "类|产业链|产业|行业|专业"
_CLASS = re.compile(rf"(?:(?![要有的多])[\u4e00-\u9fffA-Za-z0-9]){{2,8}}?(?P<suffix>{_CLASSES})")
_LEADING = re.compile(
    r"^(?:请问|我?想问一?下?|我们?|如果|假如|按照?|根据|现在|目前)*"
    r"(?:(?:申请|申报|办理|办|领取?|享受|参加|报考|报名|缴纳?|交|拿|买|要|想|做)(?=\S{3}))?"
)
_VERB = r"(?:缴|交|写|读|住|评|花|用|办|开|贷|补|拿|领|付|罚|发|放|收|报|定|有|建|突破|培育|新增|达到?)"
_ENDING = re.compile(
    rf"(?:[，,的]|{_MODAL}|[靠以用对给把按指叫]|(?:请|发布|表彰|举办|成立|召开|[开有说讲])了)+$|"
    rf"(?:要|能|可以|应当?|需要?|会|得){_VERB}(?:满|到|够|完|成)?$"
)
_AFTER_VERB = re.compile(
    r"(?:不能|不得|不可以?|能|可以|应当?|要|需要)(?:申请|领取?|享受|办理|参加|使用|得到|拿到?|报名?|用|办|算进|算)(?P<subject>[\u4e00-\u9fffA-Za-z0-9]{4,})"
)
_OPENING = re.compile(r"^(?:那么?|那|嗯|哦|另外|还有|然后|接着|以及)+[，,\s]*")
_MARKS = " \t，,。.！!？?、"
_PRONOUN = re.compile(r"^(?:他们|她们|它们|它|其|这个|那个|这|该)(?:的)?")
_STANDS = re.compile(r"[《》]|(?:19|20)\d{2}|两地|[两三四]个地方|他|她|除了|同一|[那这][个些次位家场]?")


def subject_of(question: str) -> str:
    """What a question is about: the words before what asks, without what is asked of them; "" where it has none."""
    bare = _LEADING.sub("", question.strip(_MARKS))
    asked = _WH.search(bare)
    head = _trim_end(bare[: asked.start()] if asked else bare)
    if len(head) < SUBJECT:
        object_ = _AFTER_VERB.search(bare)
        return _without_attribute(object_["subject"].rstrip("吗呢")) if object_ else ""
    return _without_attribute(_LEADING.sub("", head))


def _trim_end(head: str) -> str:
    """The words without the modal verbs and the prepositions at their end."""
    while (shorter := _ENDING.sub("", head)) != head:
        head = shorter
    return head.strip(_MARKS)


def _without_attribute(subject: str) -> str:
    """天河区人才公寓 of 天河区人才公寓的租金; the whole where little would be left."""
    owner = _TRAILING.sub("", subject)
    return owner if len(owner) >= _OWNED else subject


def holds_question_word(topic: str) -> bool:
    """Whether the words hold a question word and so are no topic."""
    return _WH.search(topic) is not None


def is_attribute(topic: str) -> bool:
    """Whether the words ask something of whatever was spoken of (电话, 条件)."""
    return _asked_of(topic) != ""


def _asked_of(topic: str) -> str:
    return next((tail for rule, tail in _ASKED if rule.fullmatch(topic)), "")


def of_attribute(before: str, topic: str) -> str:
    """The attribute asked for of the subject spoken of; "" where there is none or the words are no attribute."""
    subject, tail = subject_of(before), _asked_of(topic)
    return f"{subject}的{topic}{tail}？" if subject and tail else ""


def swap_kindred_words(before: str, topic: str) -> str:
    """The question before with the topic in the place of the words of its kind there; "" where it has none."""
    if len(topic) > 1 and topic in before and f"非{topic}" not in before:
        return ""
    for rule in KINDRED:
        new = rule.search(topic)
        old = next((found for found in rule.finditer(before) if new and found.group() != new.group()), None)
        if new and old and len(topic) - len(new.group()) <= LOOSE:
            return before[: old.start()] + new.group() + before[old.end() :]
    return ""


def of_class(before: str, topic: str, start: int = 0) -> str:
    """The topic for what stands before a word of class: 集成电路 in 武进机器人产业链, 绿色低碳 in 智能化改造类.

    start: where the places that the question before begins with end. "" where no such word follows there.
    """
    begin = max(start, before.rfind("的", 0, len(before)) + 1 if before.rfind("的") < len(before) // 2 else start)
    found = _CLASS.match(before, begin)
    bare = re.sub(f"(?:{_CLASSES})$", "", topic)
    if found is None or len(bare) < SUBJECT:
        return ""
    return before[:begin] + bare + before[found.start("suffix") :]


def of_topic(before: str, topic: str, *, modifier: bool) -> str:
    """The question before asked of a topic that has no counterpart in it; "" where it says nothing of its own subject.

    modifier: the topic was said with 的 (外语专业的呢), and so stands before what it was said of.
    """
    asked = _WH.search(before)
    subject = subject_of(before)
    if not asked or not subject or len(subject) <= SUBJECT:
        return ""
    if len(topic) >= CLAUSE:
        return f"{subject}{topic}怎么办？"
    if modifier:
        return f"{topic}的{before}"
    return f"{subject}{topic}{before[asked.start() :]}"


def complete_subject(question: str, before: str) -> str:
    """A question without a subject of its own (找谁报名, 能住几年) with that of the one before; "" where it has its own."""
    bare = _PRONOUN.sub("", _OPENING.sub("", question)).strip(_MARKS)
    subject = subject_of(before)
    if not subject or _STANDS.search(question) or subject in question:
        return ""
    asked = _WH.search(bare)
    topic = (bare[: asked.start()] if asked else bare).strip("的" + _MARKS)
    if asked and topic and (again := swap_kindred_words(before, topic)):
        return again
    if len("".join(content_words(bare))) > DEPENDENT or _OF_ITS_OWN.match(bare):
        return ""
    if asked and asked.end() >= len(bare) - 1 and not topic and "多少" not in bare:
        return f"{subject}{bare}{_predicate_asked(before)}？"
    return f"{subject}{bare}？"


def _predicate_asked(before: str) -> str:
    """What was asked of the subject (报名截止 of 什么时候报名截止), for a bare question word; "" for a long one."""
    asked = _WH.search(before)
    rest = (
        re.sub(r"^(?:时[候间]|里|儿|个|些|样|么|钱|少|人)+", "", before[asked.end() :]).strip(_MARKS) if asked else ""
    )
    return rest if len(rest) <= PREDICATE and not _WH.search(rest) else ""
