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
    """(n, length, 3 * width): the vector ``by`` places before, the own, the one ``by`` places after, zeros outside."""
    count, length, width = x.shape
    out = np.zeros((count, length, 3 * width), dtype=np.float32)
    if by < length:
        out[:, by:, :width] = x[:, :-by]
        out[:, :-by, 2 * width :] = x[:, by:]
    out[:, :, width : 2 * width] = x
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
        left, right = static[:, :-1], static[:, 1:]
        entry = self._linear(
            np.concatenate([self._weights["character.weight"][characters], left, right], axis=-1), "entry"
        )
        entry += self._weights["signal.weight"][signals]
        return np.maximum(entry, 0, out=entry), right

    def _block(self, x: Array, name: str, dilation: int, mask: Array) -> Array:
        mixed = self._linear(widened(self._norm(x, f"{name}.norm") * mask, dilation), f"{name}.mix")
        value, gate = np.split(mixed, 2, axis=-1)
        out: Array = x + value / (1 + np.exp(-gate))
        return out

    def read(self, rows: Rows) -> tuple[Array, Array]:
        """Relevance (n,) as log-odds, and the logits (n, longest, 2) that an answer starts and ends at a character."""
        asked_mask = (rows.asked[0] != 0)[..., None].astype(np.float32)
        text_mask = (rows.text[0] != 0)[..., None].astype(np.float32)
        q, q_static = self._embed(rows.asked)
        x, x_static = self._embed(rows.text)
        for number, dilation in enumerate((1, 2)):
            q = self._block(q, f"asked.{number}", dilation, asked_mask)
        closed = (1 - asked_mask.swapaxes(1, 2)) * np.float32(-1e4)
        near = softmax(12 * x_static @ q_static.swapaxes(1, 2) + closed, axis=-1)
        focus = softmax(self._linear(q, "topic") + (1 - asked_mask) * np.float32(-1e4), axis=1)
        topic = (focus * q).sum(axis=1, keepdims=True)
        x = x + self._linear(near @ q, "aligned") + self._linear(topic, "about")
        for number, dilation in enumerate(DILATIONS):
            if number == MIDDLE:
                score = self._linear(x, "query") @ self._linear(q, "key").swapaxes(1, 2)
                x = x + softmax(score / np.float32(q.shape[-1] ** 0.5) + closed, axis=-1) @ self._linear(q, "value")
            x = self._block(x, f"blocks.{number}", dilation, text_mask)
        x = self._norm(x, "norm")
        span = self._linear(np.concatenate([x, x * topic], axis=-1), "span")
        highest = (x + (1 - text_mask) * np.float32(-1e4)).max(axis=1)
        mean = (x * text_mask).sum(axis=1) / text_mask.sum(axis=1)
        hidden = self._linear(np.concatenate([highest, mean, topic[:, 0]], axis=-1), "dense")
        np.maximum(hidden, 0, out=hidden)
        return self._linear(hidden, "relevance")[:, 0], span
