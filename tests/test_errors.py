"""Errors are one readable line: what, the value seen, what to do; and the tree at the top of errors.py is the one there is."""

from __future__ import annotations

import importlib
import re
from itertools import pairwise

import errors
from errors import SuyuanError


def test_an_error_names_what_the_value_and_the_next_step() -> None:
    assert str(SuyuanError("the port is taken", 7860, "give another with --port")) == (
        "the port is taken: 7860 — give another with --port"
    )


def test_a_long_value_is_cut() -> None:
    assert str(SuyuanError("the question is too long", "问" * 10_000)) == f"the question is too long: {'问' * 80}…"


def test_the_public_names_are_sorted_and_all_there() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert errors.__all__ == sorted(defined)


def drawn_tree() -> dict[str, str]:
    """Each class named in the drawing with the one that it hangs on."""
    above: dict[int, str] = {}
    tree: dict[str, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│├└─ ]*)([A-Z]\w+) {2,}\S", line):
            depth = len(found[1]) // 4
            above[depth] = found[2]
            tree[found[2]] = above[depth - 1] if depth else ""
    return tree


def real_tree(top: type[SuyuanError]) -> dict[str, str]:
    tree: dict[str, str] = {}
    for below in top.__subclasses__():
        if below.__module__.split(".")[0] not in ("tests", "conftest"):
            tree |= {below.__name__: top.__name__} | real_tree(below)
    return tree


def test_the_tree_drawn_is_the_tree_there_is() -> None:
    for room in ("web.app", "web.service", "assistant.chain", "index.local", "eval.run"):
        importlib.import_module(room)
    assert drawn_tree() == {"SuyuanError": ""} | real_tree(SuyuanError)


def test_every_class_says_what_the_drawing_says() -> None:
    told = [line.split("  ")[-1].strip() for line in (errors.__doc__ or "").splitlines()]
    for name in errors.__all__[:-1]:
        meaning = (getattr(errors, name).__doc__ or "").removesuffix(".")
        assert meaning[0].lower() + meaning[1:] in [line[0].lower() + line[1:] for line in told if line], name
    assert all(a < b for a, b in pairwise(errors.__all__))
