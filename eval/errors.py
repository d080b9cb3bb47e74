"""What can be wrong with a suite, a baseline or a results file, in one line. Knows nothing of commands."""

from __future__ import annotations

from corpus.errors import SuyuanError


class SuiteError(SuyuanError):
    """The suite folder, its suite.toml or a line of its cases.jsonl cannot be used."""


class ResultsError(SuyuanError):
    """A results or baseline file is missing, of another format, or damaged."""


class JudgeError(SuyuanError):
    """The judge has no model, or its answer cannot be understood."""
