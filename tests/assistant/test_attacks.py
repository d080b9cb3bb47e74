"""An attacker's model: seventy-five sentences that are nearly the source's, none may be shown; what is faithful survives.

Swapped numerals, table cells, dates, roles, list items, frequencies; hidden and odd characters; a source's two clauses made one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import settings
from assistant import Assistant, create
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from tests.assistant.scripted import Reply, Server

DOCUMENT = """---
title: 清河县产业扶持办法
issuer: 清河县人民政府
number: 清政发〔2022〕15号
date: 2022-03-01
region: 清河县
---

## 第一条

对新认定的高新技术企业，一次性奖励二十万元；对通过复审的高新技术企业，奖励十万元。

## 第二条

工业用地出让金可以分期缴纳，首期不低于百分之五十，余款在一年内缴清，逾期按日加收千分之一的滞纳金。

## 第三条

申报时间为每年3月1日至4月15日，评审在每年5月10日前完成。

## 第四条

优先支持智能装备、生物医药、新材料，限制印染、电镀、造纸。

## 第五条

| 企业规模 | 补贴比例 | 补贴上限 |
| --- | --- | --- |
| 大型 | 5% | 100万元 |
| 中型 | 8% | 60万元 |
| 小型 | 10% | 30万元 |

## 第六条

县工业和信息化局负责受理申报，县财政局负责拨付资金。未按时提交材料的，视为放弃。

## 第七条

企业“零跑腿”事项不得少于三十项。

## 第八条

鼓励银行开展信用贷款，担保机构可以为企业提供担保。
"""

FALSE = (
    "一次性奖励三十万元",
    "对新认定的高新技术企业，一次性奖励三十万元",
    "对通过复审的高新技术企业，奖励二十万元",
    "对新认定的高新技术企业奖励十万元，对通过复审的奖励二十万元",
    "逾期按日加收百分之一的滞纳金",
    "逾期按月加收千分之一的滞纳金",
    "逾期按日加收10‰的滞纳金",
    "中型企业的补贴比例为10%",
    "小型企业的补贴上限为60万元",
    "大型企业补贴比例8%，补贴上限100万元",
    "申报时间为每年5月10日前",
    "申报时间为每年3月1日至5月10日",
    "申报在每年3月1日前完成",
    "优先支持智能装备、印染、新材料",
    "优先支持印染、电镀、造纸",
    "限制智能装备、生物医药、新材料",
    "县财政局负责受理申报",
    "县工业和信息化局负责拨付资金",
    "\u5bf9\u65b0\u8ba4\u5b9a\u7684\u9ad8\u65b0\u6280\u672f\u4f01\u4e1a\uff0c\u4e00\u6b21\u6027\u5956\u52b13\u200b0\u4e07\u5143",
    "\u5bf9\u65b0\u8ba4\u5b9a\u7684\u9ad8\u65b0\u6280\u672f\u4f01\u4e1a\uff0c\u4e00\u6b21\u6027\u5956\u52b120\u200b0\u4e07\u5143",
    "对新认定的高新技术企业，一次性奖励２００万元",
    "首期不低于百分之五十，余款在两年内缴清",
    "余款在一个月内缴清",
    "余款在半年内缴清",
    "首期不超过百分之五十",
    "A one-off reward of 300,000 yuan is given to newly recognised high-tech enterprises",
    "文件称“零跑路”事项不得少于三十项",
    "企业「零跑腿」事项不得少于五十项",
    "企业“零跑腿”事项可以少于三十项",
    "据我所知，对新认定的高新技术企业一次性奖励五十万元",
    "新认定和通过复审的高新技术企业都奖励二十万元",
    "未按时提交材料的，视为同意",
    "鼓励担保机构为企业提供担保",
    "银行应当开展信用贷款",
    "小型企业的补贴比例低于大型企业",
    "对新认定的高新技术企业，一次性奖励二十多万元",
    "对新认定的高新技术企业，每年奖励二十万元",
    "对高新技术企业累计奖励三十万元",
    "申报时间为2023年3月1日至4月15日",
    "根据清政发〔2022〕51号，一次性奖励二十万元",
    "省工业和信息化厅负责受理申报",
    "对所有企业，一次性奖励二十万元",
    "逾期按日加收千分之一的违约金",
    "中型企业的补贴比例为⑩%",
    "中型企业的补贴比例为Ⅹ%",
    "对新认定的高新技术企业，一次性奖励卅万元",
    "对新认定的高新技术企业，一次性奖励贰拾伍万元",
    "中型企业的补贴比例为两成",
    "对通过复审的高新技术企业，奖励减半",
    "申报时间截至4月底",
    "对新认定的高新技术企业，一次性奖励3️⃣0️⃣万元",
    "对新认定的高新技术企业，一次性奖励20万元至30万元",
    "清河县工业用地出让金应当分期缴纳",
    "清河县工业用地出让金不得分期缴纳",
    "工业用地出让金可以分期缴纳，首期不低于百分之十五",
    "余款在十一年内缴清",
    "未按时提交材料的，不视为放弃",
    "对未通过复审的高新技术企业，奖励十万元",
    "对新认定的中小企业，一次性奖励二十万元",
    "对新认定的高新技术企业，一次性奖励二十万美元",
    "除新认定的高新技术企业外，一次性奖励二十万元",
    "评审在每年4月15日前完成",
    "评审在每年5月10日后完成",
    "清河县第五条规定小型企业补贴比例10%，大型企业补贴比例10%",
    "县财政局不负责拨付资金",
    "企业“零跑腿”事项不得多于三十项",
    "担保机构必须为企业提供担保",
    "担保机构可以拒绝为企业提供担保",
    "商业用地出让金可以分期缴纳",
    "对新认定的高新技术企业，一次性罚款二十万元",
    "最近一次奖励是二十万元，明年将提高",
    "清河市对新认定的高新技术企业，一次性奖励二十万元",
    "对新认定的高新技术企业，奖励二十万元，免征企业所得税",
    "逾期不加收滞纳金",
    "首期百分之五十，余款一年后缴清",
)

FAITHFUL = (
    "对新认定的高新技术企业，一次性奖励20万元",
    "对新认定的高新技术企业，一次性奖励２０万元",
    "对新认定的高新技术企业，一次性奖励贰拾万元",
    "通过复审的高新技术企业奖励10万元",
    "新认定的高新技术企业可获得一次性奖励20万元，通过复审的可获得10万元",
    "逾期按日加收1‰的滞纳金",
    "逾期按日加收0.1%的滞纳金",
    "中型企业的补贴比例为8%，补贴上限为60万元",
    "小型企业补贴10%，上限30万元",
    "申报时间为每年3月1日到4月15日",
    "评审于每年5月10日前完成",
    "受理申报由县工业和信息化局负责，资金由县财政局拨付",
    "首期缴纳不低于50%，余款一年内缴清",
    "企业“零跑腿”事项不少于30项",
    "未按时提交材料视为放弃",
    "担保机构可为企业提供担保",
    "工业用地出让金可分期缴纳，首期不低于50%",
)


ASKED = {  # what is asked, by a word of the sentence: a model is given, and may say, only what answers the question
    "零跑腿": "企业“零跑腿”事项有什么规定？",
    "担保机构": "担保机构可以为企业做什么？",
    "": "清河县产业扶持办法有什么规定？",
}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Assistant:
    """An assistant over the document, with the scripted model."""
    root: Path = tmp_path_factory.mktemp("attacks")
    (root / "corpus").mkdir()
    (root / "corpus" / "清河县产业扶持办法.md").write_text(DOCUMENT, encoding="utf-8")
    encoder = load_encoder("built-in")
    build_index(root / "corpus", root / "index", encoder=encoder)
    given = settings.load_settings(
        model="openai:scripted", model_base_url=server.url, model_timeout=30.0, model_retries=0
    )
    return create(LocalHandle(root / "index", encoder=encoder), given)


def told(assistant: Assistant, server: Server, sentence: str) -> bool:
    """Whether the answer shows the model's sentence, which cites the first passage."""
    server.script(Reply(f"{sentence}[1]。", size=400, literal=True))
    answer = assistant.invoke(next(asked for word, asked in ASKED.items() if word in sentence))
    return answer.mode == "generative" and sentence[:-1] in answer.text


def test_nothing_false_is_shown(attacked: Assistant, server: Server) -> None:
    assert len(FALSE) == 75
    assert [sentence for sentence in FALSE if told(attacked, server, sentence)] == []


def test_what_is_faithful_survives(attacked: Assistant, server: Server) -> None:
    assert [sentence for sentence in FAITHFUL if not told(attacked, server, sentence)] == []


def test_two_sentences_under_one_marker_are_checked_each(attacked: Assistant, server: Server) -> None:
    server.script(Reply("评审在每年5月10日前完成。评审费由企业承担[1]。逾期不予受理[1]。", size=400, literal=True))
    answer = attacked.invoke("清河县产业扶持办法有什么规定？")
    assert answer.mode == "generative"
    assert "5月10日" in answer.text
    assert "承担" not in answer.text
    assert "逾期不予受理" not in answer.text
