"""Documents from a list and from an object store: fetched once, followed when they change, never taken for deleted by mistake."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus import copies
from corpus.copies import folder_of
from corpus.folder import scan_folder
from errors import CorpusError

SPRING, SUMMER = "# 春江市稳岗补贴办法\n\n每人五百元。\n", "# 夏河县人才公寓细则\n\n硕士可以申请。\n"


def held(folder: Path) -> dict[str, str]:
    """The documents that an index would be made of."""
    return {file.source: Path(file.path).read_text(encoding="utf-8") for file in scan_folder(folder).files}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "县").mkdir(parents=True)
    (folder / "春江.md").write_text(SPRING, encoding="utf-8")
    (folder / "县" / "夏河.md").write_text(SUMMER, encoding="utf-8")
    return folder


def test_a_folder_is_itself(documents: Path, tmp_path: Path) -> None:
    assert folder_of(documents, tmp_path / "copies") == documents
    assert not (tmp_path / "copies").exists()


def test_a_list_is_followed(documents: Path, tmp_path: Path) -> None:
    named = documents / "list.txt"
    named.write_text(f"\ufeff# 本月\n春江.md\n\n{documents / '县' / '夏河.md'}\n", encoding="utf-8")
    absolute = (documents / "县" / "夏河.md").as_posix()[1:]
    copy = folder_of(named, tmp_path / "copies")
    assert held(copy) == {"春江.md": SPRING, absolute: SUMMER}
    untouched = (copy / absolute).stat().st_mtime_ns
    (documents / "春江.md").write_text(SPRING + "补充。\n", encoding="utf-8")
    assert held(folder_of(named, tmp_path / "copies"))["春江.md"] == SPRING + "补充。\n"
    assert (copy / absolute).stat().st_mtime_ns == untouched
    named.write_text("春江.md\n", encoding="utf-8")
    assert held(folder_of(named, tmp_path / "copies")).keys() == {"春江.md"}
    assert not (copy / absolute).parent.exists()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("春江.md\n秋山.md\n", r"a listed document is not there: .*:2 秋山.md"),
        ("", "the list names no document"),
        ("# 春江.md\n", "the list names no document"),
        ("ftp://somewhere/春江.md\n", "cannot be fetched from such an address: ftp://"),
    ],
)
def test_a_list_that_cannot_be_followed_changes_nothing(documents: Path, tmp_path: Path, lines: str, said: str) -> None:
    named = documents / "list.txt"
    named.write_text("春江.md\n县/夏河.md\n", encoding="utf-8")
    copy = folder_of(named, tmp_path / "copies")
    before = held(copy)
    named.write_text(lines, encoding="utf-8")
    with pytest.raises(CorpusError, match=said):
        folder_of(named, tmp_path / "copies")
    assert held(copy) == before


def test_two_lines_of_one_name_are_refused(documents: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "春江.md").write_text(SUMMER, encoding="utf-8")
    (documents / "list.txt").write_text("春江.md\n春江.md\n", encoding="utf-8")
    assert held(folder_of(documents / "list.txt", tmp_path / "copies")) == {"春江.md": SPRING}
    (tmp_path / "春江.md").write_text(SPRING, encoding="utf-8")
    (tmp_path / "other" / "list.txt").write_text("春江.md\n../春江.md\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"would have one name: .*:2"):
        folder_of(tmp_path / "other" / "list.txt", tmp_path / "copies")


def test_a_fetch_that_breaks_off_goes_on_where_it_was(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = documents / "list.txt"
    named.write_text("春江.md\n县/夏河.md\n", encoding="utf-8")
    real = copies._fetch_document

    def broken(one: copies.Original, target: Path) -> None:
        if "夏河" in one.source:
            raise CorpusError("the address does not answer")
        real(one, target)

    with monkeypatch.context() as patched:
        patched.setattr(copies, "_fetch_document", broken)
        with pytest.raises(CorpusError):
            folder_of(named, tmp_path / "copies")
    assert held(folder_of(named, tmp_path / "copies")) == {"春江.md": SPRING, "县/夏河.md": SUMMER}


class Bucket:
    """A bucket of an S3 server on loopback, as its owner changes it; the server can go away and come back."""

    def __init__(self) -> None:
        from moto.server import ThreadedMotoServer

        self.server: Any = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        host, port = self.server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"

    def client(self) -> Any:
        import boto3

        return boto3.client("s3")

    def put(self, key: str, text: str) -> None:
        self.client().put_object(Bucket="policies", Key=key, Body=text.encode())


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    pytest.importorskip("moto.server", reason="pip install -e '.[dev]'")
    s3fs = pytest.importorskip("s3fs")
    made = Bucket()
    for name, value in {
        "AWS_ENDPOINT_URL": made.endpoint, "AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "of-the-test",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    made.client().create_bucket(Bucket="policies")
    made.put("2024/春江.md", SPRING)
    made.put("2024/县/夏河.md", SUMMER)
    made.put("2025/秋山.md", "# 秋山\n")
    yield made
    made.server.stop()
    s3fs.S3FileSystem.clear_instance_cache()


def test_an_object_store_is_followed(bucket: Bucket, tmp_path: Path) -> None:
    place, kept = "s3://policies/2024", tmp_path / "copies"
    copy = folder_of(place, kept)
    assert held(copy) == {"春江.md": SPRING, "县/夏河.md": SUMMER}
    untouched = (copy / "县" / "夏河.md").stat().st_mtime_ns
    bucket.put("2024/春江.md", SPRING.replace("五", "八"))  # as many bytes as before
    assert held(folder_of(place, kept)) == {"春江.md": SPRING.replace("五", "八"), "县/夏河.md": SUMMER}
    assert (copy / "县" / "夏河.md").stat().st_mtime_ns == untouched
    bucket.client().delete_object(Bucket="policies", Key="2024/县/夏河.md")
    assert held(folder_of(place, kept)).keys() == {"春江.md"}
    (tmp_path / "list.txt").write_text("s3://policies/2025/秋山.md\n", encoding="utf-8")
    assert held(folder_of(tmp_path / "list.txt", kept)) == {"policies/2025/秋山.md": "# 秋山\n"}


def test_a_store_that_goes_away_deletes_nothing(bucket: Bucket, tmp_path: Path) -> None:
    place, kept = "s3://policies/2024", tmp_path / "copies"
    copy = folder_of(place, kept)
    before = held(copy)
    for missing in ("s3://policies/2023", "s3://other/2024"):
        with pytest.raises(CorpusError, match=r"there is no(thing| document) .*: s3://"):
            folder_of(missing, kept)
    bucket.client().delete_object(Bucket="policies", Key="2024/春江.md")
    bucket.client().delete_object(Bucket="policies", Key="2024/县/夏河.md")
    with pytest.raises(CorpusError, match="there is no document under the address: s3://policies/2024"):
        folder_of(place, kept)
    assert held(copy) == before
    bucket.server.stop()
    with pytest.raises(CorpusError, match=r"does not answer .*: s3://policies/2024 — nothing was taken for deleted"):
        folder_of(place, kept)
    assert held(copy) == before


def test_an_address_without_its_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(CorpusError, match="package for such addresses is missing"):
        folder_of("s3://policies/2024", tmp_path)
