"""Old office files, OpenDocument, letters and archives: read by what is in them, headings, numbers and tables kept, within limits."""

import email.message
import io
import zipfile
from pathlib import Path

import pytest

from corpus.readers import kinds, office, read_bytes, supported_by_content
from corpus.readers.bundle import DEPTH_LIMIT
from corpus.readers.raster import Cell, rows_to_grid
from corpus.readers.raw import Raw
from corpus.readers.tables import row_lines
from errors import ReadError
from tests.corpus import old_formats, specimens
from tests.corpus.remake import FOLDER
from tests.corpus.specimens import PARAGRAPHS, TITLE

DOC = (FOLDER / "notice.doc").read_bytes()
RTF = (
    rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fcharset0 Arial;}}"
    rb"{\stylesheet{\s1\outlinelevel0 heading 1;}}{\info{\title \'b0\'ec\'b7\'a8}}{\*\generator Nobody;}"
    rb"\pard\s1\f0 \'b5\'da\'d2\'bb\'d5\'c2\par\pard\plain {\listtext 1.\tab}\u31532?\'d2\'bb{\v hidden}\par"
    rb"\trowd\cellx2000\cellx4000\cellx6000\pard\intbl\'d6\'b0\'bc\'b6\cell\'b1\'ea\'d7\'bc\cell\'b2\'b9\'d6\'fa\cell\row"
    rb"\trowd\cellx2000\cellx6000\pard\intbl\'b4\'a6\'bc\'b6\cell 500\'d4\'aa\cell\row\pard\f1 end\par}"
)


def _zip(files: dict[str, bytes], encoding: str = "") -> bytes:
    """An archive; with an encoding, names are in it and nothing says so, as old programs write them."""
    stream = io.BytesIO()
    stand_ins = {name: b"%c" % (65 + place) * len(name.encode(encoding or "utf-8")) for place, name in enumerate(files)}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(stand_ins[name].decode() if encoding else name, data)
    data = stream.getvalue()
    for name, stand_in in stand_ins.items() if encoding else ():
        data = data.replace(stand_in, name.encode(encoding))
    return data


def _letter(attachments: dict[str, bytes]) -> bytes:
    message = email.message.EmailMessage()
    message["Subject"], message["From"] = "关于报送材料的通知", "office@example.cn"
    message["Date"] = "Tue, 09 Mar 2021 09:00:00 +0800"
    message["Message-ID"] = "<1@example.cn>"
    message.set_content("请于3月15日前报送。\n")
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.docx", "a.txt", "没有后缀"])
def test_a_word_97_file_is_one_under_any_name(name: str) -> None:
    if name == "没有后缀":
        name = "a.pdf"
    raw = read_bytes(name, DOC)
    assert raw.title == TITLE
    assert PARAGRAPHS[0] in raw.text
    assert "职级：处级；住宿标准：500元；伙食补助：100元" in raw.text


def test_kinds_by_content() -> None:
    assert kinds.kind_of(specimens.docx()) == "word"
    assert kinds.kind_of(specimens.xlsx()) == "sheet"
    assert kinds.kind_of(b"\r\n\r\n%PDF-1.4") == "pdf"
    assert kinds.kind_of(b"<?xml version='1.0'?>\n<!-- a --><html><body>") == "markup"
    assert kinds.kind_of(_letter({})) == "mail"
    assert kinds.kind_of(specimens.mhtml()) == "markup"
    assert kinds.kind_of("第一条 为了规范".encode("gb18030")) == ""
    assert kinds.kind_of(old_formats.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})) == kinds.ENCRYPTED


def test_a_document_with_a_suffix_nobody_knows(tmp_path: Path) -> None:
    for name, data, wanted in (("a.bak", DOC, True), ("b.tmp", specimens.docx(), True), ("c.exe", b"MZ", False)):
        (tmp_path / name).write_bytes(data)
        assert supported_by_content(tmp_path / name) is wanted
    assert TITLE in read_bytes("a.bak", DOC).text


def test_text_under_the_name_of_an_office_format() -> None:
    assert read_bytes("a.doc", "第一条 为了规范管理，制定本办法。".encode("gb18030")).text.startswith("第一条 为了")
    assert (
        "职级：处级；标准：500元"
        in read_bytes("a.xls", "职级\t标准\n处级\t500元\n科级\t350元\n".encode("gb18030")).text
    )


def test_a_damaged_or_encrypted_word_file_is_refused() -> None:
    with pytest.raises(ReadError, match="damaged"):
        read_bytes("a.doc", DOC[:3000])
    with pytest.raises(ReadError, match="encrypted"):
        read_bytes("a.doc", old_formats.compound({"WordDocument": b"\xec\xa5\xc1\0" + b"\0" * 6 + b"\0\1"}))
    with pytest.raises(ReadError, match="older than Word 97"):
        read_bytes("a.doc", old_formats.compound({"WordDocument": b"\xec\xa5\x68\0" + b"\0" * 60}))


def test_a_word_file_that_claims_a_billion_characters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import struct

    # LibreOffice, where it is installed, makes an empty page of it: no other program is given such a file.
    monkeypatch.setattr(office, "find_libreoffice", lambda: "soffice")
    monkeypatch.setattr(office, "convert_and_read", lambda data, suffix: read_bytes("a.docx", specimens.docx()))
    head = bytearray(b"\xec\xa5\xc1\0" + b"\0" * 1500)
    struct.pack_into("<H", head, 0x20, 14)
    struct.pack_into("<H", head, 0x22 + 28, 22)
    struct.pack_into("<i", head, 0x4C, 1_000_000_000)
    struct.pack_into("<H", head, 0x40 + 88, 93)
    with pytest.raises(ReadError, match="more text than a document has"):
        read_bytes("a.doc", old_formats.compound({"WordDocument": bytes(head), "0Table": b"\0" * 100}))


def test_a_chain_of_sectors_that_goes_round_ends() -> None:
    looped = old_formats.compound({"WordDocument": DOC[:6000], "1Table": DOC[:5000]}, loop=True)
    with pytest.raises(ReadError):
        read_bytes("a.doc", looped)


def test_an_old_workbook_shows_what_the_sheet_shows() -> None:
    cells: dict[tuple[int, int], str | float] = {
        (0, 0): "类别", (0, 1): "项目", (0, 2): "比例",
        (1, 0): "补贴", (1, 1): "甲", (1, 2): 0.125,
        (2, 1): "乙", (2, 2): 0.5,
    }  # fmt: skip
    text = read_bytes("a.xls", old_formats.xls(cells, [(1, 2, 0, 0)], percent=True)).text
    assert "类别：补贴；项目：甲；比例：12.5%" in text
    assert "类别：补贴；项目：乙；比例：50%" in text
    assert "比例：0.125" in read_bytes("a.et", old_formats.xls(cells, [], percent=False)).text


def test_an_old_presentation() -> None:
    raw = read_bytes("a.dps", old_formats.ppt("工作会议", ["第一项议程", "第二项议程"], "会后发纪要"))
    assert raw.title == "工作会议"
    assert raw.text.split("\n")[:4] == ["工作会议", "第一项议程", "第二项议程", "备注：会后发纪要"]
    assert raw.pages == (0,)
    assert [heading.start for heading in raw.headings] == [0]


def test_rich_text() -> None:
    raw = read_bytes("a.doc", RTF)
    assert raw.title == "办法"
    lines = raw.text.split("\n")
    assert lines[0] == "第一章"
    assert [heading.level for heading in raw.headings] == [1]
    assert lines[1] == "1.\t第一"
    assert lines[2] == "职级：处级；标准：500元；补助：500元"  # merged over two columns
    assert lines[3] == "end"


def test_rich_text_nested_without_end_is_refused() -> None:
    with pytest.raises(ReadError, match="nested deeper"):
        read_bytes("a.rtf", b"{\\rtf1" + b"{" * 5000)


def test_cells_of_rows_with_edges_of_their_own() -> None:
    rows = [
        [Cell("甲", (0, 1000)), Cell("乙", (1000, 3000))],
        [Cell("", (0, 1010), goes_on=True), Cell("丙", (1000, 2000)), Cell("丁", (2000, 3000))],
    ]
    assert rows_to_grid(rows) == [["甲", "乙", "乙"], ["甲", "丙", "丁"]]
    assert rows_to_grid([[Cell("甲"), Cell("乙")], [Cell("丙")]]) == [["甲", "乙"], ["丙", ""]]


def test_an_archive_with_names_in_gbk() -> None:
    raw = read_bytes(
        "材料.zip", _zip({"通知/办法.docx": specimens.docx(), "说明.txt": "第一条 说明".encode()}, "gb18030")
    )
    assert [raw.text[h.start :].split("\n")[0] for h in raw.headings if h.level == 1] == ["通知/办法.docx", "说明.txt"]
    assert PARAGRAPHS[0] in raw.text
    for table in raw.tables:
        assert all(raw.text[start:end].startswith("职级：") for start, end in table.rows)


def test_names_in_an_archive_that_climb_stay_names() -> None:
    raw = read_bytes("a.zip", _zip({"../../etc/办法.txt": "第一条 甲".encode(), "坏\n名.txt": "第二条 乙".encode()}))
    assert raw.text == "etc/办法.txt\n第一条 甲\n坏名.txt\n第二条 乙\n"


def test_an_archive_in_an_archive_ends_at_its_limit() -> None:
    data = _zip({"a.txt": "第一条 最里面".encode()})
    for _ in range(DEPTH_LIMIT - 1):
        data = _zip({"里.zip": data, "外.txt": "第二条 外面".encode()})
    raw = read_bytes("a.zip", data)
    assert "最里面" in raw.text
    deeper = read_bytes("a.zip", _zip({"里.zip": data, "外.txt": "第二条 外面".encode()}))
    assert "最里面" not in deeper.text
    assert "外面" in deeper.text
    assert any("deeper" in warning for warning in deeper.warnings)


def test_an_archive_bomb_is_refused() -> None:
    with pytest.raises(ReadError, match="unpacks to a size"):
        read_bytes("a.zip", _zip({"a.txt": b"0" * (64 << 20)}))


def test_a_damaged_file_in_an_archive_costs_only_itself() -> None:
    raw = read_bytes(
        "a.zip", _zip({"坏.docx": specimens.docx()[:2000], "好.txt": "第一条 好".encode(), "程序.exe": b"MZ\0"})
    )
    assert raw.text == "好.txt\n第一条 好\n"
    assert sum("坏.docx was left out" in warning for warning in raw.warnings) == 1


def test_a_letter_with_attachments() -> None:
    raw = read_bytes("通知.eml", _letter({"办法.docx": specimens.docx()}))
    assert raw.title == "关于报送材料的通知"
    assert raw.text.startswith("主题：关于报送材料的通知\n发件人：office@example.cn\n")
    assert "请于3月15日前报送。" in raw.text
    assert PARAGRAPHS[0] in raw.text


def test_a_letter_that_outlook_saved() -> None:
    raw = read_bytes(
        "a.msg", old_formats.message("会议通知", "三月九日开会。", {"议程.txt": ("第一项 开幕\n" * 300).encode()})
    )
    assert raw.title == "会议通知"
    assert raw.text == "主题：会议通知\n三月九日开会。\n议程.txt\n" + "第一项 开幕\n" * 300


def test_a_letter_attached_to_itself_ends() -> None:
    data = old_formats.message("最里", "信", {})
    for _ in range(10):
        data = old_formats.message("外", "信", {"再来.msg": data})
    raw = read_bytes("a.msg", data)
    assert "最里" not in raw.text
    assert any("deeper" in warning for warning in raw.warnings)


def test_libreoffice_is_asked_only_for_what_no_reader_understands(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def convert(data: bytes, suffix: str) -> Raw:
        asked.append(suffix)
        return read_bytes("a.docx", specimens.docx())

    monkeypatch.setattr(office, "find_libreoffice", lambda: "soffice")
    monkeypatch.setattr(office, "convert_and_read", convert)
    read_bytes("a.doc", DOC)
    assert asked == []
    works = old_formats.compound({"CONTENTS": b"works"})
    assert TITLE in read_bytes("a.wps", works).text
    assert asked == [".wps"]


def test_a_header_of_three_rows_and_rows_that_are_none() -> None:
    header = [["项目", "标准", "标准", "标准"], ["项目", "处级", "科级", "科级"], ["项目", "省内", "省内", "省外"]]
    header[2] = ["项目", "处级", "省内", "省外"]
    assert row_lines([*header, ["住宿", "500元", "350元", "400元"]]) == [
        "项目：住宿；标准/处级：500元；标准/科级/省内：350元；标准/科级/省外：400元"
    ]
    assert row_lines([["第1天", "报到"], ["第2天", "开会"]]) == ["第1天：报到", "第2天：开会"]


def test_a_long_cell_merged_over_rows_is_said_once() -> None:
    long = "本项目由五部分组成，" * 10
    lines = row_lines([["内容", "说明"], ["课程", long], ["参访", long], ["交流", "自费"]])
    assert lines == [f"内容：课程；说明：{long}", "内容：参访", "内容：交流；说明：自费"]
