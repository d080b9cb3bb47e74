"""Documents no longer in force: read and flagged where nothing else answers, behind those in force where something does."""

from pathlib import Path

import pytest

import settings
from assistant import Assistant, create
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle

CORPUS = {
    "津贴.md": "---\ntitle: 云湖市高龄津贴发放办法\n---\n第一条 云湖市85至94周岁的老年人，每月发放高龄津贴200元。\n\n"
    "第二条 本办法自2020年8月1日起施行，有效期至2022年7月31日。\n",
    "公积金.md": "---\ntitle: 云湖市住房公积金提取细则\n---\n第一条 云湖市租房提取公积金的，每人每月不超过1500元。\n",
    "旧.md": "---\ntitle: 北川区科技企业奖励暂行办法\nstatus: 废止\n---\n第一条 北川区首次认定的高新技术企业，奖励15万元。\n\n"
    "第二条 获评瞪羚企业的，奖励25万元。\n",
    "办法2019.md": "---\ntitle: 东山县创业补贴办法\nnumber: 东山政发〔2019〕8号\n---\n第一条 东山县租金补贴每年3000元，最长2年。\n",
    "办法2024.md": "---\ntitle: 东山县创业补贴办法\nnumber: 东山政发〔2024〕15号\n---\n第一条 东山县租用场地的，给予租金补贴，每年"
    "6000元。\n\n第二条 《东山县创业补贴办法》（东山政发〔2019〕8号）同时废止。\n",
    "决定.md": "---\ntitle: 北川区关于废止部分文件的决定\n---\n经研究，决定废止下列文件：\n\n"
    "1. 《北川区停车管理规定》\n\n本决定自公布之日起施行。\n",
    "限额.md": "---\ntitle: 云湖市大病提取细则\n---\n第一条 云湖市大病提取的限额见附件1。\n\n附件1\n\n"
    "大病提取限额\n\n恶性肿瘤：年度限额50000元\n",
    "新.md": "---\ntitle: 北川区促进科技企业发展的若干措施\n---\n一、支持企业认定\n\n北川区首次认定的高新技术企业，奖励30万元。\n",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("office")
    corpus: Path = folder / "corpus"
    corpus.mkdir()
    for name, text in CORPUS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    build_index(corpus, folder / "index", encoder=load_encoder("built-in"))
    return create(LocalHandle(folder / "index"), settings.load_settings(data=folder))


@pytest.mark.parametrize(
    ("question", "value", "source", "notices"),
    [
        ("云湖市85岁老人每月高龄津贴多少", "200元", "津贴.md", ["expired"]),
        ("北川区瞪羚企业奖励多少", "25万元", "旧.md", ["superseded"]),
        ("东山县租金补贴每年多少", "6000元", "办法2024.md", []),
        ("北川区首次认定的高新技术企业奖励多少", "30万元", "新.md", []),
    ],
)
def test_what_is_out_of_force(office: Assistant, question: str, value: str, source: str, notices: list[str]) -> None:
    answer = office.invoke(question)
    assert value in answer.text
    assert {citation.source for citation in answer.citations} == {source}
    assert [notice.code for notice in answer.notices if notice.code != "low_evidence"] == notices


def test_two_versions_of_one_title_are_told_apart(office: Assistant) -> None:
    answer = office.invoke("东山政发〔2019〕8号的租金补贴每年多少")
    assert "3000元" in answer.text
    assert [notice.text for notice in answer.notices if notice.code == "superseded"] == [
        "《东山县创业补贴办法》已被东山政发〔2024〕15号替代。"
    ]


@pytest.mark.parametrize(
    ("question", "words", "source", "notices"),
    [
        ("东山政发〔2019〕8号还有效吗", "（东山政发〔2019〕8号）同时废止", "办法2024.md", []),
        ("云湖市高龄津贴发放办法现在还有效吗", "有效期至2022年7月31日", "津贴.md", ["expired"]),
        ("北川区停车管理规定还有效吗", "决定废止下列文件：", "决定.md", []),
    ],
)
def test_whether_a_document_holds(
    office: Assistant, question: str, words: str, source: str, notices: list[str]
) -> None:
    answer = office.invoke(question)
    assert words in answer.text
    assert source in {citation.source for citation in answer.citations}
    assert [notice.code for notice in answer.notices] == notices


def test_pointer_to_an_annex_is_followed(office: Assistant) -> None:
    answer = office.invoke("云湖市大病提取的限额分别是多少")
    assert "恶性肿瘤：年度限额50000元" in answer.text
