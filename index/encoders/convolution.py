"""The trained reader in numpy: question and windows in, relevance and span scores out; knows nothing of training.

Repeats ``index.training.network`` (a test holds the two equal) so that reading needs no torch, whose import alone takes
longer than a whole answer. Weights are float16 or int8 in safetensors and computed with in float32.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.characters import Alphabet, Ids
from index.encoders.pairing import Rows, Side, silent_characters

Array = NDArray[np.float32]

DILATIONS = (1, 2, 4, 8, 1)
MIDDLE = 2


def softmax(x: Array, axis: int) -> Array:
    """Exponentials that add to 1 along an axis; overwrites ``x``."""
    x -= x.max(axis=axis, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=axis, keepdims=True)
    return x


def layer_norm(x: Array, weight: Array, bias: Array) -> Array:
    """Layer normalisation (Ba et al. 2016) over the last axis, epsilon 1e-5."""
    centred: Array = x - x.mean(axis=-1, keepdims=True)
    spread = np.einsum("...i,...i->...", centred, centred)[..., None] / np.float32(x.shape[-1])
    centred /= np.sqrt(spread + np.float32(1e-5))
    centred *= weight
    centred += bias
    return centred


def widened(x: Array, by: int) -> Array:
    """(length, 3 * width): the vector ``by`` places before, the own, the one ``by`` places after, zeros outside."""
    length, width = x.shape
    out = np.empty((length, 3 * width), dtype=np.float32)
    out[:by, :width] = 0
    out[max(length - by, 0) :, 2 * width :] = 0
    out[by:, :width] = x[: max(length - by, 0)]
    out[: max(length - by, 0), 2 * width :] = x[by:]
    out[:, width : 2 * width] = x
    return out


class ConvolutionalReader:
    """The network with its alphabet, from one safetensors file. Safe to use from many threads."""

    def __init__(self, file: Path) -> None:
        """Reads the weights. Raises FileNotFoundError or safetensors' own error for a missing or damaged file."""
        from safetensors.numpy import load_file

        parts = load_file(str(file))
        points = parts.pop("alphabet.characters")
        self.alphabet = Alphabet("".join(map(chr, points.tolist())), parts.pop("alphabet.bigrams"))
        self.rarity: Array = parts.pop("alphabet.rarity").astype(np.float32)
        self._scales = {k[:-6]: parts.pop(k) for k in list(parts) if k.endswith(".scale")}
        self._bigrams = parts.pop("bigram.weight")
        self._weights: dict[str, Array] = {}
        for name, value in parts.items():
            whole = value.astype(np.float32)
            if name in self._scales:
                whole *= self._scales[name].astype(np.float32)
            self._weights[name] = np.ascontiguousarray(whole.T) if self._is_matrix(name) else whole

    @staticmethod
    def _is_matrix(name: str) -> bool:
        return name.endswith(".weight") and "norm" not in name and name not in ("character.weight", "signal.weight")

    @cached_property
    def silent(self) -> NDArray[np.bool_]:
        """Which characters never count as a match."""
        return silent_characters(self.alphabet)

    def bigrams(self, ids: Ids) -> Array:
        """Vectors of bigrams by number (..., width), about unit length, zeros for number 0."""
        return self._bigrams[ids].astype(np.float32) * self._scales["bigram.weight"][ids].astype(np.float32)

    def _linear(self, x: Array, name: str) -> Array:
        out: Array = x @ self._weights[f"{name}.weight"]
        out += self._weights[f"{name}.bias"]
        return out

    def _norm(self, x: Array, name: str) -> Array:
        return layer_norm(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _embed(self, side: Side) -> tuple[Array, Array]:
        characters, pairs, signals = side
        static = self.bigrams(pairs)
        left, right = static[:-1], static[1:]
        entry = self._linear(
            np.concatenate([self._weights["character.weight"][characters], left, right], axis=-1), "entry"
        )
        entry += self._weights["signal.weight"][signals]
        return np.maximum(entry, 0, out=entry), right

    def _block(self, x: Array, name: str, dilation: int) -> Array:
        mixed = self._linear(widened(self._norm(x, f"{name}.norm"), dilation), f"{name}.mix")
        value, gate = np.split(mixed, 2, axis=-1)
        np.negative(gate, out=gate)
        np.exp(gate, out=gate)
        gate += 1
        out: Array = value / gate
        out += x
        return out

    def read(self, rows: Rows) -> tuple[Array, Array]:
        """Relevance (n,) as log-odds, and the logits (n, longest, 2) that an answer starts and ends at a character.

        One row after the other, so that what is in work stays in the processor's cache: a quarter faster than all at once.
        """
        count, longest = rows.text[0].shape
        relevance, spans = np.empty(count, np.float32), np.zeros((count, longest, 2), np.float32)
        for row in range(count):
            length = int(rows.begin[row] + rows.size[row])
            characters, pairs, signals = (part[row] for part in rows.text)
            text = characters[:length], pairs[: length + 1], signals[:length]
            asked = rows.asked[0][row], rows.asked[1][row], rows.asked[2][row]
            relevance[row], spans[row, :length] = self._read(asked, text)
        return relevance, spans

    def _read(self, asked: Side, text: Side) -> tuple[float, Array]:
        """The same for one text without padding."""
        q, q_static = self._embed(asked)
        x, x_static = self._embed(text)
        for number, dilation in enumerate((1, 2)):
            q = self._block(q, f"asked.{number}", dilation)
        near = softmax(12 * x_static @ q_static.T, axis=-1)
        topic = (softmax(self._linear(q, "topic"), axis=0) * q).sum(axis=0)
        x = x + self._linear(near @ q, "aligned") + self._linear(topic, "about")
        for number, dilation in enumerate(DILATIONS):
            if number == MIDDLE:
                score = self._linear(x, "query") @ self._linear(q, "key").T
                x = x + softmax(score / np.float32(q.shape[-1] ** 0.5), axis=-1) @ self._linear(q, "value")
            x = self._block(x, f"blocks.{number}", dilation)
        x = self._norm(x, "norm")
        span = self._linear(np.concatenate([x, x * topic], axis=-1), "span")
        hidden = self._linear(np.concatenate([x.max(axis=0), x.mean(axis=0), topic]), "dense")
        return float(self._linear(np.maximum(hidden, 0), "relevance")[0]), span
