"""What an operator watches: figures for Prometheus, whether the chat is ready, log lines as JSON. Knows nothing of contents.

No question, answer, name or title is ever counted or logged here: only how many, how long and how it ended.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.types import Answer
from errors import SuyuanError
from index.types import IndexHandle
from web.store import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
REMEMBERED = 2.0  # seconds for which readiness is not asked again: probes come often, and from several sides
PROBE = "一"  # a search for a word that most documents hold reaches every server there is
TOLD = ("status", "mode", "generation", "timings_ms")
log = logging.getLogger("suyuan.answers")


class Metrics:
    """The figures of one process."""

    def __init__(self, handle: IndexHandle) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter("suyuan_answers", "Answers by how they ended", ["status"], registry=self.registry)
        self._failed = Counter(
            "suyuan_failures", "Questions that ended without an answer", ["kind"], registry=self.registry
        )
        self._stages = Histogram(
            "suyuan_stage_seconds",
            "Seconds of each stage of an answer",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._working = Gauge("suyuan_answers_in_progress", "Answers being made", registry=self.registry)
        index = Gauge("suyuan_index_generation", "Generation of the index that is searched", registry=self.registry)
        passages = Gauge("suyuan_index_passages", "Passages of that generation", registry=self.registry)
        index.set_function(lambda: handle.current().generation)
        passages.set_function(lambda: handle.current().passage_count)

    @contextmanager
    def count_working(self) -> Iterator[None]:
        """While an answer is made; counts the kind of error that ended it."""
        with self._working.track_inprogress():
            try:
                yield
            except GeneratorExit:
                self._failed.labels("left").inc()  # the person closed the page
                raise
            except SuyuanError as error:
                self._failed.labels(type(error).__name__).inc()
                raise
            except Exception:
                self._failed.labels("fault").inc()
                raise

    def count_answer(self, answer: Answer) -> None:
        """Count an answer, and log how it ended."""
        self._answers.labels(answer.status).inc()
        for stage, milliseconds in answer.timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        told = {name: getattr(answer, name) for name in TOLD}
        log.info("answered", extra={"told": told | {"citations": len(answer.citations)}})

    def exposition_text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


class Readiness:
    """Whether questions can be answered now: the index is searched, the database answers."""

    def __init__(self, handle: IndexHandle, store: Store) -> None:
        self._parts: dict[str, Callable[[], object]] = {
            "index": lambda: handle.current().search(PROBE, 1), "database": store.ping_database,
        }  # fmt: skip
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, bool]] = (-REMEMBERED, {})

    def parts_ready(self) -> dict[str, bool]:
        """Which parts are ready."""
        with self._lock:
            when, known = self._known
            if time.monotonic() - when >= REMEMBERED:
                known = {name: _works_now(ask) for name, ask in self._parts.items()}
                self._known = (time.monotonic(), known)
            return known


def _works_now(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:
        logging.getLogger("suyuan.web").warning("not ready", exc_info=True)
        return False
    return True


class JsonLines(logging.Formatter):
    """Log records as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record: when, how grave, whose, what, and what was told with it."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": when, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(form: str) -> None:
    """Log warnings, and as JSON lines how each answer ended too, on stderr."""
    handler = logging.StreamHandler()
    if form == "json":
        handler.setFormatter(JsonLines())
        log.setLevel(logging.INFO)
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
