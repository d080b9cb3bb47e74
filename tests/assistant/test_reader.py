"""The shipped network: windows keep their offsets, the text that answers is preferred, a damaged file is one clear line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.reader import Reader, shipped_reader
from assistant.reader.session import MODEL_FOLDER
from assistant.reader.windows import WINDOW_TOKENS, header_of, load_tokenizer, passage_pieces, windows_of
from assistant.reading.units import best_span
from assistant.retrieval.orders import order_named, search_order
from corpus.types import Passage
from errors import StoreError
from index.types import Hit

FEE = "办理居住证不收取费用。补领、换领居住证的，每证收取工本费二十元。"
BUS = "公交车首班时间为六时三十分，末班时间为二十二时。"


def passage(text: str, title: str) -> Passage:
    return Passage(title, title, f"{title}.txt", title, 0, len(text), text, "", ("第一章 总则",))


def test_pieces_of_windows_stand_where_they_say() -> None:
    tokenizer = load_tokenizer(MODEL_FOLDER / "tokenizer.json")
    text = "Ａ区㈱的补贴，\u3000每户１０万元；\n（二）其他。" * 60
    windows = windows_of(tokenizer, "补贴多少？", [passage(text, "办法")])
    assert len(windows) > 1
    assert all(len(window.ids) <= WINDOW_TOKENS for window in windows)
    covered = sorted(offset for window in windows for offset in window.offsets)
    assert covered[0][0] == 0
    assert covered[-1][1] == len(text)
    pieces = passage_pieces(tokenizer, header_of("办法", ()), "每户补贴10万元。")
    assert "".join("每户补贴10万元。"[a:b] for a, b in pieces.offsets) == "每户补贴10万元。"


def test_the_text_that_answers_is_preferred_and_its_words_are_found() -> None:
    bus, fee = shipped_reader().read_passages(
        "补领居住证的工本费是多少元？", [passage(BUS, "公交通告"), passage(FEE, "居住证收费标准")]
    )
    assert fee.relevance > bus.relevance
    assert len(fee.evidence) == len(fee.start) == len(FEE)
    assert fee.evidence.max() > bus.evidence.max()
    span = best_span(fee)
    assert span is not None
    assert "二十元" in FEE[span[1] : span[2] + 2]


def test_a_long_passage_is_read_to_its_end() -> None:
    text = BUS * 60 + FEE
    (found,) = shipped_reader().read_passages("补领居住证的工本费是多少元？", [passage(text, "汇编")])
    assert int(np.argmax(found.evidence)) >= len(text) - len(FEE)


def test_an_empty_passage_is_no_evidence() -> None:
    (found,) = shipped_reader().read_passages("补贴多少？", [passage("", "空")])
    assert len(found.evidence) == 0
    assert best_span(found) is None


@pytest.mark.parametrize("name", ["reader.onnx", "tokenizer.json", "reader.json"])
def test_a_missing_or_damaged_file_is_named(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:100])
    with pytest.raises(StoreError, match=name) as caught:
        Reader(folder)
    assert "\n" not in str(caught.value)
    (folder / name).unlink()
    with pytest.raises(StoreError, match=name):
        Reader(folder)


def test_another_version_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    description = json.loads((folder / "reader.json").read_text("utf-8"))
    (folder / "reader.json").write_text(json.dumps({**description, "format": 99}), "utf-8")
    with pytest.raises(StoreError, match="another version"):
        Reader(folder)


def test_the_order_of_candidates_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert order_named("built-in") is None
    assert order_named("none") is search_order
    assert search_order("问", [Hit(passage(FEE, "a"), 0.5, 1), Hit(passage(BUS, "b"), 0.2, 2)]) == [0.5, 0.2]
    with pytest.raises(StoreError, match="name a folder"):
        order_named(str(tmp_path / "no-such-model"))
