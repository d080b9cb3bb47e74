"""Reads files in a child process under limits of memory and time, so that no file takes the caller down.

Knows nothing of formats or of folders. A child reads many files; one that dies or hangs is replaced and only its file is lost.
Several children share the cores. Requests and answers are JSON lines: nothing that is received is executed.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any

from corpus.readers.layout import Line, Page
from corpus.types import Document, FailedFile, Metadata, Node, SourceFile, Value
from errors import ReadError

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 300.0
MEMORY = 4 << 30
# A child is replaced after so many files: parsers of old formats leak.
_FILES = 500
_ANSWER_LIMIT = 512 << 20


class Worker:
    """A child process that reads files. A context manager; the child starts with the first file."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read_file(self, file: SourceFile) -> Document | FailedFile:
        """The document in a file, or why there is none."""
        found = self._ask_child({"source": file.source, "path": file.path})
        return FailedFile(file.source, found["failed"]) if "failed" in found else document_from_dict(found["document"])

    def read_scanned_page(self, path: Path, page: int) -> Page | None:
        """A page (from 1) of a scan as OCR reads it, None for one that is no scan. Raises ReadError."""
        found = self._ask_child({"source": path.name, "path": str(path), "page": page})
        if "failed" in found:
            raise ReadError("the page cannot be read", found["failed"])
        if found["page"] is None:
            return None
        width, height, lines, slant = found["page"]
        return Page(width, height, [Line(*line) for line in lines], slant=slant)

    def _ask_child(self, request: dict[str, object]) -> dict[str, Any]:
        """The child's answer to a request, {"failed": reason} where there is none."""
        child = self._running_child()
        try:
            requests, answers = _pipes_of(child)
            requests.write(json.dumps(request).encode() + b"\n")
            requests.flush()
            answer = self._read_answer(answers)
        except TimeoutError:
            self.close()
            return {"failed": f"reading it took longer than {self._seconds:g} s and was stopped — split it"}
        except MemoryError:
            self.close()
            return {"failed": "its text is larger than any document's — split it"}
        except OSError:
            answer = b""
        if not answer.endswith(b"\n"):
            code = child.wait(timeout=10) if child.poll() is not None or not answer else None
            self.close()
            return {
                "failed": f"the reader broke down on it ({_cause_of_death(code)}) — save it again from its own program"
            }
        self._served += 1
        if self._served >= _FILES:
            self.close()
        found: dict[str, Any] = json.loads(answer)
        return found

    def stop(self) -> None:
        """Ends the child from another thread: the one that waits for an answer is told that there is none."""
        child = self._child
        if child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)

    def close(self) -> None:
        """Ends the child and everything it started."""
        self.stop()
        child, self._child, self._served = self._child, None, 0
        if child is None:
            return
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            self._child = subprocess.Popen(
                [sys.executable, "-m", "corpus.worker", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"},
            )
        return self._child

    def _read_answer(self, pipe: IO[bytes]) -> bytes:
        """One line from the child; what there is of it when the child ends. Raises TimeoutError."""
        end = time.monotonic() + self._seconds
        parts: list[bytes] = []
        size = 0
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise TimeoutError
            part = os.read(pipe.fileno(), 1 << 20)
            parts.append(part)
            size += len(part)
            if size > _ANSWER_LIMIT:
                raise MemoryError
            if not part or part.endswith(b"\n"):
                return b"".join(parts)


class Workers:
    """Several workers that read files at a time, each file in one of them. A context manager; a child starts when it is needed.

    Each child has its own limits: together they may take `count` times a child's memory.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._workers = [Worker() for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="corpus-worker")

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown()
        for worker in self._workers:
            worker.close()

    def submit_file(self, file: SourceFile) -> Future[Document | FailedFile]:
        """The document in a file, or why there is none, as soon as a worker has read it."""
        return self._threads.submit(self._read_file, file)

    def _read_file(self, file: SourceFile) -> Document | FailedFile:
        worker = self._idle.get()
        try:
            return worker.read_file(file)
        finally:
            self._idle.put(worker)


def _pipes_of(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise BrokenPipeError
    return child.stdin, child.stdout


def _cause_of_death(code: int | None) -> str:
    if code is None:
        return "no answer"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def document_from_dict(values: dict[str, Any]) -> Document:
    """The Document of what `dataclasses.asdict` made of one."""
    metadata: dict[str, Any] = {
        key: Value(**value) for key, value in values["metadata"].items() if isinstance(value, dict)
    }
    metadata["replaces"] = tuple(Value(**value) for value in values["metadata"]["replaces"])
    return Document(
        **{
            **values,
            "outline": tuple(Node(*node) for node in values["outline"]),
            "metadata": Metadata(**metadata),
            "pages": tuple(values["pages"]),
            "warnings": tuple(values["warnings"]),
        }
    )


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there the time limit alone holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer_request(request: dict[str, Any]) -> dict[str, Any]:
    """What a request asks for: a whole document, or one page of a scan."""
    from corpus.document import read_document
    from corpus.readers import read_scanned_page

    if "page" not in request:
        return {"document": asdict(read_document(SourceFile(request["source"], request["path"], 0, "")))}
    page = read_scanned_page(request["source"], Path(request["path"]).read_bytes(), request["page"])
    return {"page": page and [page.width, page.height, page.lines, page.slant]}


def _serve_requests(memory: int) -> None:
    """The child: a request a line on stdin, an answer a line on what was stdout; nothing a library prints gets between."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit_memory(memory)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            answer = _answer_request(request)
        except ReadError as error:
            answer = {"failed": str(error)}
        except MemoryError:
            answer = {"failed": "reading it takes more memory than it may — split it"}
        except RecursionError:
            answer = {"failed": "it is nested deeper than a document is — check its origin"}
        except Exception as error:  # whatever a parser trips over belongs to its file
            answer = {
                "failed": f"the reader tripped over it ({type(error).__name__}: {error})"[:300] + " — save it again"
            }
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    _serve_requests(int(sys.argv[1]))
