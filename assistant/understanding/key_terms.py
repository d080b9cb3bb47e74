"""Words that tell one subject from another: when a question has one, what answers must have it too. Knows no corpus.

Offices, branches of industry, kinds of enterprise and attributes; each group is a way in which a near miss differs from a hit.
"""

from __future__ import annotations

import re

_OFFICES = (
    "市长 区长 县长 省长 镇长 乡长 州长 主任 局长 厅长 部长 校长 院长 行长 董事长 总经理 "
    "秘书长 组长 副书记 副市长 副区长 主席 总理 处长 科长 会长"
)
_INDUSTRIES = (
    "新能源 汽车 人工智能 生物医药 光伏 风电 氢能 储能 旅游 农业 钢铁 煤炭 石油 航空 船舶 "
    "纺织 服装 食品 医药 医疗器械 新材料 集成电路 芯片 机器人 物联网 大数据 云计算 区块链 "
    "元宇宙 5g 6g 软件 电子商务 跨境电商 物流 金融 养老 教育 体育 文化产业 影视 动漫 "
    "房地产 建筑业 化工 稀土 量子 碳纤维 石墨烯 低空经济 无人机 智能驾驶 轨道交通 核电 锂电 "
    "动力电池 半导体 显示面板 海洋经济 渔业 畜牧 种业 中医药 数字经济"
)
_ENTERPRISES = (
    "独角兽 瞪羚 专精特新 小巨人 单项冠军 高新技术企业 上市企业 上市公司 链主 外资企业 民营企业 "
    "国有企业 央企 小微企业 个体工商户 孵化器"
)
_ATTRIBUTES = (
    "文号 利率 电话 邮箱 网址 传真 邮编 税率 罚款 学费 房价 租金 工资 奖金 补贴 失业率 "
    "增长率 人口 出生率 面积 海拔 投资额 注册资本 预算收入 生产总值 gdp 总产值 产值 营业额 "
    "销售收入 利润"
)
_ALL = (_OFFICES, _INDUSTRIES, _ENTERPRISES, _ATTRIBUTES)
WORDS = tuple(sorted({word for group in _ALL for word in group.split()}, key=len, reverse=True))
# 链主要… and 医药费, 教育部 speak of no leading firm and of no branch.
_NOT_BEFORE = {"链主": "(?!要)", **dict.fromkeys(_INDUSTRIES.split(), "(?![费部局厅委])")}
_PATTERN = re.compile("|".join(re.escape(word) + _NOT_BEFORE.get(word, "") for word in WORDS))


def key_terms(question: str) -> list[str]:
    """The telling words of a question (folded text), in order, each once."""
    return list(dict.fromkeys(_PATTERN.findall(question)))
