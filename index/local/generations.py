"""Generations: made beside the served one, published in one step, cleaned when nobody reads them. Knows nothing of content."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path
from types import TracebackType

from errors import IndexDamaged, IndexMissing
from index.local import disk, manifest
from index.local.manifest import Manifest, SegmentRecord

FOLDER = re.compile(r"gen-(\d{6,})")


def generation_numbers(index_dir: Path) -> list[int]:
    """The numbers of every generation folder, whole or not, ascending."""
    return sorted(int(m[1]) for entry in index_dir.iterdir() if (m := FOLDER.fullmatch(entry.name)))


class Publisher:
    """One new generation in the making. The caller holds the writer lock; leaving without `publish` removes it."""

    def __init__(self, index_dir: Path) -> None:
        """Clears what a killed writer left, and takes the next number."""
        self.index_dir = index_dir
        clean_generations(index_dir)
        taken = generation_numbers(index_dir)
        self.generation = 1 + (taken[-1] if taken else self._last_served())
        self.folder = index_dir / manifest.folder_name(self.generation)
        self.published = False

    def _last_served(self) -> int:
        try:
            return int(manifest.parse_current_line(manifest.current_line(self.index_dir), self.index_dir)[0][4:])
        except (IndexMissing, IndexDamaged):
            return 0

    def __enter__(self) -> Publisher:
        self.folder.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.published:
            shutil.rmtree(self.folder, ignore_errors=True)

    def link_segment(self, base: Path, record: SegmentRecord) -> None:
        """Carry an immutable segment of another generation into this one."""
        for name in record.files:
            target = self.folder / record.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            disk.link_or_copy(base / record.folder / name, target)
        for folder in {(self.folder / record.folder / name).parent for name in record.files}:
            disk.sync_folder(folder)

    def publish(self, new: Manifest) -> None:
        """Write the manifest, see every name onto the disk, and make this the generation that is served."""
        data = new.to_bytes()
        disk.write_file(self.folder / manifest.NAME, [data])
        disk.sync_folder(self.folder)
        disk.sync_folder(self.index_dir)
        current = self.index_dir / manifest.CURRENT
        before = current.read_bytes() if current.exists() else None
        line = f"{self.folder.name} {disk.checksum(data):016x}\n"
        try:
            disk.replace_file(current, line.encode())
        except BaseException:
            # The new name may stand though the disk has not confirmed it. Both generations are whole; go back to the old.
            with contextlib.suppress(OSError):
                if before is None:
                    current.unlink(missing_ok=True)
                elif current.read_bytes() != before:
                    disk.replace_file(current, before)
            self.published = current.exists() and current.read_bytes() == line.encode()
            raise
        self.published = True
        clean_generations(self.index_dir)


def clean_generations(index_dir: Path) -> None:
    """Remove every generation that is neither served nor held by a reader. The caller holds the writer lock.

    What cannot be removed now is left for the next writer: it takes room, and is never read.
    """
    try:
        served = manifest.parse_current_line(manifest.current_line(index_dir), index_dir)[0]
    except IndexMissing:
        served = ""
    except IndexDamaged:
        return
    for number in generation_numbers(index_dir):
        folder = index_dir / manifest.folder_name(number)
        if folder.name != served:
            with contextlib.suppress(OSError):
                remove_generation(folder)


def remove_generation(folder: Path) -> None:
    """Remove a generation that is not served, unless a reader holds it."""
    path = folder / manifest.NAME
    if path.exists():
        held = disk.try_lock(path, shared=False)
        if held is None:
            return
        # The manifest goes first: a reader that comes late finds no generation rather than half of one.
        path.unlink(missing_ok=True)
        os.close(held)
    shutil.rmtree(folder, ignore_errors=True)
