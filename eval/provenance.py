"""What a result was made from: commit, code, settings, prompts, corpus and index, as fingerprints. Knows nothing of scores."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings import ROOT, Settings

if TYPE_CHECKING:
    from eval.suite import Suite
    from index.types import IndexHandle

# settings that can change an answer; addresses, keys and paths are nobody's business in a file kept in git
TOLD = (
    "encoder",
    "reranker",
    "passage_tokens",
    "model",
    "model_context_tokens",
    "model_answer_tokens",
    "unsupported",
    "question_characters",
    "language",
)
ROOMS = ("corpus", "index", "assistant", "prompts")


def run_header(suite: Suite, settings: Settings, handle: IndexHandle | None, only: frozenset[str]) -> dict[str, Any]:
    """Everything that says what the results of a run are results of; no time and no path, so that it repeats."""
    commit, dirty = git_revision()
    return {
        "suite": suite.name,
        "cases": suite.count,
        "only": sorted(only),
        "suite_fingerprint": suite.fingerprint,
        "corpus_fingerprint": corpus_fingerprint(suite.corpus),
        "index_fingerprint": index_fingerprint(handle) if handle else "",
        "commit": commit,
        "dirty": dirty,
        "code": code_fingerprint(),
        "settings": {name: getattr(settings, name) for name in TOLD},
        "prompts": prompt_fingerprints(),
    }


def git_revision() -> tuple[str, bool]:
    """The commit checked out and whether tracked files differ from it; ("", False) outside a git repository."""
    try:
        commit = _run_git("rev-parse", "HEAD")
        return commit, bool(_run_git("status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):
        return "", False


def _run_git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def code_fingerprint() -> str:
    """A digest of the code, the prompts and the built-in models that make an answer."""
    files = (
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "documents" not in path.parts
    )
    return _digest_lines(f"{path.relative_to(ROOT).as_posix()} {_file_digest(path)}" for path in sorted(files))


def prompt_fingerprints() -> dict[str, str]:
    """The first twelve digits of each prompt's SHA-256, by its file's name; the judge's makes no answer and is left out."""
    files = (path for path in (ROOT / "prompts").glob("*.md") if path.stem != "judge")
    return {path.name: _file_digest(path)[:12] for path in sorted(files)}


def corpus_fingerprint(folder: Path) -> str:
    """A digest of the names and bytes of a corpus folder's files."""
    from corpus.folder import scan_folder

    return _digest_lines(
        f"{file.source} {file.sha256}" for file in sorted(scan_folder(folder).files, key=lambda f: f.source)
    )


def index_fingerprint(handle: IndexHandle) -> str:
    """A digest of the documents an index holds and of how they were divided."""
    held = handle.current().documents()
    return _digest_lines(
        f"{d.source} {d.sha256} {d.characters} {d.passages}" for d in sorted(held, key=lambda d: d.source)
    )


def _file_digest(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _digest_lines(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
