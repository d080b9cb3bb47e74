"""Words of everyday questions beside the words of official documents. Knows nothing of any corpus."""

from __future__ import annotations

# Each row names one thing; a question with one of the words is met by a text with any other of its row.
_ROWS = (
    ("gdp", "地区生产总值", "生产总值", "国内生产总值"),
    ("财政收入", "预算收入", "公共预算收入"),
    ("研发投入", "研发经费", "研究与试验发展经费", "r&d"),
    ("一把手", "书记", "主要负责人"),
    ("老板", "企业家", "负责人", "法定代表人"),
    ("口号", "主题口号", "标语"),
    ("电话", "联系方式", "热线", "咨询电话"),
    ("补贴", "补助", "奖补", "资助", "扶持资金"),
    ("奖励", "奖金", "奖补", "激励"),
    ("罚款", "处罚", "罚金"),
    ("工资", "薪酬", "劳动报酬", "薪资"),
    ("时间", "日期", "期限", "时限"),
    ("钱", "金额", "资金", "元"),
    ("大学", "高校", "院校"),
    ("学生", "在校生", "本科生", "研究生"),
    ("专家", "人才"),
    ("上市公司", "上市企业"),
    ("公司", "企业"),
    ("单位", "部门", "机构"),
    ("开会", "召开", "举行"),
    ("举办", "举行", "召开"),
    ("参加", "应邀", "出席", "参会"),
    ("发布", "印发", "出台", "公布", "推出"),
    ("建立", "设立", "成立", "组建"),
    ("目标", "力争", "要达到", "突破"),
    ("有效期", "施行至", "有效期至", "有效期为"),
    ("生效", "施行", "实施", "执行"),
    ("废止", "失效", "停止执行"),
    ("申请", "申报"),
    ("条件", "符合", "具备", "应当"),
    ("材料", "资料", "证明"),
    ("集成电路", "芯片"),
    ("领导", "书记", "市长", "区长"),
)


def variants(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of `text` (folded) that have others of the same meaning, each with those others."""
    return [(word, tuple(other for other in row if other != word)) for row in _ROWS for word in row if word in text]
