"""No two modules of the product import each other in a circle, at the top of a file or inside a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("corpus", "index", "assistant", "prompts", "web", "eval")
BESIDE = ("errors", "cli", "settings", "database")


def product_modules() -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    files = [*ROOT.glob("*.py"), *(file for room in (*ROOMS, "database") for file in (ROOT / room).rglob("*.py"))]
    return {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f for f in files}


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each module imported, with the name taken out of it (empty for the module itself)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name their room"
            yield from ((node.module or "", alias.name) for alias in node.names)


def import_graph(modules: dict[str, Path]) -> dict[str, set[str]]:
    """Which modules of the product each one imports, lazily or not."""
    graph = {}
    for name, file in modules.items():
        found = set()
        for module, taken in imported_names(ast.parse(file.read_text(encoding="utf-8"))):
            found.add(f"{module}.{taken}" if f"{module}.{taken}" in modules else module)
        graph[name] = (found & modules.keys()) - {name}
    return graph


def test_no_module_imports_itself_by_way_of_others() -> None:
    modules = product_modules()
    assert len(modules) > 100
    try:
        list(TopologicalSorter(import_graph(modules)).static_order())
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(error.args[1]))


def test_what_stands_beside_the_rooms_imports_none_of_them() -> None:
    graph = import_graph(product_modules())
    assert {name: graph[name] - set(BESIDE) for name in BESIDE} == {name: set() for name in BESIDE}
