"""Every format gives the same text, outline, metadata and locators for the same notice."""

import io

import docx
import openpyxl
import pytest

from corpus import document as documents
from corpus.locators import locator_of
from corpus.passages import split_passages
from corpus.readers import office, read_bytes
from corpus.types import Document
from errors import ReadError
from tests.corpus import specimens
from tests.corpus.specimens import AFTER, FIRST, NUMBER, PARAGRAPHS, ROWS, SIGNATURE, TITLE

TABLE = ["表1 差旅标准"] + [f"职级：{rank}；住宿标准：{bed}；伙食补助：{food}" for rank, bed, food in ROWS]
LABELS = ["第一条", "第二条", "第三条", "（一）", "（二）", "第四条"]


def _document(name: str, data: bytes) -> Document:
    return documents.assemble_document(name, read_bytes(name, data), "")


def _lines(document: Document) -> list[str]:
    return document.text.strip().split("\n")


def _check_notice(document: Document) -> None:
    found = document.metadata
    values = [value.value if value else None for value in (found.issuer, found.number, found.issued, found.effective)]
    assert values == ["某某市财政局", NUMBER, "2021-03-09", "2021-04-01"]
    assert found.expires is not None
    assert found.expires.value == "2026-03-31"
    labels = [node.label for node in document.outline if node.kind in ("article", "item")]
    assert labels == LABELS
    assert all(passage.text == document.text[passage.start : passage.end] for passage in split_passages(document))


def _place(document: Document, words: str) -> str:
    start = document.text.index(words)
    return locator_of(document, start, start + len(words))


@pytest.mark.parametrize(
    ("name", "make"), [("a.html", specimens.html), ("a.mhtml", specimens.mhtml), ("a.docx", specimens.docx)]
)
def test_a_notice_with_a_table(name: str, make: object) -> None:
    document = _document(name, make())  # type: ignore[operator]
    assert document.title == TITLE
    assert _lines(document) == [TITLE, NUMBER, *PARAGRAPHS, *TABLE, *AFTER, *SIGNATURE]
    _check_notice(document)
    head = f"《{TITLE}》（{NUMBER}）"
    assert _place(document, "职级：处级；住宿标准：500元") == f"{head}第二条表1第2行"
    assert _place(document, "超过标准的部分") == f"{head}第三条第（二）项"
    assert _place(document, "由财政部门解释").startswith(f"{head}第三条")


def test_pdf_paragraphs_pages_table_and_running_lines() -> None:
    document = _document("a.pdf", specimens.pdf())
    assert document.title == TITLE
    assert _lines(document) == [TITLE, NUMBER, *PARAGRAPHS, *TABLE, *AFTER, *SIGNATURE]
    _check_notice(document)
    assert len(document.pages) == 3
    assert _place(document, "处级；住宿标准：500元") == f"《{TITLE}》（{NUMBER}）第二条表1第2行（第1页）"
    assert _place(document, "超过标准的部分") == f"《{TITLE}》（{NUMBER}）第三条第（二）项（第2页）"
    assert _place(document, "自2021年4月1日起施行").endswith("第四条（第3页）")


def test_what_is_filled_into_a_form_is_read_in_its_cells() -> None:
    fields = ("姓名：", "Zhang San"), ("申请金额：", "30000"), ("编号：", "A-77"), ("电话：", "7654321")
    assert _lines(_document("a.pdf", specimens.form(*fields)))[1:] == [
        "姓名：Zhang San",
        "申请金额：30000",
        "编号：A-77",
        "电话：7654321",
    ]


def test_pdf_columns_are_read_one_after_the_other() -> None:
    document = _document("a.pdf", specimens.pdf(columns=True))
    assert "".join(_lines(document)) == specimens.LEFT_COLUMN + specimens.RIGHT_COLUMN


def test_ofd_paragraphs_and_pages() -> None:
    document = _document("a.ofd", specimens.ofd())
    assert document.title == TITLE
    assert _lines(document) == [TITLE, NUMBER, *PARAGRAPHS, *AFTER, *SIGNATURE]
    _check_notice(document)
    assert len(document.pages) == 2
    assert _place(document, "自2021年4月1日起施行").endswith("第四条（第2页）")


def test_ofd_template_pages_and_pictures_that_cannot_be_read() -> None:
    """A letterhead on a template page is read with the page; a picture in JBIG2 is named in a warning."""
    letterhead = "某某市财政局文件专用笺第八号"
    document = _document("a.ofd", specimens.ofd(template=letterhead, picture=b"\x97JB2\r\n\x1a\n\0"))
    assert _lines(document)[0] == letterhead
    assert _lines(document)[1:3] == [TITLE, NUMBER]
    assert any("JBIG2" in warning for warning in document.warnings)


def test_front_matter_that_is_not_closed_is_told() -> None:
    text = "---\ntitle: 某某办法\ndate: 2021-01-01\n\n第一条 内容。\n"
    document = _document("a.md", text.encode())
    assert document.text == text
    assert document.warnings == ("the front matter is not closed with --- and was left in the text",)
    assert _document("a.md", b"---\n\nwords: more\n").warnings == ()


def test_a_workbook_is_rows_with_their_header() -> None:
    document = _document("a.xlsx", specimens.xlsx())
    assert _lines(document) == ["某某市差旅标准", *TABLE[1:]]
    assert _place(document, "处级") == "《某某市差旅标准》表1第2行"


def test_separated_values_in_gb18030() -> None:
    document = _document("标准.csv", specimens.csv())
    assert _lines(document) == TABLE[1:]
    assert _place(document, "500元") == "《标准》表1第2行"


def test_slides_are_pages() -> None:
    document = _document("a.pptx", specimens.pptx())
    assert document.title == TITLE
    assert _lines(document) == [TITLE, PARAGRAPHS[1], *TABLE[1:], "不予报销的情形", AFTER[1]]
    assert len(document.pages) == 2
    assert _place(document, "无出差审批单的").endswith("（第2页）")


def test_word_text_as_shown() -> None:
    """Headings by style, a footnote, tracked deletions left out, insertions kept."""
    import io
    import zipfile

    import docx as word
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    made = word.Document()
    made.add_paragraph("某某方案")
    made.add_heading("总体要求", level=1)
    paragraph = made.add_paragraph("保留")
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>删去</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>加入</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    stream = io.BytesIO()
    made.save(stream)
    with zipfile.ZipFile(stream, "a") as package:
        note = '<w:footnote w:id="2"><w:p><w:r><w:t>数据截至年底</w:t></w:r></w:p></w:footnote>'
        package.writestr("word/footnotes.xml", f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>")
    document = _document("a.docx", stream.getvalue())
    assert _lines(document) == ["某某方案", "总体要求", "保留加入", "（脚注：数据截至年底）"]
    assert [(node.kind, node.title) for node in document.outline] == [("heading", "总体要求")]


def test_a_table_leaves_the_line_that_opens_its_part_in_the_outline() -> None:
    """附件1 or （三）… right above a table is a place of its own, with the table in it; a unit is no caption."""
    rows = "".join(
        f"<tr><td>{rank}</td><td>{bed}</td></tr>"
        for rank, bed in (("职级", "标准"), ("处级", "500元"), ("科级", "400元"))
    )
    page = f"<p>某某办法</p><p>附件1：住宿标准</p><table>{rows}</table><p>附件2</p><p>差旅标准</p><p>（单位：元）</p><table>{rows}</table>"
    document = _document("a.html", page.encode())
    named = [(node.kind, node.label, node.title) for node in document.outline if node.kind in ("annex", "table")]
    assert named == [
        ("annex", "附件1", "住宿标准"),
        ("table", "表1", ""),
        ("annex", "附件2", ""),
        ("table", "表1", "差旅标准（单位：元）"),
    ]
    assert _place(document, "职级：科级；标准：400元") == "《某某办法》附件1表1第2行"


def test_a_workbook_as_offices_make_them() -> None:
    """Title and unit merged across, a header of two rows merged both ways, provinces merged down, a note, percentages."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["某某市住宿费标准"], ["单位：元"], ["地区", "城市", "标准", None, "上浮"], [None, None, "厅级", "处级", None],
        ["某省", "甲市", 500, 400.5, 0.125], [None, "乙市", 600, 450, None], ["注：旺季上浮。"],
    ):  # fmt: skip
        sheet.append(row)
    for area in ("A1:E1", "A2:E2", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "A5:A6"):
        sheet.merge_cells(area)
    sheet["E5"].number_format = "0.0%"
    stream = io.BytesIO()
    book.save(stream)
    document = _document("a.xlsx", stream.getvalue())
    assert _lines(document) == [
        "某某市住宿费标准",
        "单位：元",
        "地区：某省；城市：甲市；标准/厅级：500；标准/处级：400.5；上浮：12.5%",
        "地区：某省；城市：乙市；标准/厅级：600；标准/处级：450",
        "注：旺季上浮。",
    ]
    assert _place(document, "地区：某省；城市：乙市") == "《某某市住宿费标准》表1第2行"


def test_what_a_page_or_a_document_hides_is_not_read() -> None:
    page = b"<p>shown</p><p hidden>one</p><div style='Display: none'>two</div><i style='visibility:hidden'>three</i><p>and this too</p>"
    assert _lines(_document("a.html", page)) == ["shown", "and this too"]
    document = docx.Document()
    paragraph = document.add_paragraph("写明的")
    paragraph.add_run("隐藏的").font.hidden = True
    paragraph.add_run("内容").font.hidden = False
    stream = io.BytesIO()
    document.save(stream)
    assert _lines(_document("a.docx", stream.getvalue())) == ["写明的内容"]


def test_a_numbered_list_of_a_page_keeps_its_numbers() -> None:
    page = "<ol start='3'><li>甲<ol><li><p>子项</p></li></ol></li><li>乙</li></ol><ol><li>（一）自带序号</li></ol><ul><li>点</li></ul>"
    assert _lines(_document("a.html", page.encode())) == ["3. 甲", "1. 子项", "4. 乙", "（一）自带序号", "点"]


def test_the_date_of_a_short_document_of_many_lines() -> None:
    text = f"{TITLE}\n" + "".join(f"{n}. 小项\n" for n in range(1, 90)) + "某某市财政局\n2021年3月9日\n"
    issued = _document("a.txt", text.encode()).metadata.issued
    assert issued is not None
    assert issued.value == "2021-03-09"


@pytest.mark.slow
@pytest.mark.skipif(not specimens.FONT.exists(), reason="the font Noto Serif CJK is not installed")
def test_scans_are_read_by_ocr() -> None:
    """98 of 100 characters of a page at 200 dpi, from a picture and from a PDF without a text layer."""
    text = "\n".join([PARAGRAPHS[0], *AFTER])
    for name, data in (("a.png", specimens.picture(text)), ("a.pdf", specimens.scanned_pdf(text))):
        document = _document(name, data)
        found, wanted = "".join(document.text.split()), "".join(text.split())
        assert specimens.distance(found, wanted) <= 0.02 * len(wanted)
        assert FIRST[:20] in found
        assert any("OCR" in warning for warning in document.warnings)
        assert len(document.pages) == 1


def test_without_libreoffice_an_unknown_old_file_is_refused_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_libreoffice", lambda: None)
    with pytest.raises(ReadError, match="damaged"):
        read_bytes("a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")


def test_an_unknown_format_names_what_is_known() -> None:
    with pytest.raises(ReadError, match=r"no reader.*\.exe"):
        read_bytes("a.exe", b"MZ")
