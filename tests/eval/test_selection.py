"""A suite over a part of a folder of documents."""

import json
from pathlib import Path

import pytest

from errors import SuiteError
from eval.selection import select_documents
from eval.suite import Suite, load_suite

CASE = {"id": "1", "question": "问", "answers": ["甲"]}


def made(tmp_path: Path, exclude: object) -> Suite:
    """A suite over three documents, two of them in folders."""
    for name in ("a.md", "one/b.md", "two/c.md"):
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE), encoding="utf-8")
    (tmp_path / "suite.toml").write_text(f"exclude = {json.dumps(exclude)}\n", encoding="utf-8")
    return load_suite(tmp_path)


def held(suite: Suite) -> dict[str, str]:
    files = (path for path in suite.corpus.rglob("*") if path.is_file())
    return {path.relative_to(suite.corpus).as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_a_suite_that_leaves_nothing_out_reads_its_own_folder(tmp_path: Path) -> None:
    suite = made(tmp_path, [])
    assert select_documents(suite, tmp_path / "data") is suite
    assert not (tmp_path / "data").exists()


def test_the_copy_holds_the_rest_and_follows_the_folder(tmp_path: Path) -> None:
    suite = made(tmp_path, ["one/*"])
    chosen = select_documents(suite, tmp_path / "data")
    assert chosen.corpus != suite.corpus
    assert held(chosen) == {"a.md": "a.md", "two/c.md": "two/c.md"}
    untouched = (chosen.corpus / "a.md").stat().st_mtime_ns
    (suite.corpus / "two" / "c.md").write_text("changed", encoding="utf-8")
    (suite.corpus / "d.md").write_text("new", encoding="utf-8")
    assert held(select_documents(suite, tmp_path / "data")) == {"a.md": "a.md", "two/c.md": "changed", "d.md": "new"}
    assert (chosen.corpus / "a.md").stat().st_mtime_ns == untouched
    (suite.corpus / "d.md").unlink()
    assert "d.md" not in held(select_documents(suite, tmp_path / "data"))


def test_documents_named_on_the_command_line_are_read_whole(tmp_path: Path) -> None:
    suite = made(tmp_path, ["one/*"])
    assert load_suite(tmp_path, suite.corpus).exclude == ()


@pytest.mark.parametrize(
    ("exclude", "told"),
    [(["three/*"], "matches no document"), (["*"], "leaves no document"), ("one/*", "not a list"), ([1], "not a list")],
)
def test_what_cannot_be_left_out_is_named(tmp_path: Path, exclude: object, told: str) -> None:
    with pytest.raises(SuiteError, match=told):
        select_documents(made(tmp_path, exclude), tmp_path / "data")
