"""The cross-encoder at work: a question and passages in, PassageReadings out; knows nothing of queries or of answers.

An int8 ONNX file read by onnxruntime with two threads. Loading executes nothing; the first question loads it.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.reader.types import PassageReading
from assistant.reader.windows import PAD, Window, load_tokenizer, windows_of
from corpus.types import Passage
from errors import StoreError

MODEL_FOLDER = Path(__file__).parent / "model"
FORMAT = 1  # of reader.json; raised when the inputs or the outputs of the network change their meaning
THREADS = 2  # an answer is for one person; more threads gain nothing on the machines this is made for
BATCH_PIECES = 1600  # of one run of the network: windows of about the same length together, small enough for the cache
NOWHERE = -30.0  # logit of a character at which no piece begins or ends


class Reader:
    """The network with its tokenizer, from a folder. Safe to use from many threads."""

    def __init__(self, folder: Path) -> None:
        """Loads both. Raises StoreError when a file is missing, damaged or of another format."""
        try:
            import onnxruntime
        except ImportError:
            raise StoreError("the reader needs onnxruntime", "not installed", "pip install onnxruntime") from None
        again = "restore the files of the project's release"
        try:
            self.metadata: dict[str, Any] = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise StoreError("the reader's description cannot be read", folder / "reader.json", again) from None
        if self.metadata.get("format") != FORMAT:
            seen = f"{folder / 'reader.json'}: format {self.metadata.get('format')}, needed {FORMAT}"
            raise StoreError("the reader is of another version", seen, again)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(THREADS, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        file = folder / "reader.onnx"
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no public class
            reason = str(error).strip().splitlines()[-1][:120]
            raise StoreError(f"the reader cannot be loaded ({reason})", file, again) from None
        try:
            self._tokenizer = load_tokenizer(folder / "tokenizer.json")
        except Exception as error:  # tokenizers raises bare Exception
            raise StoreError(
                f"the reader's pieces cannot be loaded ({error})", folder / "tokenizer.json", again
            ) from None

    def read_passages(self, question: str, passages: Sequence[Passage]) -> list[PassageReading]:
        """One reading a passage, in order. Windows are run sorted by length, so that little padding is computed."""
        windows = windows_of(self._tokenizer, question, passages)
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
        lengths = [len(passage.text) for passage in passages]
        starts, ends = ([np.full(n, NOWHERE, dtype=np.float32) for n in lengths] for _ in range(2))
        evidence = [np.zeros(n, dtype=np.float32) for n in lengths]
        relevance = [NOWHERE] * len(passages)
        for batch in _batches_of_windows(order, windows):
            found, tokens = self._run_windows([windows[i] for i in batch])
            for row, i in enumerate(batch):
                window = windows[i]
                at = window.passage
                relevance[at] = max(relevance[at], float(found[row]))
                logits = tokens[row, window.begin : window.begin + len(window.offsets)]
                _spread_logits(window, logits, starts[at], ends[at], evidence[at])
        return [PassageReading(*parts) for parts in zip(relevance, starts, ends, evidence, strict=True)]

    def _run_windows(self, windows: Sequence[Window]) -> tuple[Any, Any]:
        """Relevance (rows,) and the logits (rows, pieces, 3) of windows, padded to the longest."""
        width = max(len(window.ids) for window in windows)
        ids = np.full((len(windows), width), PAD, dtype=np.int64)
        mask = np.zeros((len(windows), width), dtype=np.int64)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        relevance, tokens = self._session.run(["relevance", "tokens"], {"ids": ids, "mask": mask})
        return relevance, tokens


def _batches_of_windows(order: Sequence[int], windows: Sequence[Window]) -> list[list[int]]:
    """Numbers of windows, run by run: as many as BATCH_PIECES allows, padding counted."""
    batches: list[list[int]] = []
    for i in order:
        if batches and (len(batches[-1]) + 1) * len(windows[i].ids) <= BATCH_PIECES:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def _spread_logits(window: Window, logits: Any, starts: Any, ends: Any, evidence: Any) -> None:
    """Logits of pieces onto the characters of the passage; where windows overlap the larger stands."""
    if not window.offsets:
        return
    shares = 1 / (1 + np.exp(-logits[:, 2]))
    for (low, high), (start, end, _), share in zip(window.offsets, logits, shares, strict=True):
        if high <= low:
            continue
        starts[low] = max(starts[low], start)
        ends[high - 1] = max(ends[high - 1], end)
        np.maximum(evidence[low:high], share, out=evidence[low:high])


@cache
def _load_reader(folder: Path) -> Reader:
    return Reader(folder)


_lock = threading.Lock()


def shipped_reader(folder: Path = MODEL_FOLDER) -> Reader:
    """The network shipped with the project, loaded once. Raises StoreError."""
    with _lock:
        return _load_reader(folder)
