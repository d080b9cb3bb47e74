"""Whether one span answers by itself: what is weighed, and what is shown."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.reader import PassageReading, shipped_reader
from assistant.reader.training.calibrate_reading import Choice, fit_conciseness
from assistant.reading.conciseness import NAMES, conciseness_features, span_alone
from assistant.reading.logistic import LogisticWeights, probability
from assistant.reading.types import ReadingWeights
from assistant.understanding.analysis import analyse_question

TEXT = "第八条 对新认定的高新技术企业，给予一次性奖励30万元。第九条 奖励资金应当在公示后三十日内拨付。"


def read_at(start: int, end: int, evidence: tuple[int, int]) -> PassageReading:
    """A reading whose best span is [start, end) and whose evidence lies in the characters given."""
    first, last = np.full(len(TEXT), -20.0, dtype=np.float32), np.full(len(TEXT), -20.0, dtype=np.float32)
    first[start] = last[end - 1] = 5.0
    shown = np.zeros(len(TEXT), dtype=np.float32)
    shown[slice(*evidence)] = 0.9
    return PassageReading(2.0, first, last, shown)


def test_features_say_how_much_of_the_evidence_and_of_the_sentence_a_span_is() -> None:
    start = TEXT.index("30万元")
    analysis = analyse_question("高新技术企业奖励多少钱？")
    narrow = conciseness_features(
        analysis, TEXT, read_at(start, start + 4, (start, start + 4)), (-0.1, start, start + 4)
    )
    assert set(narrow) == set(NAMES)
    assert narrow["inside"] == pytest.approx(1.0)
    assert (narrow["value"], narrow["list"]) == (1.0, 0.0)
    wide = conciseness_features(analysis, TEXT, read_at(start, start + 4, (0, len(TEXT))), (-0.1, start, start + 4))
    assert wide["inside"] == pytest.approx(4 / len(TEXT), abs=0.01)
    sentence = TEXT.index("第九条")
    whole = conciseness_features(analysis, TEXT, read_at(0, sentence, (0, sentence)), (-0.1, 0, sentence))
    assert whole["share"] == 1.0 > narrow["share"]


def test_a_span_alone_holds_the_whole_of_the_value_it_touches() -> None:
    start = TEXT.index("30万元")
    assert TEXT[slice(*span_alone(TEXT, (-0.1, start, start + 2)))] == "30万元"


def test_log_odds_are_the_weighted_sum_and_name_a_weight_that_is_missing() -> None:
    weights = LogisticWeights({"intercept": -1.0, "span": 2.0})
    assert weights.log_odds({"span": 0.5}) == 0.0
    assert probability(0.0) == 0.5
    with pytest.raises(KeyError, match="length"):
        weights.log_odds({"length": 1.0})


def test_the_shipped_network_carries_a_weight_for_every_feature() -> None:
    weights = ReadingWeights.from_metadata(shipped_reader().metadata)
    assert set(weights.conciseness.weights) == {"intercept", *NAMES}


def test_conciseness_learns_which_side_is_worth_more(capsys: pytest.CaptureFixture[str]) -> None:
    """Half of the choices have all the evidence inside the span and are better as a span, half the other way round."""
    sure = [Choice((-0.1, 0.9, 1.0, 0.0, 2.0, 0.3, 0.0), 1.0, 0.4, "values")] * 20
    unsure = [Choice((-3.0, 0.1, 0.0, 1.0, 2.0, 0.3, 5.0), 0.2, 0.9, "lists")] * 20
    weights = LogisticWeights(fit_conciseness([*sure, *unsure]))
    assert weights.log_odds(dict(zip(NAMES, sure[0].features, strict=True))) > 0
    assert weights.log_odds(dict(zip(NAMES, unsure[0].features, strict=True))) < 0
    printed = capsys.readouterr().out
    assert "values, 20: F of the span 1.000, of the sentences 0.400, chosen 1.000" in printed
