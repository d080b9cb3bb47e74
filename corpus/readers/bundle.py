"""One text out of several: a letter with its attachments, an archive with its files. Knows nothing of formats.

Each part stands under its name as a heading, so that a citation says which file it is from. Limits hold for all parts together,
whatever lies in what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module

from corpus.decoding import clean_text
from corpus.outline import Heading, Table
from corpus.readers import kinds
from corpus.readers.raw import Raw
from errors import ReadError

FILE_LIMIT = 500
BYTE_LIMIT = 1 << 30
DEPTH_LIMIT = 4
HOLDERS = frozenset(("archive", "sevenzip", "rar", "mail", "message"))
_DEEPEST = 6
_CONTROL = re.compile("[\0-\x1f\x7f]+")


@dataclass(slots=True)
class Budget:
    """What a file may still unpack: shared by everything in it. `depth` is how many files lie around this one."""

    files: int = FILE_LIMIT
    bytes: int = BYTE_LIMIT
    depth: int = 0
    warnings: list[str] = field(default_factory=list)

    def take_file(self, size: int) -> bool:
        """Whether another file of this size may be read; if so it is counted."""
        if self.files < 1 or size > self.bytes:
            return False
        self.files -= 1
        self.bytes -= size
        return True


class Bundle:
    """Collects parts and makes one text of them."""

    def __init__(self, title: str, budget: Budget | None) -> None:
        self.title = title
        self.budget = budget or Budget()
        self._parts: list[tuple[str, Raw]] = []

    def add_text(self, raw: Raw) -> None:
        """Text of the whole itself, under no heading."""
        self._parts.append(("", raw))

    def add_file(self, name: str, data: bytes) -> None:
        """A file of the bundle. One that cannot be read is named in a warning, as is each beyond the limits."""
        name = "/".join(_safe_parts(_CONTROL.sub("", name).strip())) or "附件"
        if not data.strip(b" \t\r\n\0"):
            return
        if not self.budget.take_file(len(data)):
            self.leave_out("what comes after the limit", "more than one file may hold")
            return
        try:
            self._parts.append((name, self._read_member(name, data)))
        except ReadError as error:
            self.leave_out(name, str(error))
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # one damaged attachment does not cost the letter
            self.leave_out(name, type(error).__name__)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been read so far."""
        return not self._parts

    def _read_member(self, name: str, data: bytes) -> Raw:
        from corpus import readers

        kind = kinds.kind_of(data)
        if kind not in HOLDERS:
            return readers.read_bytes(name, data)
        if self.budget.depth + 1 >= DEPTH_LIMIT:
            raise ReadError("files lie in files deeper than a document does", DEPTH_LIMIT, "unpack it")
        inner = import_module(f"corpus.readers.{kind}")
        self.budget.depth += 1
        try:
            raw: Raw = inner.read_raw(data, self.budget)
            return raw
        finally:
            self.budget.depth -= 1

    def leave_out(self, name: str, reason: str) -> None:
        """Says that a file of the bundle was left out, and why."""
        warning = f"{name} was left out: {reason}"
        if warning not in self.budget.warnings:
            self.budget.warnings.append(warning)

    def to_raw(self) -> Raw:
        """Everything, one part after the other. Raises ReadError when nothing in it could be read."""
        if not self._parts:
            raise ReadError(
                "nothing in it can be read", "; ".join(self.budget.warnings)[:160] or "no files", "unpack it"
            )
        pieces: list[str] = []
        headings: list[Heading] = []
        tables: list[Table] = []
        warnings: list[str] = []
        at = 0
        for name, raw in self._parts:
            if name:
                headings.append(Heading(at, 1))
                pieces.append(clean_text(name) + "\n")
                at += len(pieces[-1])
            deeper = 1 if name else 0
            headings += [Heading(at + h.start, min(_DEEPEST, h.level + deeper)) for h in raw.headings]
            tables += [_move_table(table, at) for table in raw.tables]
            pieces.append(raw.text if raw.text.endswith("\n") else raw.text + "\n")
            at += len(pieces[-1])
            warnings += [f"{name}: {warning}" if name else warning for warning in raw.warnings]
        outermost = self.budget.depth == 0
        return Raw(
            "".join(pieces),
            title=self.title,
            headings=tuple(headings),
            tables=tuple(tables),
            warnings=tuple(dict.fromkeys([*warnings, *(self.budget.warnings if outermost else ())])),
        )


def member_name(name: str) -> str | None:
    """An archive's member by its path below the archive, whatever its name climbs to; None for what no person put there.

    That is what systems and editors leave: hidden files, `__MACOSX`, the locks of an office program.
    """
    parts = _safe_parts(name)
    if not parts or parts[0] == "__MACOSX" or parts[-1].startswith((".", "~$")):
        return None
    return "/".join(parts)


def _safe_parts(name: str) -> list[str]:
    """The parts of a path, those left out that lead nowhere or upwards."""
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]


def _move_table(table: Table, by: int) -> Table:
    rows = tuple((start + by, end + by) for start, end in table.rows)
    return table._replace(start=table.start + by, end=table.end + by, rows=rows)
