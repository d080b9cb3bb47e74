"""Token counts: the spans that fit a budget are found without counting them, and never wrongly."""

import random

import pytest

from corpus import tokens

WORDS = [
    *[
        "人民政府",
        "主管部门",
        "应当",
        "按照",
        "本条例",
        "规定",
        "的",
        "责任",
        "龘",
        "𠮷",
        "〇",
        "20",
        "2021",
        "12345",
        "第",
        "条",
        "常务委员会",
        "Policy",
        "the",
        "GDP",
        "é",
    ],
    *["，。；、（）《》〔〕", "\n", "\n\n", "\u3000", "……", "——", "5%"],
]


@pytest.mark.parametrize("seed", range(40))
def test_a_budget_holds_what_the_encoding_says_it_holds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(tokens, "_BLOCK", chance.choice([1, 2, 7, 1 << 15]))
    text = "".join(chance.choice(WORDS) for _ in range(chance.randrange(1, 500)))
    budget = chance.randrange(1, 300)
    known = tokens.TokenBudget(text, budget)
    for _ in range(40):
        start = chance.randrange(len(text))
        end = chance.randrange(start + 1, len(text) + 1)
        if end - start > budget:
            assert known.count_span(start, end) == tokens.count_tokens(text[start:end])
        assert known.holds_span(start, end) == (tokens.count_tokens(text[start:end]) <= budget), text[start:end]


def test_an_empty_text_fits_any_budget() -> None:
    assert tokens.TokenBudget("", 1).holds_span(0, 0)


def test_tokens_meet_no_character_halfway() -> None:
    """What the bound rests on: characters are whole before words are made, and a word never holds a part of a character."""
    characters = [rank for token, rank in tokens.load_ranks().items() if _text(token) and len(_text(token)) == 1]
    words = [rank for token, rank in tokens.load_ranks().items() if len(_text(token)) > 1]
    parts = {token: rank for token, rank in tokens.load_ranks().items() if not _text(token) and len(token) > 1}
    assert max(characters) < min(words)
    assert max(parts.values()) < min(rank for rank in characters if rank >= 256)
    assert all(token[0] >= 0xC2 and all(0x80 <= byte < 0xC0 for byte in token[1:]) for token in parts)


def _text(token: bytes) -> str:
    try:
        return token.decode()
    except UnicodeDecodeError:
        return ""
