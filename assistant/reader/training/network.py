"""The cross-encoder in torch: a BERT encoder with four outputs; knows nothing of data or of files.

Layers as in Devlin et al. 2019 (post-norm, GELU). No dropout: one pass over the rows does not overfit, and attention
without it runs three times as fast on a CPU.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from assistant.reader.training.base import FEED, HEADS, POSITIONS, WIDTH


class Layer(nn.Module):
    """Self-attention and feed-forward, each added to its input and normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.attention_out = nn.Linear(WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.feed_in, self.feed_out = nn.Linear(WIDTH, FEED), nn.Linear(FEED, WIDTH)
        self.feed_norm = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """X (rows, pieces, WIDTH), mask (rows, 1, 1, pieces) true where there is a piece."""
        rows, pieces, _ = x.shape
        q, k, v = (
            part(x).view(rows, pieces, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.attention_norm(x + self.attention_out(seen.transpose(1, 2).reshape(rows, pieces, WIDTH)))
        y: Tensor = self.feed_norm(x + self.feed_out(F.gelu(self.feed_in(x))))
        return y


class Encoder(nn.Module):
    """Pieces to vectors."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Ids (rows, pieces), mask (rows, pieces) bool -> (rows, pieces, WIDTH)."""
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        return x


class Reader(nn.Module):
    """The encoder with its outputs: relevance of the window; per piece the logits start, end and evidence."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.encoder = Encoder(pieces, layers)
        self.relevance = nn.Linear(2 * WIDTH, 1)
        self.tokens = nn.Linear(WIDTH, 3)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(rows,) relevance logits and (rows, pieces, 3) logits of start, end, evidence."""
        x = self.encoder(ids, mask)
        return self.compute_outputs(x, mask[..., None].to(x.dtype))

    def compute_outputs(self, x: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """The four outputs of vectors (rows, pieces, WIDTH); ``there`` (rows, pieces, 1) is 1 where there is a piece."""
        mean = (x * there).sum(1) / there.sum(1)
        return self.relevance(torch.cat([x[:, 0], mean], -1))[:, 0], self.tokens(x)
