"""What class of amount a question asks for and what class an amount is of. Knows nothing of sentences or spans."""

from __future__ import annotations

import re

from corpus.text.characters import fold

_CLASSES = (
    ("percent", re.compile(r"[%％‰]|百分之|百分点|成$")),
    ("money", re.compile(r"(?:[万亿千百]|[\d一二三四五六七八九十])\s*(?:元|美元|欧元|人民币|港元|日元)|[万亿]元|元")),
    ("area", re.compile(r"平方|公顷|亩")),
    ("length", re.compile(r"公里|米")),
    ("mass", re.compile(r"斤|千克|克|吨|升")),
    ("age", re.compile(r"岁")),
    ("time", re.compile(r"小时|分钟|工作日|[年月天日周时]|季度")),
    ("people", re.compile(r"[人名位]|人次")),
    ("bodies", re.compile(r"[家户]")),
    ("times", re.compile(r"[次倍度届]")),
)
LOOSE = {
    "people": {"people"},
    "bodies": {"bodies", "things"},
    "things": {"people", "bodies", "things", "times"},
    "times": {"times", "things"},
}
# What the asking words themselves say comes first (多长时间, 几家); the noun asked about decides only where they say nothing.
_WORDED = (
    ("percent", re.compile(r"百分之几|百分比|几成")),
    ("money", re.compile(r"(?:多少|几)(?:个)?[百千万]?[亿万]?(?:元|钱|亿)|几千亿")),
    ("area", re.compile(r"多少(?:万)?(?:平方|亩|公顷)")),
    ("mass", re.compile(r"多少(?:公?斤|千克|克|吨)|多重")),
    ("age", re.compile(r"多大(?:年纪|岁数|年龄)|几(?:周)?岁|多少(?:周)?岁")),
    ("time", re.compile(r"多久|多长时间|几年|几个?月|几天|几日内|几个?小时|多少[年天]|多少个?(?:工作日|月|小时|天)")),
    (
        "people",
        re.compile(r"(?:多少|几)(?:人|名|位)|多少[\u4e00-\u9fff]{0,8}?(?:人才|企业家|学生|员工|职工|人员|代表)"),
    ),
    ("bodies", re.compile(r"(?:多少|几)(?:家|户)|多少(?:企业|公司|单位)")),
    ("times", re.compile(r"(?:多少|几)(?:次|倍|届)")),
    (
        "things",
        re.compile(
            r"(?:多少|几)(?:个|项|条|件|款|种|类|批|所|座|台|辆|份|页|套|只|张|场|期|处|盏|顶|册|本|部|棵|间|个?方面)"
        ),
    ),
    ("phone", re.compile(r"电话|热线|手机号|号码|传真|邮编|qq|微信号|联系方式")),
)
_NAMED = (
    (
        "percent",
        re.compile(
            r"比例|比重|占比|占.{2,12}多少|增长率|增速|失业率|利率|税率|[\u4e00-\u9fff]率(?:是|为|目标|要|达|超|约)"
        ),
    ),
    (
        "money",
        re.compile(
            r"金额|资金|费用|价格|预算收入|生产总值|gdp|产值|销售收入|营业额|利润|罚款|补贴|补助|津贴|奖励|资助|奖补|投资额|贷款|限额|负担"
        ),
    ),
    ("area", re.compile(r"面积")),
    ("age", re.compile(r"年龄")),
    ("time", re.compile(r"期限|时限|有效期")),
    ("people", re.compile(r"人数")),
    ("bodies", re.compile(r"企业数量?")),
    ("things", re.compile(r"数量")),
)


def class_of_amount(amount: str) -> str:
    """The class of an amount by its unit: money, percent, time ...; things for a counted one, number without unit."""
    for name, rule in _CLASSES:
        if rule.search(amount):
            return name
    return "things" if re.search(r"[\u4e00-\u9fff]$", amount) else "number"


def worded_class(question: str) -> str:
    """The class of amount that the asking words themselves name (多少钱, 多久); empty where they name none."""
    folded = fold(question)
    return next((name for name, rule in _WORDED if rule.search(folded)), "")


def amount_class_asked(question: str) -> str:
    """The class of amount asked for, empty when any will do."""
    worded = worded_class(question)
    if worded:
        return worded
    folded = fold(question)
    named = [(match.end(), name) for name, rule in _NAMED for match in rule.finditer(folded)]
    return max(named)[1] if named else ""
