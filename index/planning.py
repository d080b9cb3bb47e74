"""What separates a corpus from an index, and whether that index can be gone on with. Knows nothing of how an index is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.types import Scan, SourceFile
from errors import EncoderMismatch

if TYPE_CHECKING:
    from index.types import Encoder

# What reads, divides and finds the documents of an index, as a number that is raised by hand: an index made with another one is
# built anew, which for a million passages takes hours, so a comment or a quicker loop must not raise it. It has to be raised when
# the same file gives another text, outline, metadata, passages, links or terms: tests/index/test_reading_version.py tells when,
# and `python -m tests.index.remake` records it. How files on disk and tables on servers are laid out has its own number: FORMAT.
READING_VERSION = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What separates a corpus from a generation, by source."""

    added: tuple[SourceFile, ...]
    changed: tuple[SourceFile, ...]
    removed: tuple[str, ...]
    unchanged: int

    @property
    def stale_sources(self) -> frozenset[str]:
        """The sources whose documents no longer count."""
        return frozenset(self.removed) | {file.source for file in self.changed}


def plan_changes(documents: dict[str, str], scan: Scan) -> Plan:
    """Files against the SHA-256 that a generation has of them. What could not be looked at stays as it was."""
    added = tuple(file for file in scan.files if file.source not in documents)
    changed = tuple(f for f in scan.files if f.source in documents and documents[f.source] != f.sha256)
    present = {file.source for file in scan.files}
    gone = (source for source in documents if source not in present)
    removed = tuple(sorted(source for source in gone if not scan.may_hold(source)))
    return Plan(added, changed, removed, len(scan.files) - len(added) - len(changed))


def encoder_mismatch(place: object, made_with: str, encoder: Encoder) -> EncoderMismatch:
    """The error for an index made with another encoder, or with another release of the same one."""
    if made_with == encoder.name:
        return EncoderMismatch(
            "the index was made with another release of its encoder", made_with,
            f"bring it up to date: python -m index update CORPUS_DIR --out {place}",
        )  # fmt: skip
    return EncoderMismatch(
        f"the index was made with another encoder than {encoder.name}", made_with,
        f"build it again: python -m index build CORPUS_DIR --out {place} --encoder {encoder.name}",
    )  # fmt: skip
