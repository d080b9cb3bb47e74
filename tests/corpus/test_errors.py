"""Errors are one readable line: what, the value seen, what to do."""

from corpus.errors import SuyuanError


def test_an_error_names_what_the_value_and_the_next_step() -> None:
    assert str(SuyuanError("the port is taken", 7860, "give another with --port")) == (
        "the port is taken: 7860 — give another with --port"
    )


def test_a_long_value_is_cut() -> None:
    assert str(SuyuanError("the question is too long", "问" * 10_000)) == f"the question is too long: {'问' * 80}…"
