"""Words of everyday questions beside the words of official documents. Knows nothing of any corpus."""

from __future__ import annotations

# Each row names one thing; a question with one of the words is met by a text with any other of its row.
_ROWS = (
    ("gdp", "地区生产总值", "生产总值", "国内生产总值"),
    ("财政收入", "预算收入", "公共预算收入"),
    ("研发投入", "研发经费", "研究与试验发展经费", "r&d"),
    ("一把手", "书记", "主要负责人"),
    ("老板", "企业家", "负责人", "法定代表人"),
    ("口号", "标语"),
    ("电话", "联系方式", "热线", "联系人"),
    ("补贴", "补助", "奖补", "资助", "扶持资金", "奖励"),
    ("奖金", "奖励", "奖补"),
    ("罚款", "处罚", "罚金"),
    ("工资", "薪酬", "劳动报酬", "薪资"),
    ("时间", "日期", "期限", "时限"),
    ("金额", "资金", "万元", "亿元"),
    ("大学", "高校", "院校"),
    ("占比", "比重", "比例", "占"),
    ("产值", "总产值"),
    ("规模以上", "规上"),
    ("上市公司", "上市企业", "上市"),
    ("公司", "企业"),
    ("单位", "部门", "机构"),
    ("开会", "召开", "举行", "会议"),
    ("举办", "举行", "召开"),
    ("邀请", "应邀", "参加"),
    ("发布", "印发", "出台", "公布", "推出"),
    ("建立", "设立", "成立", "组建"),
    ("目标", "力争", "达到", "突破"),
    ("有效期", "施行至", "有效期至", "有效期为"),
    ("生效", "施行", "实施", "执行"),
    ("废止", "失效", "停止执行"),
    ("申请", "申报"),
    ("条件", "符合", "具备"),
    ("材料", "资料", "证明"),
    ("集成电路", "芯片", "半导体"),
    ("投资额", "总投资", "投资"),
    ("增长率", "增速", "增长"),
    ("颁", "表彰", "颁发", "授予"),
    ("发言", "发的言", "交流", "讲"),
    ("主题", "方面"),
    ("最多", "上限", "最高", "不超过"),
    ("这几年", "近年来", "近几年"),
    ("主推", "推进", "重点发展"),
    ("户口", "户籍"),
    ("比作", "称为", "比喻"),
    ("规模", "产业规模"),
    ("形容", "称为", "比作", "评价"),
    ("上台", "作"),
)


def find_variants(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of `text` (folded) that have others of the same meaning, each with those others."""
    return [(word, tuple(other for other in row if other != word)) for row in _ROWS for word in row if word in text]


def same_meaning(word: str) -> tuple[str, ...]:
    """The word and the others of its rows."""
    return tuple(dict.fromkeys((word, *(other for row in _ROWS if word in row for other in row))))
