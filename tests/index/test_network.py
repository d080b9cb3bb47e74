"""The built-in network: numpy repeats torch, offsets stay true, relevance prefers the text that answers."""

from __future__ import annotations

import itertools

import numpy as np

from corpus.types import Passage
from index.encoders.characters import Alphabet, fold
from index.encoders.convolution import ConvolutionalReader
from index.encoders.matching import common_runs
from index.encoders.pairing import pair_rows
from index.encoders.windows import SIZE, built_in, cut
from index.rerank import load_reranker

FEE = "办理居住证不收取费用。补领、换领居住证的，每证收取工本费二十元。"
BUS = "公交车首班时间为六时三十分，末班时间为二十二时。"


def passage(text: str, title: str, number: int) -> Passage:
    return Passage(str(number), str(number), f"{number}.txt", title, 0, len(text), text, "")


def test_numpy_repeats_torch() -> None:
    import torch

    from index.training.network import Reader, Shape

    reader = built_in().reader
    network = Reader(Shape(len(reader.alphabet), len(reader.alphabet.bigrams) + 1))
    state = {}
    for name, value in network.state_dict().items():
        if name == "bigram.weight":
            table = reader.bigrams(np.arange(value.shape[0], dtype=np.int32))
            state[name] = torch.from_numpy(table)
            continue
        own = reader._weights[name]
        state[name] = torch.from_numpy(own.T.copy() if reader._is_matrix(name) else own)
    network.load_state_dict(state)
    network.eval()
    rows = pair_rows(reader.alphabet, reader.silent, "补领居住证收多少钱？", [("收费", FEE), ("", BUS)])
    relevance, spans = reader.read(rows)
    with torch.no_grad():
        same_relevance, same_spans = network(
            tuple(map(torch.from_numpy, rows.asked)), tuple(map(torch.from_numpy, rows.text))
        )
    assert np.abs(same_relevance.numpy() - relevance).max() < 1e-3
    assert np.abs(same_spans.numpy() - spans)[rows.text[0] != 0].max() < 1e-3


def test_folding_keeps_the_length() -> None:
    text = "Ａ１㈱ ½\u3000ｶﾞ《办法》"
    assert len(fold(text)) == len(text)
    assert fold(text).startswith("a1")


def test_runs_in_common_reach_through_both_texts() -> None:
    alphabet = Alphabet("补领居住证费。", np.zeros(1, dtype=np.int32))
    silent = np.array([character == "。" for character in "     补领居住证费。"])
    over_text, over_question = common_runs(alphabet.encode("居住证费"), alphabet.encode("补居住证。费")[None], silent)
    assert over_text.tolist() == [[0, 3, 3, 3, 0, 1]]
    assert over_question.tolist() == [[3, 3, 3, 1]]


def test_windows_cover_the_text_without_gaps() -> None:
    text = ("一句话不长。" * 300)[:1601]
    windows = cut(text)
    assert windows[0][0] == 0
    assert windows[-1][1] == len(text)
    assert all(end - start <= SIZE for start, end in windows)
    assert all(later[0] < earlier[1] for earlier, later in itertools.pairwise(windows))


def test_the_network_and_the_ranker_prefer_the_text_that_answers() -> None:
    passages = [passage(BUS, "公交通告", 1), passage(FEE, "居住证收费标准", 2)]
    question = "补领居住证的工本费是多少元？"
    bus, fee = built_in().read(question, passages)
    assert fee.relevance > bus.relevance
    reranker = load_reranker("built-in")
    assert reranker is not None
    scores = reranker.scores(question, passages, [0.5, 0.5])
    assert scores[1] == 1.0
    assert scores[0] < 1.0


def test_a_damaged_file_is_refused_by_its_reader(tmp_path: object) -> None:
    from pathlib import Path

    import pytest
    from safetensors import SafetensorError

    file = Path(str(tmp_path)) / "model.safetensors"
    file.write_bytes(b"not weights")
    with pytest.raises(SafetensorError):
        ConvolutionalReader(file)
