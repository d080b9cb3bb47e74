"""Files made to do harm, and files that are merely broken: each costs at most itself."""

import io
import os
import random
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.document import assemble_document
from corpus.folder import read_many_files, scan_folder, shown_name
from corpus.passages import split_passages
from corpus.readers import read_bytes
from corpus.types import Document, FailedFile, SourceFile
from corpus.worker import Worker, document_from_dict
from errors import ReadError
from tests.corpus import specimens

GOOD = {
    "a.html": specimens.html(),
    "a.mhtml": specimens.mhtml(),
    "a.docx": specimens.docx(),
    "a.xlsx": specimens.xlsx(),
    "a.csv": specimens.csv(),
    "a.pptx": specimens.pptx(),
    "a.pdf": specimens.pdf(),
    "a.ofd": specimens.ofd(),
    "a.md": f"---\ntitle: {specimens.TITLE}\n---\n# 一\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |\n".encode(),
    "a.txt": "\n".join(specimens.AFTER).encode("gb18030"),
}


def _is_sound(name: str, data: bytes) -> None:
    """A damaged file is read as far as it goes or refused with a reason; what is read keeps every promise of a Document."""
    try:
        found = assemble_document(name, read_bytes(name, data), "")
    except ReadError:
        return
    assert not set(found.text) & set("\r\0\u200b\u202e\ufeff")
    for node in found.outline:
        assert 0 <= node.start <= node.end <= len(found.text)
    for passage in split_passages(found):
        assert passage.text == found.text[passage.start : passage.end]
    assert list(found.pages) == sorted(found.pages)


@pytest.mark.parametrize("name", sorted(GOOD))
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 40), keep=st.floats(0.0, 1.0), cut=st.booleans())
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_damaged_files(name: str, seed: int, changes: int, keep: float, cut: bool) -> None:
    rng = random.Random(seed)
    data = bytearray(GOOD[name])
    for _ in range(changes):
        data[rng.randrange(len(data))] = rng.randrange(256)
    _is_sound(name, bytes(data[: int(len(data) * keep)]) if cut else bytes(data))


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.ofd", "a.xlsx"])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
def test_damage_inside_a_package(name: str, seed: int) -> None:
    """Bytes of the parts change and the package around them stays whole, so the damage reaches the parsers."""
    rng = random.Random(seed)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD[name])) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.infolist():
            data = bytearray(old.read(member))
            for _ in range(rng.choice((0, 0, 1, 3))):
                place = rng.randrange(len(data))
                data[place : place + rng.randrange(3)] = rng.randbytes(rng.randrange(4))
            new.writestr(member.filename, bytes(data))
    try:
        _is_sound(name, stream.getvalue())
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        pytest.fail(f"{type(error).__name__} is no reason a person can read: {error}")


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_as_text(data: bytes) -> None:
    _is_sound("a.txt", data)
    _is_sound("a.md", data)


@given(
    st.text(
        alphabet="第一二三十条章节（）()1２.、①附件表：。；\n \u3000#|-《》〔2021〕号年月日自起施行有效期", max_size=300
    )
)
@settings(max_examples=200)
def test_any_structure_as_text(text: str) -> None:
    _is_sound("a.txt", text.encode())
    _is_sound("a.md", text.encode())


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\0" * (300 << 20))
    return stream.getvalue()


def _entities() -> bytes:
    lol = '<!DOCTYPE l [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document/>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", lol)
    return stream.getvalue()


def _encrypted_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(72, 700, "hidden")
    canvas.save()
    return stream.getvalue()


def _looping_pdf() -> bytes:
    """Its page tree is its own child."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9999>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def _climbing_ofd() -> bytes:
    """Its document lies outside the package."""
    stream = io.BytesIO()
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>../../etc/hosts</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", _bomb(), "unpacks to"),
        ("a.docx", _entities(), "entities"),
        ("a.pdf", _encrypted_pdf(), "encrypted"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        ("a.ofd", _climbing_ofd(), "damaged"),
        ("a.pdf", specimens.pdf()[:900], "damaged"),
        ("a.docx", specimens.docx()[:5000], "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\nnothing", "damaged"),
        ("a.txt", b"\0\1\2\3" * 500, "not a text file"),
        ("a.txt", b"", "empty"),
        ("a.html", b"<html><body><script>x</script></body></html>", "no text"),
    ],
)
def test_each_refusal_has_its_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        assemble_document(name, read_bytes(name, data), "")


def test_a_page_tree_that_loops_ends() -> None:
    started = time.thread_time()  # a busy machine makes it no longer
    with pytest.raises(ReadError):
        assemble_document("a.pdf", read_bytes("a.pdf", _looping_pdf()), "")
    assert time.thread_time() - started < 20


def _file(folder: Path, name: str, data: bytes) -> SourceFile:
    path = folder / name
    path.write_bytes(data)
    return SourceFile(name, str(path), len(data), "")


def test_one_bad_file_costs_only_itself(tmp_path: Path) -> None:
    files = [
        _file(tmp_path, "1.docx", GOOD["a.docx"]),
        _file(tmp_path, "2.docx", _bomb()),
        _file(tmp_path, "3.html", GOOD["a.html"]),
    ]
    first, second, third = read_many_files(files)
    assert isinstance(first, Document)
    assert isinstance(second, FailedFile)
    assert "unpacks to" in second.reason
    assert isinstance(third, Document)
    here = assemble_document("1.docx", read_bytes("1.docx", GOOD["a.docx"]), first.sha256)
    assert first == here


def test_a_child_over_its_memory_loses_only_its_file(tmp_path: Path) -> None:
    """A table of 30 million cells under 500 MB; the next file is read as ever."""
    rows = ("甲," * 300 + "\n") * 100_000
    large = _file(tmp_path, "大.csv", rows.encode())
    small = _file(tmp_path, "小.csv", GOOD["a.csv"])
    with Worker(memory=500 << 20) as worker:
        failed, found = worker.read_file(large), worker.read_file(small)
    assert isinstance(failed, FailedFile)
    assert "memory" in failed.reason or "broke down" in failed.reason
    assert isinstance(found, Document)


def test_a_child_over_its_time_is_stopped(tmp_path: Path) -> None:
    """A named pipe that nobody writes to never ends."""
    os.mkfifo(tmp_path / "等.csv")
    waiting = SourceFile("等.csv", str(tmp_path / "等.csv"), 0, "")
    small = _file(tmp_path, "小.csv", GOOD["a.csv"])
    with Worker(seconds=3) as worker:
        failed, found = worker.read_file(waiting), worker.read_file(small)
    assert failed == FailedFile("等.csv", "reading it took longer than 3 s and was stopped — split it")
    assert isinstance(found, Document)


def test_a_reading_that_is_broken_off_ends_its_children(tmp_path: Path) -> None:
    """Whoever takes documents may stop: a file that never ends must not keep him waiting (a test that waits is ended)."""
    first = _file(tmp_path, "1.csv", GOOD["a.csv"])
    os.mkfifo(tmp_path / "2.csv")
    reading = read_many_files([first, SourceFile("2.csv", str(tmp_path / "2.csv"), 0, "")], children=2)
    assert isinstance(next(reading), Document)
    reading.close()  # type: ignore[attr-defined]


def test_files_shared_by_children_come_in_order(tmp_path: Path) -> None:
    files = [
        _file(tmp_path, f"{n}{suffix}", GOOD[f"a{suffix}"]) for n in range(3) for suffix in (".docx", ".txt", ".csv")
    ]
    found = list(read_many_files(files, children=2))
    assert [one.source for one in found] == [file.source for file in files]
    assert all(isinstance(one, Document) for one in found)


def test_a_document_survives_the_pipe() -> None:
    import json
    from dataclasses import asdict

    found = assemble_document("a.pdf", read_bytes("a.pdf", GOOD["a.pdf"]), "")
    assert document_from_dict(json.loads(json.dumps(asdict(found)))) == found


def test_names_links_and_hidden_files(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    (folder / "子").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("外面", "utf-8")
    (folder / "子" / "好.txt").write_text("里面", "utf-8")
    (folder / ".hidden.txt").write_text("x", "utf-8")
    (folder / "~$锁.docx").write_text("x", "utf-8")
    (folder / "坏\n名\u202e.txt").write_text("x", "utf-8")
    (folder / "出去.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "回去").symlink_to(tmp_path, target_is_directory=True)
    (folder / "程序.exe").write_bytes(b"MZ")
    found = scan_folder(folder)
    assert [file.source for file in found.files] == ["子/好.txt"]
    reasons = {failed.source: failed.reason for failed in found.failed}
    assert set(reasons) == {"坏\\n名\\u202e.txt", "出去.txt", "程序.exe"}
    assert "control characters" in reasons["坏\\n名\\u202e.txt"]
    assert "out of the corpus folder" in reasons["出去.txt"]
    assert "no reader" in reasons["程序.exe"]


def test_a_template_page_named_ten_thousand_times_is_read_once() -> None:
    plain = specimens.ofd(template="某某市财政局文件专用笺第八号")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as package, zipfile.ZipFile(stream, "w") as made:
        for name in package.namelist():
            data = package.read(name)
            made.writestr(
                name, data.replace(b'<ofd:Template TemplateID="7"/>', b'<ofd:Template TemplateID="7"/>' * 10_000)
            )
    assert read_bytes("a.ofd", stream.getvalue()).text == read_bytes("a.ofd", plain).text


def test_one_nul_in_a_short_text_is_left_out() -> None:
    assert read_bytes("a.txt", "第一条 甲\0乙".encode()).text == "第一条 甲乙"


def test_names_as_people_have_them(tmp_path: Path) -> None:
    names = [
        "关于\xa0办法.txt",
        "\u3000通知.txt",
        "表格😀👨\u200d👩.txt",
        "反\u202e向.txt",
        "A.txt",
        "a.txt",
        "長" * 83 + ".txt",
    ]
    for name in [*names, "e\u0301.txt", "\u00e9.txt", "n\u0303.txt"]:
        (tmp_path / name).write_text(f"第一条 {name}", "utf-8")
    found = scan_folder(tmp_path)
    assert not found.failed
    # Of two names that differ in their Unicode form alone each keeps its own; one that stands alone is in NFC.
    assert {file.source for file in found.files} == {*names, "e\u0301.txt", "\u00e9.txt", "\u00f1.txt"}
    documents = list(read_many_files(found.files))
    assert len({one.id for one in documents if isinstance(one, Document)}) == len(names) + 3


def test_names_are_shown_without_what_turns_or_hides_words() -> None:
    assert shown_name("反\u202e向\u200b.txt") == "反\\u202e向\\u200b.txt"
    assert shown_name("关于\xa0办法😀👨\u200d👩.txt") == "关于\xa0办法😀👨\u200d👩.txt"
    assert shown_name("行\n\udcff.txt") == "行\\n\\udcff.txt"


def test_a_file_with_a_texts_name_that_is_another_kind_is_read_by_a_child(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(GOOD["a.docx"])
    found = next(read_many_files(scan_folder(tmp_path).files))
    assert isinstance(found, Document)
    assert found.title == specimens.TITLE
