"""Sets apart the documents that a suite leaves out: a copy of the others in the data folder. Knows nothing of cases or answers.

A folder of documents is indexed whole, so a suite over a part of it needs a folder that holds that part alone.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from errors import SuiteError
from eval.suite import Suite


def select_documents(suite: Suite, place: Path) -> Suite:
    """The suite over a copy, in a folder under `place`, of the documents that it does not exclude; as it is if it excludes none.

    A copy that holds the same bytes is left alone, so that its index stays fresh. Raises SuiteError for a pattern that no
    document matches, and when nothing is left.
    """
    if not suite.exclude:
        return suite
    sources = {path.relative_to(suite.corpus).as_posix(): path for path in _files_below(suite.corpus)}
    for pattern in suite.exclude:
        if not any(fnmatchcase(source, pattern) for source in sources):
            raise SuiteError("exclude matches no document", pattern, f"correct it in {suite.folder / 'suite.toml'}")
    kept = {
        source: path
        for source, path in sources.items()
        if not any(fnmatchcase(source, pattern) for pattern in suite.exclude)
    }
    if not kept:
        raise SuiteError("exclude leaves no document", ", ".join(suite.exclude), "name fewer")
    target = place / f"{suite.name}-documents"
    _mirror_files(kept, target)
    return replace(suite, corpus=target.resolve())


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _mirror_files(files: dict[str, Path], target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in _files_below(target):
        if path.relative_to(target).as_posix() not in files:
            path.unlink()
    for source, path in files.items():
        copy = target / source
        if not copy.is_file() or copy.read_bytes() != path.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
