"""What a document says of itself, each value with the words it was read from."""

import json

import pytest

from corpus.document import read_document
from corpus.folder import scan_folder
from corpus.metadata import read_metadata
from corpus.official_header import head_lines
from corpus.titles import find_title
from corpus.types import Metadata, Value
from tests.bench import BENCH, needs_bench

GUANGZHOU = BENCH / "guangzhou"

OPINION = """某某市人民政府文件
某政发[2021] 12 号
某某市人民政府关于加快
建设示范城区的实施意见
各区人民政府：
现提出如下意见。
一、总体要求
坚持创新。居住证有效期3年，到期换发。
二、附则
本意见自2021年3月1日起施行，有效期2年。《某某市旧意见》（某政发〔2018〕3号）同时废止。
某某市人民政府
二〇二一年二月十九日
"""


def _words(text: str, value: Value | None) -> tuple[str, str]:
    assert value is not None
    assert value.start is not None
    return value.value, text[value.start : value.end]


def test_an_opinion_states_everything() -> None:
    name = find_title(head_lines(OPINION))
    assert name == "某某市人民政府关于加快建设示范城区的实施意见"
    found = read_metadata(OPINION, name, {})
    assert _words(OPINION, found.number) == ("某政发〔2021〕12号", "某政发[2021] 12 号")
    assert _words(OPINION, found.issued) == ("2021-02-19", "二〇二一年二月十九日")
    assert _words(OPINION, found.issuer) == ("某某市人民政府", "某某市人民政府")
    assert _words(OPINION, found.effective) == ("2021-03-01", "自2021年3月1日起施行")
    assert _words(OPINION, found.expires) == ("2023-02-28", "有效期2年")
    assert [_words(OPINION, value)[0] for value in found.replaces] == ["某某市旧意见", "某政发〔2018〕3号"]
    assert found.region == Value("某某市")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("某政发〔2021〕12号", "某政发〔2021〕12号"),
        ("某政发［2021］12号", "某政发〔2021〕12号"),
        ("某政发（2021）第12号", "某政发〔2021〕12号"),
        ("某政发【2021】12 号", "某政发〔2021〕12号"),
        ("某政发﹝２０２１﹞１２号", "某政发〔2021〕12号"),
        ("某政发〔二〇二一〕12号", "某政发〔2021〕12号"),
        ("文号：某政办发(2021)012号", "某政办发〔2021〕12号"),
        ("某政发〔2021〕12号　　签发人：某某某", "某政发〔2021〕12号"),
        ("某工信规〔2021〕1号、某财规〔2021〕2号", "某工信规〔2021〕1号"),
        ("某财政部  某税务总局公告2021年第 12 号", "某财政部 某税务总局公告2021年第12号"),
        ("中华人民共和国主席令（第四十五号）", "主席令第四十五号"),
        ("某某市人民政府令\n第179号", "某某市人民政府令第179号"),
        ("（2021年7月27日中华人民共和国国务院令第746号公布）", "国务院令第746号"),
    ],
)
def test_variants_of_a_number(written: str, number: str) -> None:
    found = read_metadata(f"某某办法\n{written}\n第一条 正文引用某政发〔2019〕1号文件。\n", "某某办法", {})
    assert found.number is not None
    assert found.number.value == number


def test_a_number_that_is_only_cited_is_not_the_documents_own() -> None:
    text = "关于缴费的通告\n根据《某某办法》（某政发〔2019〕1号）的规定，现通告如下：\n一、时间\n"
    assert read_metadata(text, "关于缴费的通告", {}).number is None


@pytest.mark.parametrize(
    ("said", "effective", "expires"),
    [
        ("本办法自印发之日起30日后施行，有效期5年。", "2021-04-04", "2026-04-03"),
        ("本办法自印发之日起一个月后施行。", "2021-04-05", None),
        ("本办法自2021年5月1日起施行，有效期2年零6个月。", "2021-05-01", "2023-10-31"),
        ("本办法自2021年5月1日起施行，有效期至2024年底。", "2021-05-01", "2024-12-31"),
        ("本办法自2021年5月1日起施行，至2023年12月31日止。", "2021-05-01", "2023-12-31"),
        ("本办法自2021年5月1日起试行，试行期一年半。", "2021-05-01", "2022-10-31"),
        ("本通知执行期限为2021年1月1日至2022年12月31日。", None, "2022-12-31"),
        ("本公告执行至2027年12月31日。", None, "2027-12-31"),
        ("降低本市失业保险缴费费率，执行至2021年7月31日。", None, None),
        ("本通知有效期暂定三年，自2021年5月1日起。", None, "2024-04-30"),
        ("营业执照有效期5年，期限届满前30日申请延续。", None, None),
    ],
)
def test_how_long_a_document_holds(said: str, effective: str | None, expires: str | None) -> None:
    found = read_metadata(
        f"某某办法\n某政发〔2021〕1号\n第一条 总则。\n{said}\n某某市人民政府\n2021年3月5日\n", "某某办法", {}
    )
    assert (found.effective and found.effective.value, found.expires and found.expires.value) == (effective, expires)


def test_validity_of_another_paper_is_not_the_documents() -> None:
    text = "办事指南\n申请人的居住证有效期5年。依照某条例自2015年1月1日起施行的规定办理。\n"
    found = read_metadata(text, "办事指南", {})
    assert found.expires is None
    assert found.effective is None


def test_front_matter_wins() -> None:
    found = read_metadata(OPINION, "", {"issuer": "另一机关", "issued": "2020-01-02"})
    assert (found.issuer, found.issued) == (Value("另一机关"), Value("2020-01-02"))


def test_a_text_that_says_nothing_gives_nothing() -> None:
    assert read_metadata("今天天气很好。", "天气", {}) == Metadata()


@needs_bench("guangzhou")
def test_number_date_and_title_of_real_pages() -> None:
    wanted = {
        entry["doc"]: entry for entry in map(json.loads, (GUANGZHOU / "meta.jsonl").read_text("utf-8").splitlines())
    }
    right = 0
    for file in scan_folder(GUANGZHOU / "corpus").files:
        document, want = read_document(file), wanted[file.source]
        number, issued = document.metadata.number, document.metadata.issued
        got = (document.title, number.value if number else None, issued.value if issued else None)
        right += got == (want["title"], want["number"], want["date"])
    assert len(wanted) == 37
    assert right >= 35
