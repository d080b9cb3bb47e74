"""Adds documents to the corpus folder and takes them away, and brings the index up to date. Knows nothing of screens.

One change at a time, in a thread of its own; the chat goes on answering from the generation it has. A file that is replaced
or removed is moved to `removed/` in the data folder, never deleted.
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cli import Progress
from corpus.types import FailedFile
from errors import SuyuanError
from index.types import BuildSummary
from settings import Settings
from web.http_errors import Refusal

log = logging.getLogger("suyuan.web")

UPLOADS = "uploads"  # folder inside the corpus that takes what is added
MOST_NAME = 120
MOST_FILES = 100
Update = Callable[[Progress], BuildSummary]


@dataclass
class Job:
    """How far an update of the index is."""

    id: str
    text: str = ""
    done: int = 0
    total: int = 0
    finished: bool = False
    error: SuyuanError | None = None
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[FailedFile, ...] = field(default=())


def safe_name(name: str) -> str:
    """A file name that is only a name: no folders, no control or direction characters, not hidden, of bounded length.

    Raises Refusal when nothing is left of it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(" .~$")
    stem, dot, suffix = kept.rpartition(".")
    if not dot or not stem or not suffix:
        raise Refusal("file.name", seen=name[:80])
    return f"{stem[: MOST_NAME - len(suffix)]}.{suffix}"


def index_update(settings: Settings) -> Update:
    """What brings the index of these settings up to date."""

    def update_now(progress: Progress) -> BuildSummary:
        from assistant.prepare import index_place
        from index.build import update_index
        from index.encoders import load_encoder

        encoder = load_encoder(settings.encoder)
        return update_index(
            settings.corpus,
            index_place(settings),
            encoder=encoder,
            passage_tokens=settings.passage_tokens,
            progress=progress,
        )

    return update_now


class Library:
    """The documents of one chat. `update` brings the index up to date with the corpus folder."""

    def __init__(self, settings: Settings, update: Update, failed: tuple[FailedFile, ...] = ()) -> None:
        self.settings, self.update, self.failed = settings, update, failed
        self._jobs: dict[str, Job] = {}
        self._turn = threading.Lock()

    def job_of(self, job: str) -> Job:
        """How far a change is. Raises KeyError for one that is not known."""
        return self._jobs[job]

    def file_of(self, source: str) -> Path:
        """Where a document of the corpus is. Raises KeyError for a path that leads out of the corpus folder."""
        root = self.settings.corpus.resolve()
        path = (root / source).resolve()
        if not path.is_relative_to(root):
            raise KeyError(source)
        return path

    def add_files(self, files: Sequence[tuple[str, Path]]) -> Job:
        """Moves files (name, where they were received) into the corpus. Raises Refusal for a name or kind not taken."""
        from corpus.readers import READERS, has_reader

        if not 1 <= len(files) <= MOST_FILES:
            raise Refusal("file.count", seen=len(files), most=MOST_FILES)
        named = [(safe_name(name), path) for name, path in files]
        for name, _ in named:
            if not has_reader(name):
                raise Refusal("file.kind", seen=name, known=" ".join(READERS))
        folder = self.settings.corpus / UPLOADS
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, path in named:
                self._set_aside(folder / name)
                beside = folder / f".{uuid.uuid4().hex}.part"
                beside.write_bytes(path.read_bytes())
                beside.replace(folder / name)
        except OSError as error:
            raise Refusal("folder.written", 500, why=error.strerror) from None
        return self._start_job()

    def remove_document(self, source: str) -> Job:
        """Takes a document out of the corpus. Raises Refusal when it is not in the corpus folder."""
        path = self.file_of(source)
        if not path.is_file():
            raise Refusal("file.none", 404, seen=source)
        try:
            self._set_aside(path)
        except OSError as error:
            raise Refusal("file.moved", 500, seen=source, why=error.strerror) from None
        return self._start_job()

    def _set_aside(self, path: Path) -> None:
        if not path.exists():
            return
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        folder = self.settings.data / "removed" / f"{moment}-{uuid.uuid4().hex[:6]}"
        folder.mkdir(parents=True)
        (folder / path.name).write_bytes(path.read_bytes())  # the data folder may be on another disk
        path.unlink()

    def _start_job(self) -> Job:
        job = Job(uuid.uuid4().hex)
        while len(self._jobs) > 200:
            self._jobs.pop(next(iter(self._jobs)))
        self._jobs[job.id] = job
        threading.Thread(target=self._run_job, args=(job,), name="index-update", daemon=True).start()
        return job

    def _run_job(self, job: Job) -> None:
        def note_progress(text: str, done: int, total: int) -> None:
            job.text, job.done, job.total = text, done, total

        try:
            with self._turn:
                summary = self.update(note_progress)
            job.added, job.changed, job.removed, job.failed = (
                summary.added,
                summary.changed,
                summary.removed,
                summary.failed,
            )
            self.failed = summary.failed
        except SuyuanError as error:
            job.error = error
        except Exception:
            log.exception("an update of the index failed")
            job.error = Refusal("update.failed", 500)
        finally:
            job.finished = True
