"""An index says which reading code made it by a number that people raise: here stands what forces them to."""

from __future__ import annotations

import json

from index.planning import READING_VERSION
from tests.index.remake import FILE, HOW, digests

KEPT = json.loads(FILE.read_text("utf-8"))


def test_files_are_read_as_they_were_when_the_version_was_raised() -> None:
    now = digests()
    changed = [name for name, digest in KEPT["files"].items() if now.get(name) != digest]
    assert not changed, f"{', '.join(changed)}: read otherwise than by version {KEPT['version']}; {HOW}"
    assert set(now) == set(KEPT["files"]), f"files came or went: {HOW.rpartition('then ')[2]}"


def test_the_version_is_that_of_the_golden_file() -> None:
    assert KEPT["version"] == READING_VERSION, HOW.rpartition("then ")[2]
