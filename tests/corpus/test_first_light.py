"""From a text file to passages with locators, by the room's own functions."""

from pathlib import Path

import pytest

from corpus import tokens
from corpus.decoding import decode_text
from corpus.document import read_document
from corpus.folder import scan_folder
from corpus.passages import split_passages
from corpus.sentences import sentence_spans
from corpus.text.characters import fold, normalise
from errors import CorpusError

NOTICE = """某市人民政府关于印发住房补贴办法的通知
某政发〔2021〕12号
各区人民政府：
现将办法印发给你们。
某市人民政府
2021年3月5日
第一章 总则
第一条 为了规范补贴，制定本办法。
第二条 申请人应当符合下列条件：
（一）具有本市户籍；
（二）在本市没有住房。
前款所称住房，是指自有住房。
依照本办法第一条的规定，由区负责。
第三条规定的情形除外。
第二章 附则
第三条 本办法自2021年4月1日起施行。
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_notice_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "通知.txt").write_bytes(NOTICE.replace("\n", "\r\n").encode(encoding))
    (file,) = scan_folder(tmp_path).files
    document = read_document(file)
    assert document.text == NOTICE
    assert document.title == "某市人民政府关于印发住房补贴办法的通知"
    assert document.metadata.number is not None
    assert document.metadata.number.value == "某政发〔2021〕12号"
    assert document.metadata.issued is not None
    assert document.metadata.issued.value == "2021-03-05"
    assert [node.kind for node in document.outline[:1]] == ["signature"]
    labels = [node.label for node in document.outline[1:]]
    assert labels == ["第一章", "第一条", "第二条", "（一）", "（二）", "第二章", "第三条"]


def test_passages_tell_their_place(tmp_path: Path) -> None:
    (tmp_path / "通知.txt").write_text(NOTICE, "utf-8")
    document = read_document(scan_folder(tmp_path).files[0])
    passages = split_passages(document)
    assert all(passage.text == document.text[passage.start : passage.end] for passage in passages)
    assert "".join("".join(p.text.split()) for p in passages) == "".join(NOTICE.split())
    assert all(tokens.count_tokens(passage.text) <= 256 for passage in passages)
    condition = next(p for p in passages if "本市户籍" in p.text)
    assert "申请人应当符合下列条件" in condition.text
    assert condition.locator.startswith("《某市人民政府关于印发住房补贴办法的通知》（某政发〔2021〕12号）")


def test_a_missing_or_empty_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="missing"):
        scan_folder(tmp_path / "none")
    with pytest.raises(CorpusError, match="empty"):
        scan_folder(tmp_path)


def test_cut_stays_within_the_budget_and_count_agrees() -> None:
    text = "溧阳市的“四大经济”是先进制造、高端休闲、现代健康、新型智慧。<|endoftext|>" * 3
    for budget in (0, 1, 7, 20, 1000):
        offset = tokens.cut_to_budget(text, budget)
        assert tokens.count_tokens(text[:offset]) <= budget
        assert offset == len(text) or tokens.count_tokens(text[: offset + 1]) >= budget


def test_sentences_and_forms() -> None:
    text = "第一句。第二句！\n  第三句；3.5%不断开。"
    assert [text[a:b] for a, b in sentence_spans(text)] == ["第一句。", "第二句！", "第三句；", "3.5%不断开。"]
    assert normalise("Ａ １２％\u200b 〔2021〕") == "a12%〔2021〕"
    assert fold("ＡＢ１２％") == "ab12%"
    assert len(fold("㈠①ﬁ")) == 3
    assert fold("臺灣經濟發展") == fold("台湾经济发展")
    assert fold("著作") == "著作"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("臺北市政府公告：自一百一十年起，住宅補貼每戶每月新臺幣四千元，申請人應於期限內提出。", "big5"),
        ("溧阳市的四大经济是先进制造、高端休闲、现代健康、新型智慧。", "gb18030"),
        ("通知", "gb18030"),
        ("标准：①②③，㎡，〔2021〕12号。", "gb18030"),
        ("标准：①②③，㎡，〔2021〕12号。", "utf-16-be"),
        ("溧阳市的四大经济是先进制造、高端休闲、现代健康、新型智慧。", "utf-16-le"),
        ("Café à Genève, ключ, Ελλάδα", "utf-8"),
        ("plain ASCII text, 12%", "ascii"),
    ],
)
def test_encodings_are_told_apart(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding))[0] == text


def test_a_text_cut_in_the_middle_of_a_character_is_read_with_a_warning() -> None:
    text, name, warning = decode_text("先进制造、高端休闲，现代健康、新型智慧。".encode()[:-1])
    assert (text[:5], name) == ("先进制造、", "utf-8")
    assert "could not be read" in warning
