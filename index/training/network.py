"""The small convolutional reader as a torch module, for training only; knows nothing of where its text comes from.

The arithmetic is repeated in numpy by ``index.encoders.convolution`` and a test holds the two equal, so a change here is a
change there.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DILATIONS = (1, 2, 4, 8, 1)
MIDDLE = 2  # the block before which the text looks at the question a second time


@dataclass(frozen=True)
class Shape:
    """Sizes of the network; ``bigrams`` counts the rows of the bigram table, row 0 meaning "not in the table"."""

    characters: int
    bigrams: int
    width: int = 112
    character_width: int = 64
    bigram_width: int = 128
    signals: int = 16


def shifted(x: Tensor, by: int) -> Tensor:
    """X (batch, length, width) moved along the length, zeros coming in."""
    if by > 0:
        return F.pad(x[:, :-by], (0, 0, by, 0)) if by < x.shape[1] else torch.zeros_like(x)
    return F.pad(x[:, -by:], (0, 0, 0, -by)) if -by < x.shape[1] else torch.zeros_like(x)


def dropped(x: Tensor, share: float, training: bool) -> Tensor:
    """X (batch, length, width) without a share of its channels, the same along the whole length.

    One draw a channel instead of one a number: an eighth of a step went into drawing (Gal & Ghahramani 2016 do the same).
    """
    if not training:
        return x
    return x * F.dropout(torch.ones(x.shape[0], 1, x.shape[2]), share)


class Block(nn.Module):
    """A gated dilated convolution over three places (Dauphin et al. 2017), pre-norm, with a residual."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width, 2 * width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        h = self.norm(x) * mask
        wide = torch.cat([shifted(h, self.dilation), h, shifted(h, -self.dilation)], dim=-1)
        value, gate = self.mix(wide).chunk(2, dim=-1)
        return x + value * torch.sigmoid(gate)


class Reader(nn.Module):
    """Question and window in; relevance of the window, and where an answer starts and ends in it, out."""

    def __init__(self, shape: Shape, drop: float = 0.15) -> None:
        super().__init__()
        self.shape, self.drop = shape, drop
        width = shape.width
        self.character = nn.Embedding(shape.characters, shape.character_width)
        self.bigram = nn.Embedding(shape.bigrams, shape.bigram_width)
        self.bigram.weight.requires_grad_(False)
        self.entry = nn.Linear(shape.character_width + 2 * shape.bigram_width, width)
        self.signal = nn.Embedding(shape.signals, width)
        self.asked = nn.ModuleList(Block(width, d) for d in (1, 2))
        self.aligned = nn.Linear(width, width)
        self.topic = nn.Linear(width, 1)
        self.about = nn.Linear(width, width)
        self.blocks = nn.ModuleList(Block(width, d) for d in DILATIONS)
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.norm = nn.LayerNorm(width)
        self.span = nn.Linear(2 * width, 2)
        self.dense = nn.Linear(3 * width, width)
        self.relevance = nn.Linear(width, 1)
        nn.init.normal_(self.signal.weight, std=0.1)

    def embed(self, characters: Tensor, pairs: Tensor, signals: Tensor) -> tuple[Tensor, Tensor]:
        """The entry vectors, and the unit bigram vectors that the first look at the question compares."""
        left, right = self.bigram(pairs[:, :-1]), self.bigram(pairs[:, 1:])
        entry = self.entry(torch.cat([self.character(characters), left, right], dim=-1)) + self.signal(signals)
        return dropped(F.relu(entry), self.drop, self.training), right

    def forward(
        self, asked: tuple[Tensor, Tensor, Tensor], text: tuple[Tensor, Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Each side is (characters, pairs, signals); returns relevance (batch,) and span logits (batch, length, 2)."""
        asked_mask, text_mask = (asked[0] != 0)[..., None].float(), (text[0] != 0)[..., None].float()
        q, q_static = self.embed(*asked)
        x, x_static = self.embed(*text)
        for block in self.asked:
            q = block(q, asked_mask)
        closed = (1 - asked_mask.transpose(1, 2)) * -1e4
        near = torch.softmax(12 * x_static @ q_static.transpose(1, 2) + closed, dim=-1)
        focus = torch.softmax(self.topic(q) + (1 - asked_mask) * -1e4, dim=1)
        topic = (focus * q).sum(1, keepdim=True)
        x = x + self.aligned(near @ q) + self.about(topic)
        for number, block in enumerate(self.blocks):
            if number == MIDDLE:
                score = self.query(x) @ self.key(q).transpose(1, 2) / self.shape.width**0.5
                x = x + torch.softmax(score + closed, dim=-1) @ self.value(q)
            x = block(x, text_mask)
            x = dropped(x, self.drop, self.training)
        x = self.norm(x)
        span = self.span(torch.cat([x, x * topic], dim=-1))
        highest = (x + (1 - text_mask) * -1e4).max(dim=1).values
        mean = (x * text_mask).sum(1) / text_mask.sum(1)
        return self.relevance(F.relu(self.dense(torch.cat([highest, mean, topic[:, 0]], dim=-1)))).squeeze(1), span
