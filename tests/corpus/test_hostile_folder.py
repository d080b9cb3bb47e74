"""A folder of files made to do harm among three good ones: each is read within its limits or refused in words, none costs another.

All are read once, as a folder is: in children under limits. What may be read and what must be refused stands beside each.
"""

import io
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import pytest

from corpus.folder import read_many_files, scan_folder
from corpus.types import Document, FailedFile
from tests.corpus import archives, old_formats, specimens

ARTICLE = "第一条 甲".encode()
# A child may take 300 s for a file; none of these is worth more than some seconds on an idle machine.
SECONDS = 120.0


Outcomes = dict[str, tuple[Document | FailedFile, float]]


MOST_TEXT = 40_000_000  # characters: as many files as an archive may hold, all of them the same 64 kB


class Case(NamedTuple):
    """A file, and what has to come of it: `refused` is in the reason, `read` in the text, `warned` in the warnings; "" for anything."""

    name: str
    data: Callable[[], bytes]
    refused: str | None = None
    read: str | None = None
    warned: str = ""


def _sector(data: bytes, number: int, place: int, value: int) -> bytes:
    """A compound file with four bytes of a sector changed."""
    at = 512 * (number + 1) + place
    return data[:at] + struct.pack("<I", value) + data[at + 4 :]


def _word() -> bytes:
    return old_formats.compound({"WordDocument": b"\xec\xa5" + b"\0" * 6000, "1Table": b"\0" * 5000})


def _directory(data: bytes) -> int:
    return int(struct.unpack_from("<I", data, 48)[0])


def _looping_directory() -> bytes:
    """The first entry below the root is its own sibling on both sides."""
    data = old_formats.message("主题", "第一条 甲", {})
    data = _sector(data, _directory(data), 128 + 68, 1)
    return _sector(data, _directory(data), 128 + 72, 1)


def _looping_storage() -> bytes:
    """A storage whose only child is the storage itself."""
    data = old_formats.compound({"A/B": b"x"})
    return _sector(data, _directory(data), 128 + 76, 1)


def _header(at: int, value: int) -> bytes:
    data = _word()
    return data[:at] + struct.pack("<I", value) + data[at + 4 :]


def _stream_of_gigabytes() -> bytes:
    data = _word()
    return _sector(data, _directory(data), 128 + 120, 0x7FFFFFFF)


def _matryoshka(depth: int) -> bytes:
    data = archives.zipped({"里.txt": ARTICLE})
    for _ in range(depth):
        data = archives.zipped({"再.zip": data})
    return data


def _gigabytes() -> bytes:
    """Twelve archives of 100 MiB each, none of which alone is over a limit."""
    block = zlib.compress(b"", 1)
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    noise = bytes(range(256)) * 2
    block = b"".join(packer.compress(noise + b"\0" * (64 << 10)) for _ in range(1600)) + packer.flush()
    size, checksum = 1600 * (len(noise) + (64 << 10)), 0
    for _ in range(1600):
        checksum = zlib.crc32(noise + b"\0" * (64 << 10), checksum)
    inner = _stored([("a.bin", block, size, checksum)])
    return archives.zipped({f"{n}.zip": inner for n in range(12)} | {"好.txt": ARTICLE})


def _stored(members: list[tuple[str, bytes, int, int]], method: int = 8, flags: int = 0x800) -> bytes:
    """A .zip whose members claim what is said of them: name, packed bytes, size unpacked, checksum."""
    body, directory = b"", b""
    for name, packed, size, checksum in members:
        words = name.encode()
        rest = struct.pack("<HHHHIIIHH", flags, method, 0, 33, checksum, len(packed), size, len(words), 0)
        directory += (
            b"PK\x01\x02" + struct.pack("<HH", 20, 20) + rest + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + words
        )
        body += b"PK\x03\x04" + struct.pack("<H", 20) + rest + words + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _overlapping() -> bytes:
    """A thousand entries of the directory share one file: 1 MiB packed as 1 GiB."""
    packed = zlib.compress(b"0123456789abcdef" * 4096, 9)[2:-4]
    one = _stored([("a.txt", packed, 65536, zlib.crc32(b"0123456789abcdef" * 4096))])
    at = one.index(b"PK\x01\x02")
    entry = one[at : one.index(b"PK\x05\x06")]
    directory = entry * 1000
    return one[:at] + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1000, 1000, len(directory), at, 0)


def _liar() -> bytes:
    """A member that claims 10 bytes and unpacks to 8 MiB."""
    packed = zlib.compress(b"0" * (8 << 20))[2:-4]
    return _stored(
        [
            ("a.txt", packed, 10, zlib.crc32(b"0000000000")),
            ("好.txt", _flat(ARTICLE), len(ARTICLE), zlib.crc32(ARTICLE)),
        ]
    )


def _flat(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


def _many(count: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for number in range(count):
            package.writestr(f"{number}.txt", b"x" if count > 5000 else ARTICLE)
    return stream.getvalue()


def _letter(**attachments: bytes) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "会议", "a@b.cn", "c@d.cn"
    message.set_content("第一条 甲")
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def _letters(depth: int) -> bytes:
    """A letter in a letter, written as text: the library's own writer would need the depth too."""
    data = _letter().as_bytes()
    for level in range(depth):
        head = f'MIME-Version: 1.0\nFrom: a@b.cn\nTo: a@b.cn\nSubject: {level}\nContent-Type: multipart/mixed; boundary="b{level}"\n\n'
        data = (
            head.encode()
            + f"--b{level}\nContent-Type: message/rfc822\n\n".encode()
            + data
            + f"\n--b{level}--\n".encode()
        )
    return data


def _letter_of_parts(count: int) -> bytes:
    head = b'MIME-Version: 1.0\nFrom: a@b.cn\nSubject: x\nContent-Type: multipart/mixed; boundary="b"\n\n'
    part = b"--b\nContent-Type: text/plain; charset=utf-8\n\n" + ARTICLE + b"\n"
    return head + part * count


def _own_copies(depth: int) -> bytes:
    data = old_formats.message("外", "第一条 甲", {})
    for _ in range(depth):
        data = old_formats.message("外", "第一条 甲", {"我.msg": data})
    return data


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        map(_chunk, (b"IHDR" + head, *chunks, b"IDAT" + zlib.compress(b"\0" * 10), b"IEND"))
    )


def _chunk(content: bytes) -> bytes:
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _tiff() -> bytes:
    """A picture of 8 pixels whose only page says that it is followed by itself."""
    tags = ((256, 3, 8), (257, 3, 1), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 150), (278, 3, 1), (279, 4, 8))
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return (b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 8)).ljust(
        150, b"\0"
    ) + b"\xff" * 8


def _bmp() -> bytes:
    return b"BM" + struct.pack("<IIIIiiHHIIIIII", 60, 0, 54, 40, 50_000, 50_000, 1, 24, 0, 6, 0, 0, 0, 0) + b"\0" * 6


def _pdf(*objects: bytes, tail: bytes = b"") -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % at for at in places
    )
    return (
        body + table + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, tail, len(body))
    )


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def _huge_page() -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10000000 10000000]/Contents 4 0 R>>"
    return _pdf(_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, b"<</Length 9>>stream\n0 0 m f\n\nendstream ")


def _deep_pages(depth: int) -> bytes:
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % number for number in range(3, depth + 3)]
    return _pdf(_CATALOG, *nodes, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>")


def _claimed_pages() -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"
    return _pdf(_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>", page)


def _pdf_bomb() -> bytes:
    packed = zlib.compress(zlib.compress(b" " * (128 << 20), 9), 9)
    stream = b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(packed) + packed + b"\nendstream "
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>"
    return _pdf(_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream)


def _calling_form() -> bytes:
    """A form that draws itself twice."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>"
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 10>>stream\n/X Do /X Do\nendstream "
    return _pdf(_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, form, b"<</Length 5>>stream\n/X Do\nendstream ")


def _looping_table() -> bytes:
    whole = specimens.pdf()
    at = whole.rindex(b"trailer")
    return whole[:at] + whole[at:].replace(b"/Size", b"/Prev %d /Size" % whole.rindex(b"xref\n0"), 1)


def _sheet(rows: str = "", after: str = "") -> bytes:
    """A workbook whose sheet has more rows, and more behind its cells."""
    from openpyxl import Workbook

    book, stream = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["A1"] = "第一条 甲"
    book.save(stream)
    made = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace("</sheetData>", f"{rows}</sheetData>{after}")
            new.writestr(name, text)
    return made.getvalue()


def _merged(areas: list[str]) -> bytes:
    return _sheet(after="<mergeCells>" + "".join(f'<mergeCell ref="{area}"/>' for area in areas) + "</mergeCells>")


def _document(body: str, styles: str = "") -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        if styles:
            package.writestr("word/styles.xml", f"<w:styles {space}>{styles}</w:styles>")
    return stream.getvalue()


_PARAGRAPH = "<w:p><w:r><w:t>第一条 甲</w:t></w:r></w:p>"


def _looping_styles() -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("AB", "BA")
    )
    return _document('<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>第一条 甲</w:t></w:r></w:p>', styles)


def _open_document(body: str, kind: str = "spreadsheet") -> bytes:
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
    return stream.getvalue()


_REPEATED = (
    '<table:table table:name="表"><table:table-row table:number-rows-repeated="9999999">'
    '<table:table-cell table:number-columns-repeated="9999999"><text:p>第一条 甲</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)


def _layered_ofd() -> bytes:
    """Steps between characters repeated a billion times, on a page that names a document outside the package."""
    whole = specimens.ofd()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'DeltaX="g \d+', b'DeltaX="g 999999999', old.read(name)))
    return stream.getvalue()


def _page(body: str) -> bytes:
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


_TEXT = "<p>第一条 甲。" + "为了规范管理，制定本办法。" * 20 + "</p>"
_ALIASES = "---\ntitle: &a [" + "x," * 9 + "x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [" + ",".join([f"*{chr(97 + n)}"] * 10) + "]\n" for n in range(9)
) + "---\n# 办法\n\n第一条 甲\n"  # fmt: skip

CASES = [
    # compound files
    Case(
        "循环扇区.doc",
        lambda: old_formats.compound({"WordDocument": b"\xec\xa5" + b"\1" * 9000}, loop=True),
        refused="",
    ),
    Case("循环目录.msg", _looping_directory, refused="", read=""),
    Case("自含存储.msg", _looping_storage, refused="", read=""),
    Case("扇区表两亿.doc", lambda: _header(44, 0x0FFFFFFF), refused=""),
    Case("目录在外.doc", lambda: _header(48, 0x7FFFFFF0), refused=""),
    Case(
        "扩展表循环.doc", lambda: _header(68, 0)[:72] + struct.pack("<I", 0x00FFFFFF) + _header(68, 0)[76:], refused=""
    ),
    Case("流两千兆.doc", _stream_of_gigabytes, refused="", read=""),
    Case("自附十层.msg", lambda: _own_copies(10), read="第一条 甲", warned="deeper than a document"),
    # archives
    Case("套娃.zip", lambda: _matryoshka(12), refused="unpack it"),
    Case("十二个一百兆.zip", _gigabytes, read="第一条 甲", warned="more than one file may hold"),
    Case("重叠.zip", _overlapping, refused="", read=""),
    Case("谎报大小.zip", _liar, read="好.txt\n第一条 甲"),
    Case("两万五千个.zip", lambda: _many(25_000), refused="too many parts: 25000 — "),
    Case("七百个.zip", lambda: _many(700), read="499.txt", warned="more than one file may hold"),
    Case("怪压缩.zip", lambda: _stored([("a.txt", b"xx", 2, 0)], method=99), refused="nothing in it can be read"),
    Case("加密.zip", lambda: _stored([("a.txt", b"x" * 20, 8, 0)], flags=1), refused="encrypted"),
    Case("只有文件夹.zip", lambda: archives.zipped({"甲/": b"", "乙/丙/": b""}), refused="nothing in it can be read"),
    Case(
        "上爬.zip",
        lambda: archives.zipped({"../../通知/办法.txt": ARTICLE}, "gb18030"),
        read="通知/办法.txt\n第一条 甲",
    ),
    Case(
        "绝对.zip",
        lambda: archives.zipped({"/etc/passwd.txt": ARTICLE, "C:\\甲.txt": ARTICLE}),
        read="etc/passwd.txt\n第一条 甲",
    ),
    Case(
        "炸弹.7z",
        lambda: archives.seven({"a.txt": b"0" * (2 << 20)}),
        refused="unpacks to more than it should: 2097152 — ",
    ),
    Case("半个.7z", lambda: archives.seven({"a.txt": ARTICLE * 90})[:-40], refused="the archive is damaged"),
    Case("炸弹.rar", lambda: archives.rar5({"a.txt": b"0"}, packed=True, size=1 << 40), refused="larger than"),
    Case("半个.rar", lambda: archives.rar5({"a.docx": specimens.docx()})[:5000], refused="", read=""),
    # letters
    Case("五十层.eml", lambda: _letters(50), read="主题", warned="deeper than a document"),
    Case("三千层.eml", lambda: _letters(3000), refused=""),
    Case("五千段.eml", lambda: _letter_of_parts(5000), read="第一条 甲"),
    Case(
        "上爬附件.eml", lambda: _letter(**{"../../办法.txt": ARTICLE}).as_bytes(), read="第一条 甲\n办法.txt\n第一条 甲"
    ),
    Case(
        "坏编码.eml",
        lambda: _letter().as_bytes().replace(b"base64", b"base65").replace(b"utf-8", b"utf-99"),
        read="会议",
    ),
    # pictures
    Case("五万.png", lambda: _png(50_000, 50_000), refused="larger than a scan: 2500000000 pixels — make it smaller"),
    Case("五万.bmp", _bmp, refused="larger than a scan"),
    Case("说明炸弹.png", lambda: _png(100, 100, b"zTXtx\0\0" + zlib.compress(b"0" * (80 << 20))), refused=""),
    Case("循环页.tif", _tiff, refused=""),
    Case(
        "半张.jpg",
        lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xc0\0\x0b\x08\x10\0\x10\0\1\1\x11\0",
        refused="damaged",
    ),
    # PDF
    Case("巨页.pdf", _huge_page, refused="no text"),
    Case("深树.pdf", lambda: _deep_pages(3000), refused=""),
    Case("二十亿页.pdf", _claimed_pages, refused=""),
    Case("炸弹.pdf", _pdf_bomb, refused=""),
    Case("自画.pdf", _calling_form, refused=""),
    Case("循环表.pdf", _looping_table, read="差旅费"),
    Case("半份.pdf", lambda: specimens.pdf()[: len(specimens.pdf()) // 2], refused="", read=""),
    # office files
    Case(
        "百万合并.xlsx",
        lambda: _merged([f"A{n}:B{n}" for n in range(2, 1_000_002)]),
        refused="merges more cells than one has: 400002 in 200001 areas — ",
    ),
    Case(
        "整表合并.xlsx",
        lambda: _merged(["A1:XFD1048576"]),
        refused="merges more cells than one has: 17179869184 in 1 areas — ",
    ),
    Case("天边一格.xlsx", lambda: _sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), read="第一条 甲"),
    Case(
        "天边一格.xls",
        lambda: old_formats.xls({(0, 0): "第一条 甲", (65535, 255): 1.0}, [(0, 65535, 0, 255)], False),
        read="第一条 甲",
    ),
    Case(
        "深嵌套.docx",
        lambda: _document("<w:sdt><w:sdtContent>" * 3000 + _PARAGRAPH + "</w:sdtContent></w:sdt>" * 3000),
        refused="damaged",
    ),
    Case("循环样式.docx", _looping_styles, read="第一条 甲"),
    Case(
        "跨列亿格.docx",
        lambda: _document(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>'
            + _PARAGRAPH
            + "</w:tc></w:tr></w:tbl>"
        ),
        read="第一条 甲",
    ),
    Case("重复亿格.ods", lambda: _open_document(_REPEATED), read="第一条 甲"),
    Case(
        "空格十亿.odt",
        lambda: _open_document('<text:p>第一条 甲<text:s text:c="9999999"/>乙</text:p>' * 50, "text"),
        read="第一条 甲",
    ),
    Case("步距十亿.ofd", _layered_ofd, read="差旅费"),
    Case(
        "二进制.rtf",
        lambda: b"{\\rtf1\\ansi\\ansicpg936 " + "第一条".encode("gbk") + b"{\\bin2147483647 x}\\par}",
        refused="",
        read="",
    ),
    Case("半份.doc", lambda: (Path(__file__).parent / "golden" / "notice.doc").read_bytes()[:3000], refused=""),
    # pages and text
    Case("十万层.html", lambda: _page("<div class=share>" * 100_000 + _TEXT), read="第一条"),
    Case(
        "跨行亿格.html",
        lambda: _page(
            "<table><tr><td colspan=999999999 rowspan=999999999>第一条 甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>"
        ),
        read="第一条 甲",
    ),
    Case("别名炸弹.md", _ALIASES.encode, read="第一条 甲"),
    Case(
        "一百万括号.txt",
        ("（" * 200_000 + "\n" + "第一条" * 60_000 + "\n" + "1." * 100_000 + "\n第二条 乙\n").encode,
        read="第二条 乙",
    ),
    Case("一行五兆.txt", ("二〇二一年三月九日至" * 170_000).encode, read="二〇二一年"),
    Case("一列引号.csv", lambda: b'a,b\n"' + "第一条 甲\n".encode() * 200_000, refused="cannot be told apart"),
    Case("组合符.txt", ("第一条 甲" + "\u0301" * 100_000 + "\n第二条 乙\n").encode, read="第二条 乙"),
]


GOOD = {"0好.docx": specimens.docx(), "好.html": specimens.html(), "龘好.xlsx": specimens.xlsx()}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What came of each file, and how long it took until the next one was there."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, data in [*((case.name, case.data()) for case in CASES), *GOOD.items()]:
        (folder / name).write_bytes(data)
    found = scan_folder(folder)
    results: Outcomes = {one.source: (one, 0.0) for one in found.failed}
    begun = time.monotonic()
    for one in read_many_files(found.files):
        results[one.source] = (one, time.monotonic() - begun)
        begun = time.monotonic()
    return results


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_is_lost_of_the_others(outcomes: Outcomes) -> None:
    assert len(CASES) >= 40
    assert set(outcomes) == {case.name for case in CASES} | set(GOOD)
    for name in GOOD:
        assert isinstance(outcomes[name][0], Document), outcomes[name][0]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_each_is_read_within_its_limits_or_refused_in_words(case: Case, outcomes: Outcomes) -> None:
    found, seconds = outcomes[case.name]
    assert seconds < SECONDS
    if isinstance(found, Document):
        assert case.read is not None, f"read: {found.text[:80]!r}"
        assert case.read in found.text
        assert len(found.text) < MOST_TEXT
        assert case.warned in " ".join(found.warnings)
        return
    assert case.refused is not None, found.reason
    assert case.refused in found.reason
    assert "Traceback" not in found.reason
    what, _, do = found.reason.partition(" — ")
    assert what, found.reason
    assert do, found.reason
    assert len(found.reason) < 500
