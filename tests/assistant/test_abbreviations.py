"""Bodies by their abbreviated names: the documents of 云湖财金学院 are found, and everyday words are no names."""

from __future__ import annotations

from pathlib import Path

import pytest

import settings
from assistant.chain import Assistant
from assistant.retrieval.abbreviations import documents_abbreviated
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle, LocalIndex, open_index

RULES = """财政金融学院本科生免试推荐工作实施细则
一、云湖理工大学财政金融学院的推荐工作由学院领导小组负责。
二、免试推荐生的毕业论文成绩应达到80分及以上，未达到要求的将失去已获得的推荐资格。
三、公示时间不少于3天。
"""
BROCHURE = """云湖理工大学财政金融学院招生简章
一、学费标准为每学年20000元，咨询电话010-62511339。
"""
OTHER = """东山师范大学毕业论文工作办法
一、毕业论文的成绩由答辩评分和指导教师评分组成，答辩评分的比例不低于30%。
二、毕业论文成绩不到60分的，可以重修一次。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bodies")
    (root / "corpus").mkdir()
    for name, text in (("细则.txt", RULES), ("简章.txt", BROCHURE), ("办法.txt", OTHER)):
        (root / "corpus" / name).write_text(text, "utf-8")
    build_index(root / "corpus", root / "index", encoder=load_encoder("built-in"))
    return root / "index"


@pytest.fixture(scope="module")
def index(folder: Path) -> LocalIndex:
    return open_index(folder)


def test_all_documents_of_the_body_are_meant_also_those_that_name_a_part_of_it(index: LocalIndex) -> None:
    rest, documents = documents_abbreviated("云湖财金学院的毕业论文要多少分", index)
    assert {document.source for document in documents} == {"细则.txt", "简章.txt"}
    assert rest == "学院的毕业论文要多少分"


@pytest.mark.parametrize(
    "question",
    [
        "毕业论文要多少分",
        "东山师范大学的毕业论文要多少分",  # the full name is found by itself
        "工作人员有多少",
        "财金",  # nothing would be left to ask
    ],
)
def test_no_document_where_no_body_is_abbreviated(question: str, index: LocalIndex) -> None:
    assert documents_abbreviated(question, index) == (question, ())


def test_the_answer_comes_from_a_document_of_the_body(folder: Path) -> None:
    answer = Assistant(LocalHandle(folder), settings.load_settings()).invoke("云湖财金学院的毕业论文没考到80分会怎么样")
    assert answer.status == "answered"
    assert answer.citations[0].source == "细则.txt"
    assert "失去" in answer.text
