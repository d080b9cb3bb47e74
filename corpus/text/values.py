"""Finds the short values a question may want in a sentence: dates, amounts, people, bodies. Knows nothing of the question."""

from __future__ import annotations

import re

_DIGITS = r"(?:\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
UNIT = (
    r"(?:万亿|亿|万|千|百)?[多余馀]?(?:%|％|周岁|时\d{1,2}分|点\d{1,2}分|点半|个百分点|百分点|平方米|平方公里|公顷|公里|公斤|千克|毫克|毫升|立方米|"
    r"℃|摄氏度|个?方面|个工作日|工作日|个月|个小时|小时|分钟|"
    r"万?[元斤家个名人项次条款种类批所座台辆件份页米吨户年月天日岁倍位亩套只张场期升克处盏顶册辆床桌棵株根时点度例周季层间吨部首幅支篇届艘架枚口平]|"
    r"美元|欧元|港元|日元|英镑|韩元)"
)
_BEFORE = (
    r"(?:不低于|不高于|不少于|不多于|不超过|不得超过|不得低于|不得少于|"
    r"最高不超过|最高可达|最高|最低|至少|至多|超过|突破|达到|约为?|近|逾|超)?"
)
_AFTER = r"(?:以上|以下|以内|之内|内(?![容部外])|左右|余|多|上下|不等)?"
AMOUNT = re.compile(
    rf"{_BEFORE}(?:人民币)?(?:百分之{_DIGITS}|{_DIGITS}(?:(?:\s*[-—–~～至到]\s*){_DIGITS})?\s*{UNIT}(?:人民币|人次|公里|每?[/／]\S{{1,4}})?){_AFTER}"
)
DATE = re.compile(
    r"(?:自|从|至|到|截至|截止到?|于)?(?:(?:19|20)\d{2}年度?)?(?:(?:1[0-2]|0?[1-9])月)?(?:[0-3]?\d[日号])?(?:[（(](?:星期|周)[一二三四五六日天][）)])?"
    r"(?:\s*(?:上午|下午|晚上?|凌晨|中午)?\s*(?:[0-2]?\d[:：时点](?:[0-5]\d分?)?))?"
    r"(?:\s*(?:[-—–~～至到]|起至)\s*(?:(?:19|20)\d{2}年)?(?:(?:1[0-2]|0?[1-9])月)?(?:[0-3]?\d[日号])?(?:[（(](?:星期|周)[一二三四五六日天][）)])?(?:\s*[0-2]?\d[:：时点](?:[0-5]\d分?)?)?)?"
    r"(?:起|止|前|后|之前|之后|以前|以后|底|初|末|期间|年底|年初)?"
)
_DATE_CORE = re.compile(r"(?:19|20)\d{2}年|\d月|[0-3]?\d[日号]|\d[:：]\d\d|\d[时点]")
_OLD_DATE = re.compile(
    r"(?:公元)?前?\d{1,4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|[一二三四五六七八九〇零]{4}年(?:[一二三四五六七八九十]{1,3}月)?(?:[一二三四五六七八九十]{1,3}日)?|"
    r"[二两三四五六七八九十]?十?[一二三四五六七八九]?世纪\d{0,2}年?代?|“?十[一二三四五]五”?(?:时期|期间|末)?|(?:每年|每周|每月|每天|每日)[^，。；\s]{0,10}|(?:周|星期)[一二三四五六日天](?:[至到、]周?[一二三四五六日天])?|\d{1,2}个?(?:工作日|小时|天|日|个?月|年)(?:内|以内|后|前)"
)
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛"
    "邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌"
    "费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丘车明尚应柴臧房喻宗仲苟缪房"
)
_ROLE = (
    r"(?:副?(?:书记|市长|区长|县长|省长|州长|镇长|乡长|主任|局长|厅长|部长|处长|科长|所长|院长|校长|行长|会长|秘书长|董事长|总经理|经理|主席|主席团|总书记|总理|司令|委员长|"
    r"检察长|庭长|队长|站长|组长|教授|研究员|发言人|负责人|专员|理事长|委员|院士|导演|作者|记者|医生|主编|教练|创始人))"
)
_NAME = rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}"
_STOP = (
    r"(?=指出|说|表示|强调|要求|提出|介绍|希望|认为|主持|出席|担任|任|为|是|在|对|把|向|将|和|与|及|"
    r"代表|宣布|称|还|也|同志|先生|女士|教授|[，。、；：:（(\s]|等|$)"
)
PERSON = re.compile(rf"{_ROLE}(?P<after>{_NAME}){_STOP}|(?:^|[，。；、：“（(\s])(?P<before>{_NAME}){_STOP}")
BODY = re.compile(
    r"[\u4e00-\u9fff（）()]{1,24}?(?:人民政府|管委会|居委会|村委会|委员会|指挥部|领导小组|办公室|管理局|监督局|中心|分局|总局|总公司|有限公司|公司|集团|银行|法院|检察院|医院|学院|大学|学校|协会|基金会|"
    r"研究院|研究所|事务所|局(?![面势限])|厅|部(?![门分队署级件])|委(?![员托会书])|办(?![公理法事学好证税])|处(?![理置罚分于])|"
    r"院(?![士校])|所(?![有需得在以属述谓学能])|社(?![会区保局]))(?![\u4e00-\u9fff]?[长员])"
)
# Words that end like an office and are none: 开局, 干部, 好处, 场所, 主办.
_NO_BODY = re.compile(
    r"(?:[开好新结布格全大僵时战棋]局|[全内外干东西南北中局]部|[好到处之益害坏用远近各何]处|[场厕住]所|[承主举协筹兴创开]办|[庭小]院|[报旅]社)$"
)


PHONE = re.compile(r"(?<![\d-])(?:\d{3,4}[-—]\d{3,8}(?:[-—]\d{1,8})?|1\d{10}|\d{5,12})(?![\d-])")


def date_spans(text: str) -> list[tuple[int, int]]:
    """Spans of dates and times."""
    found = [
        m.span()
        for m in DATE.finditer(text)
        if m.group() and _DATE_CORE.search(m.group()) and not _is_document_number(text, m)
    ]
    for match in _OLD_DATE.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in found):
            found.append(match.span())
    return sorted(found)


def _is_document_number(text: str, found: re.Match[str]) -> bool:
    """Whether the 号 is that of a document (〔2019〕8号) or of a thing (第8号) and not a day."""
    return found.group().endswith("号") and text[: found.start()].rstrip()[-1:] in (
        "〕",
        "]",
        "］",
        "】",
        ")",
        "）",
        "第",
    )


def amount_spans(text: str) -> list[tuple[int, int]]:
    """Spans of numbers with their unit, and with words such as 不超过 and 以上."""
    return [match.span() for match in AMOUNT.finditer(text)]


def person_spans(text: str) -> list[tuple[int, int]]:
    """Spans of names of people that stand after an office or at the start of a clause."""
    return [m.span("after") if m.group("after") else m.span("before") for m in PERSON.finditer(text)]


def phone_spans(text: str) -> list[tuple[int, int]]:
    """Spans of telephone and other long numbers."""
    return [match.span() for match in PHONE.finditer(text)]


def body_spans(text: str) -> list[tuple[int, int]]:
    """Spans of names of offices, companies and the like."""
    found = []
    for match in BODY.finditer(text):
        start = max([match.start(), *(match.start() + cut.end() for cut in re.finditer(r"[（(）)]", match.group()))])
        if (
            start < match.end()
            and not _NO_BODY.search(match.group())
            and text[match.end() : match.end() + 1] not in ("〔", "[")
        ):
            found.append((start, match.end()))
    return found


def role_spans(text: str, name: str) -> list[tuple[int, int]]:
    """Spans of the offices that stand before the name of a person (副市长、某区委书记), from the start of their clause."""
    found = []
    for match in re.finditer(rf"(?P<role>[\u4e00-\u9fff、“”]{{0,30}}?{_ROLE})(?:同志)?{re.escape(name)}", text):
        found.append(match.span("role"))
    for match in re.finditer(
        rf"{re.escape(name)}(?:同志)?(?:担任|现任|任|是|为|[，,（(])(?P<role>[\u4e00-\u9fff、]{{0,20}}?{_ROLE})", text
    ):
        found.append(match.span("role"))
    return found
