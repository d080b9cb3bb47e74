"""Archives other than .zip: what is in them, names that climb, and the limits that hold for every kind."""

import shutil

import pytest
import rarfile

from corpus.readers import kinds, read_bytes
from corpus.readers.bundle import DEPTH_LIMIT, member_name
from errors import ReadError
from tests.corpus import archives, specimens
from tests.corpus.specimens import TITLE

FILES = {"通知/办法.docx": specimens.docx(), "说明.txt": "第一条 说明".encode()}
NO_PROGRAM = not any(map(shutil.which, ("unrar", "unar", "7z", "7zz", "bsdtar")))


@pytest.mark.parametrize("make", [archives.seven, archives.rar5], ids=["7z", "rar"])
class TestEveryKind:
    """What holds for each."""

    def test_each_file_stands_under_its_name(self, make) -> None:  # type: ignore[no-untyped-def]
        data = make(FILES)
        assert kinds.kind_of(data) in ("sevenzip", "rar")
        for name in ("a.7z", "a.rar", "a.zip"):  # the bytes decide
            text = read_bytes(name, data).text
            assert text.startswith("通知/办法.docx\n" + TITLE)
            assert text.endswith("说明.txt\n第一条 说明\n")

    def test_names_that_climb_stay_names(self, make) -> None:  # type: ignore[no-untyped-def]
        raw = read_bytes(
            "a.zip", make({"../../etc/办法.txt": "第一条 甲".encode(), "/根/..\\乙.txt": "第二条 乙".encode()})
        )
        assert raw.text == "etc/办法.txt\n第一条 甲\n根/乙.txt\n第二条 乙\n"

    def test_archives_in_archives_end_at_the_limit(self, make) -> None:  # type: ignore[no-untyped-def]
        data = archives.zipped({"a.txt": "第一条 最里面".encode()})
        for level in range(DEPTH_LIMIT - 1):
            data = (make if level % 2 else archives.zipped)({f"里{level}": data, "外.txt": "第二条 外面".encode()})
        assert "最里面" in read_bytes("a.zip", data).text
        deeper = read_bytes("a.zip", make({"再里": data, "外.txt": "第二条 外面".encode()}))
        assert "最里面" not in deeper.text
        assert "deeper than a document" in " ".join(deeper.warnings)

    def test_a_damaged_file_costs_only_itself(self, make) -> None:  # type: ignore[no-untyped-def]
        raw = read_bytes(
            "a.zip", make({"坏.docx": specimens.docx()[:2000], "好.txt": "第一条 好".encode(), "~$锁.docx": b"x"})
        )
        assert raw.text == "好.txt\n第一条 好\n"
        assert [warning.split(" ")[0] for warning in raw.warnings] == ["坏.docx"]

    def test_a_bomb_is_refused(self, make) -> None:  # type: ignore[no-untyped-def]
        data = make({"a.txt": b"0"}, size=2 << 30) if make is archives.rar5 else make({"a.txt": b"0" * (2 << 20)})
        with pytest.raises(ReadError, match=r"unpacks to more|larger than"):
            read_bytes("a.zip", data)

    def test_a_damaged_archive_is_refused(self, make) -> None:  # type: ignore[no-untyped-def]
        whole = make(FILES)
        for keep in (7, 12, 40, len(whole) // 2):
            with pytest.raises(ReadError, match=r"damaged|nothing in it"):
                read_bytes("a.7z", whole[:keep])


def test_a_password_is_told() -> None:
    with pytest.raises(ReadError, match="encrypted"):
        read_bytes("a.7z", archives.seven(FILES, password="x"))


def test_names_of_an_old_rar_in_gbk() -> None:
    raw = read_bytes("a.rar", archives.rar3({"..\\通知\\办法.txt".encode("gb18030"): "第一条 甲".encode()}))
    assert raw.text == "通知/办法.txt\n第一条 甲\n"


@pytest.mark.skipif(not NO_PROGRAM, reason="a program that unpacks .rar is installed")
def test_a_packed_rar_says_which_program_is_missing() -> None:
    with pytest.raises(ReadError, match=r"办法.txt — install unar or unrar"):
        read_bytes("a.rar", archives.rar5({"办法.txt": b"\x01\x02\x03"}, packed=True))


def test_a_packed_rar_goes_through_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A stand-in for unrar that prints what it is told to: the reader's side of the pipe is real."""
    program = tmp_path / "unrar"
    program.write_text("#!/bin/sh\n[ \"$1\" = p ] && printf '第一条 甲'\nexit 0\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(rarfile, "UNRAR_TOOL", str(program))
    monkeypatch.setattr(rarfile, "CURRENT_SETUP", None)
    words = "第一条 甲".encode()
    data = archives.rar5({"办法.txt": words}, packed=True)
    assert read_bytes("a.rar", data).text == "办法.txt\n第一条 甲\n"
    with pytest.raises(ReadError, match="damaged"):  # other bytes than the archive's checksum says
        read_bytes("a.rar", archives.rar5({"办法.txt": b"something else"}, packed=True))
    monkeypatch.setattr(rarfile, "CURRENT_SETUP", None)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a/./b.txt", "a/b.txt"),
        ("C:\\x\\a.txt", "C:/x/a.txt"),
        ("__MACOSX/a.txt", None),
        (".DS_Store", None),
        ("..", None),
    ],
)
def test_names_of_members(name: str, kept: str | None) -> None:
    assert member_name(name) == kept
