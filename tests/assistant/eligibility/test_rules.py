"""What a clause must say to be decided, and clauses that look like it and are left open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from assistant.eligibility import Profile, judge_policy, profile_from_mapping, profile_from_text
from assistant.eligibility.places import lies_in, resolve_place
from assistant.eligibility.rules import judge_clause
from corpus.document import assemble_document
from corpus.readers import read_bytes
from errors import ProfileError

TODAY = date(2026, 6, 1)
COMPANY = profile_from_mapping(
    {"kind": "公司", "place": "云溪市河东区", "size": "小型", "founded": "2024-06-15", "revenue": "1500万元", "employees": 20,
     "certificates": [], "dishonest": False}
)  # fmt: skip
PERSON = profile_from_mapping(
    {"kind": "个人", "place": "云溪市河东区", "hukou": "白石市临江区", "age": 35, "education": "大专", "social_insurance_months": 6,
     "contract_years": 1, "owns_home": True, "household": "普通家庭", "income": 40000}
)  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "profile", "verdict"),
    [
        ("年龄不超过35周岁；", PERSON, "符合"),
        ("未满三十五周岁", PERSON, "不符合"),
        ("年龄35周岁以上", PERSON, "符合"),
        ("年龄在16周岁至34周岁之间", PERSON, "不符合"),
        ("在本市连续缴纳社会保险满半年", PERSON, "符合"),
        ("在本市累计缴纳社会保险满12个月", PERSON, "需确认"),
        ("缴纳社会保险满6个月", PERSON, "符合"),
        ("缴纳社会保险满4年", PERSON, "需确认"),
        ("在本市注册成立满两年", COMPANY, "不符合"),
        ("在本市注册成立满一年", COMPANY, "符合"),
        ("在白石市注册，职工人数不少于10人", COMPANY, "不符合"),
        ("上年度营业收入达到一千五百万元", COMPANY, "符合"),
        ("上年度营业收入超过1500万元", COMPANY, "不符合"),
        ("职工人数30人以下", COMPANY, "符合"),
        ("属于小微企业", COMPANY, "符合"),
        ("具有大专及以上学历", PERSON, "符合"),
        ("具有硕士学位", PERSON, "不符合"),
        ("家庭人均月收入低于3000元", PERSON, "不符合"),
    ],
)
def test_decided(clause: str, profile: Profile, verdict: str) -> None:
    assert judge_clause(clause, profile, "云溪市", TODAY)[0] == verdict


@pytest.mark.parametrize(
    "clause",
    [
        "年龄不超过30周岁，博士可放宽至40周岁", "年龄不超过30周岁或者具有博士学位", "担保人具有本市户籍", "法定代表人年龄不超过30周岁",
        "A类人才不超过30周岁，B类人才不超过40周岁", "父母年满六十周岁", "年龄30周岁左右", "子女未满十八周岁",
        "年龄不超过30周岁（退役军人除外）",
        "申请购房补贴的，在本市连续缴纳社会保险满12个月", "原则上年龄不超过30周岁", "连续工作满12个月", "大学生：年龄不超过30周岁",
        "非本市户籍", "不具有本市户籍", "与本市企业签订三年以上劳动合同或者在本市创办企业",
    ],
)  # fmt: skip
def test_left_open_for_a_person(clause: str) -> None:
    assert judge_clause(clause, PERSON, "云溪市", TODAY)[0] == "需确认"


@pytest.mark.parametrize(
    "clause",
    [
        "近三年营业收入均不低于2000万元", "上年度研发费用不低于2000万元", "新增职工人数不少于30人", "职工人数中大专以上学历占比不低于30%",
        "母公司在白石市注册", "分公司在白石市注册", "不属于高新技术企业", "营业收入年均增长不低于10%", "未在本市注册",
        "注册资本不低于2000万元",
        "2023年度营业收入不低于2000万元", "上年度营业收入不低于2000万元，其中主营业务收入不低于1000万元", "职工人数不少于数十人",
        "大型企业类别，职工人数不少于300人", "属于专精特新中小企业等", "实缴资本500万元以上且财务状况良好", "主营业务收入2000万元以上",
    ],
)  # fmt: skip
def test_left_open_for_a_company(clause: str) -> None:
    assert judge_clause(clause, COMPANY, "云溪市", TODAY)[0] == "需确认"


def test_a_year_alone_may_leave_an_age_open() -> None:
    company = profile_from_mapping({"kind": "公司", "place": "云溪市河东区", "founded": "2025"})
    assert judge_clause("在本市注册满一年", company, "云溪市", TODAY)[0] == "需确认"
    assert judge_clause("在本市注册满两年", company, "云溪市", TODAY)[0] == "不符合"


@pytest.mark.parametrize(
    ("place", "wanted", "inside"),
    [
        ("江苏省常州市溧阳市", "常州市", True), ("常州市武进区", "溧阳市", False), ("溧阳市", "常州市", None),
        ("溧阳市埭头镇", "常州市", None),
        ("昆山市高新区", "苏州市", None), ("常州市武进区", "江苏省", True), ("北京市海淀区", "江苏省", False),
        ("青岚市松屏区", "云溪市", False),
        ("青岚市", "云溪市", None), ("常州市", "武进区", None),
    ],
)  # fmt: skip
def test_where_a_place_lies(place: str, wanted: str, inside: bool | None) -> None:
    assert lies_in(place, wanted) is inside


def test_this_city_is_the_one_of_the_document() -> None:
    assert resolve_place("本市", "常州市溧阳市") == "溧阳市"
    assert resolve_place("本区", "青岚市松屏区") == "松屏区"
    assert resolve_place("本市", "") == resolve_place("本区", "云溪市") == ""
    assert judge_clause("具有本市户籍", PERSON, "", TODAY)[0] == "需确认"


def test_conditions_below_a_heading_without_items() -> None:
    text = "# 某补助通知（示例）\n\n## 一、支持对象\n\n在云溪市注册的企业。职工人数不少于10人。\n\n## 二、标准\n\n每户1万元。\n"
    fit = judge_policy(assemble_document("a.md", read_bytes("a.md", text.encode()), ""), COMPANY, TODAY)
    assert fit is not None
    assert [(each.clause.quote, each.verdict) for each in fit.conditions] == [
        ("在云溪市注册的企业。", "符合"),
        ("职工人数不少于10人。", "符合"),
    ]


@pytest.mark.parametrize(
    ("lead", "profile", "asked"),
    [
        ("申请补助的企业应当具备下列条件：", PERSON, False),
        ("申请补助的家庭应当符合下列条件：", COMPANY, False),
        ("设立服务机构，应当具备下列条件：", PERSON, True),  # who founds one may be a person
        ("外包服务人员应当具备以下条件：", COMPANY, True),  # the bidder's staff
        ("如果符合下列条件，员工可以晋升：", PERSON, True),
    ],
)
def test_whom_a_lead_asks(lead: str, profile: Profile, asked: bool) -> None:
    text = f"某公司补助办法（示例）\n第一条 {lead}\n（一）遵守章程；\n（二）年满十八周岁。\n"
    fit = judge_policy(assemble_document("a.txt", read_bytes("a.txt", text.encode()), ""), profile, TODAY)
    assert fit is not None
    assert (len(fit.conditions) == 2) is asked
    assert asked or fit.verdict == "不符合"


def test_a_document_without_conditions_is_no_policy_to_apply_for() -> None:
    text = "某决定（示例）\n第一条 撤销某机构。\n"
    assert judge_policy(assemble_document("a.txt", read_bytes("a.txt", text.encode()), ""), COMPANY, TODAY) is None


def test_what_a_few_sentences_say() -> None:
    said = profile_from_text(
        "我们是2019年3月成立的公司，注册地在云溪市河东区，职工120人，上年营业收入3000万元，是高新技术企业，没有失信记录。"
    )
    assert said == Profile(
        kind="公司", place="云溪市河东区", founded=(2019, 3, 0), revenue=Fraction(30_000_000), employees=120,
        certificates=("高新技术企业",), dishonest=False,
    )  # fmt: skip
    said = profile_from_text("本人32岁，硕士毕业，云溪市户籍，在青岚市望澜区工作，连续缴纳社保8个月")
    assert (said.kind, said.age, said.education, said.hukou) == ("个人", 32, "硕士", "云溪市")
    assert (said.place, said.social_insurance_months) == ("青岚市望澜区", 8)
    assert profile_from_text("我今年30岁，孩子5岁").age is None


@pytest.mark.parametrize(
    "given",
    [{"kind": "火星人"}, {"age": -1}, {"revenue": "很多"}, {"colour": "红"}, {"founded": "去年"}, {"age": True}],
)
def test_what_cannot_be_used_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ProfileError):
        profile_from_mapping(given)
    with pytest.raises(ProfileError):
        profile_from_text("你好")
