"""Documents side by side: which numbers differ, what layout does not change, several documents as one column, the workbook."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText

from assistant.cards.comparing import Comparison, as_one, compare_cards, pieces_of_quote
from assistant.cards.making import make_card
from assistant.cards.table import comparison_workbook
from corpus.document import assemble_document
from corpus.readers import read_bytes
from corpus.types import Document
from errors import QuestionError

OLD = """云溪市创业补贴办法（示例）

第一条 补贴标准为每人5000元，最高不超过2万元。

第二条 申请人应当符合下列条件：
（一）年满18周岁；
（二）在本市注册登记满6个月。

第三条 本办法自2022年3月1日起施行，有效期3年。
"""
NEW = OLD.replace("5000元", "8000元").replace("6个月", "12个月")
SAME = """云溪市创业补贴办法（示例）

第四条 补贴标准为每人５０００元，
最高不超过20000元。

第五条 申请人应当符合下列条件：
（1）年满18周岁；
（2）在本市注册
登记满6个月。

第六条 本办法自2022年3月1日起施行，有效期3年。
"""


def document(text: str, name: str = "a.txt") -> Document:
    return assemble_document(name, read_bytes(name, text.encode()), "")


def compared(*texts: str) -> Comparison:
    return compare_cards([make_card(document(text)) for text in texts])


def marked(made: Comparison) -> list[set[str]]:
    """The numbers that differ, column by column."""
    return [
        {
            words
            for row in made.rows
            for citation in row.cells[at].citations
            for words, differs in pieces_of_quote(citation, row.differing[at])
            if differs
        }
        for at in range(len(made.cards))
    ]


def test_numbers_that_differ_and_no_others() -> None:
    assert marked(compared(OLD, NEW)) == [{"5000元", "6个月"}, {"8000元", "12个月"}]


def test_layout_wide_figures_and_other_numbers_of_items_are_no_difference() -> None:
    made = compared(OLD, SAME.replace("20000元", "2万元"))
    assert marked(made) == [set(), set()]
    assert [row.key for row in made.rows if row.differs] == []


def test_a_value_written_another_way_is_not_another_number() -> None:
    assert marked(compared(OLD, SAME)) == [set(), set()]


def test_a_row_that_only_one_document_fills_differs() -> None:
    made = compared(OLD, OLD.replace("第三条 本办法自2022年3月1日起施行，有效期3年。", ""))
    row = next(row for row in made.rows if row.key == "validity")
    assert row.differs
    assert [len(spans) for spans in row.differing] == [2, 0]


def test_the_pieces_of_a_quote_are_the_quote() -> None:
    made = compared(OLD, NEW)
    for row in made.rows:
        for cell, spans in zip(row.cells, row.differing, strict=True):
            for citation in cell.citations:
                assert "".join(words for words, _ in pieces_of_quote(citation, spans)) == citation.quote


def test_several_documents_as_one_column() -> None:
    cards = [make_card(document(OLD, "a.txt")), make_card(document(NEW, "b.txt"))]
    one = as_one("云溪市", cards)
    assert one.title == "云溪市"
    support = one.field("support").citations
    assert [c.source for c in support] == ["a.txt", "b.txt"]
    markers = [c.marker for field in one.fields for c in field.citations]
    assert markers == list(range(1, len(markers) + 1))


@pytest.mark.parametrize("count", [0, 1, 6])
def test_two_to_five(count: int) -> None:
    with pytest.raises(QuestionError, match="name 2 to 5"):
        compare_cards([make_card(document(OLD))] * count)


def test_the_workbook_marks_what_differs() -> None:
    book = load_workbook(BytesIO(comparison_workbook(compared(OLD, NEW))), rich_text=True)
    row = next(row for row in book["对比"].iter_rows(min_row=2) if row[0].value == "支持内容和标准")
    for cell, amount in ((row[1], "5000元"), (row[2], "8000元")):
        assert isinstance(cell.value, CellRichText)
        assert [str(block) for block in cell.value if getattr(block, "font", None)] == [amount]
    assert row[3].value == "有"
    assert row[1].comment is not None
    assert "第一条" in row[1].comment.text
