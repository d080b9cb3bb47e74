"""Trains the built-in static encoder: one vector a word piece, a text being their mean; knows nothing of search.

    python -m index.training.static DATA_DIR WORK_DIR OUT_DIR

1. a unigram vocabulary (Kudo 2018) of at most four characters a piece, from news, statutes and case reports;
2. starting vectors by factoring piece co-occurrence (see ``cooccurrence``), weighted by smooth inverse frequency
   (Arora et al. 2017);
3. contrastive training (InfoNCE, van den Oord et al. 2018) on question and text pairs with the other texts of a batch as
   negatives. ``--suites`` adds the rows of ncp, stard and cmrc, ``--fold`` leaves one fold of their documents out.

4. the table is turned to its 128 strongest directions.

OUT_DIR is in sentence-transformers' format. Stages 1 and 2 are kept in WORK_DIR and not repeated.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from index.training.cooccurrence import factor_ppmi
from index.training.texts import context_texts, law_texts, news_texts

PIECES, WIDTH, KEPT, COLUMNS, NEAR = 24000, 256, 128, 10000, 5
GENERAL = ("afqmc", "atec", "atec-ccks", "tipdm-message-reply", "tipdm-title-message", "lawyer-llama", "cail2019-dev",
           "cail2019-test", "drcd-test")  # fmt: skip


def texts_of(data: Path, seed: int, limit: int) -> list[str]:
    texts = [*news_texts(data), *law_texts(data, seed), *context_texts(data, ("drcd", "cail"))]
    random.Random(seed).shuffle(texts)
    out, total = [], 0
    for text in texts:
        out.append(text[:8000])
        total += len(out[-1])
        if total > limit:
            break
    return out


def tokenizer_of(data: Path, work: Path, seed: int) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    file = work / "pieces.json"
    if file.exists():
        return Tokenizer.from_file(str(file))
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[㐀-鿿]+|[a-z]+|[0-9]"), "isolated"),
            pre_tokenizers.Split(Regex(r"[^㐀-鿿a-z0-9]"), "removed"),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=PIECES, max_piece_length=4, unk_token="[UNK]", special_tokens=["[UNK]", "[PAD]"], show_progress=False
    )
    tokenizer.train_from_iterator(texts_of(data, seed, 5_000_000), trainer)
    tokenizer.save(str(file))
    return tokenizer


def starting_vectors(tokenizer: Any, data: Path, work: Path, seed: int) -> NDArray[np.float32]:
    file = work / "pieces.safetensors"
    if file.exists():
        return np.asarray(load_file(str(file))["vectors"])
    texts = texts_of(data, seed, 26_000_000)
    streams = []
    for begin in range(0, len(texts), 500):
        for found in tokenizer.encode_batch_fast(texts[begin : begin + 500], add_special_tokens=False):
            streams.append(np.array([*found.ids, *[1] * NEAR], dtype=np.int64))
    size = tokenizer.get_vocab_size()
    tally = np.bincount(np.concatenate(streams), minlength=size)
    tally[:2] = 0
    column_of = np.zeros(size, dtype=np.int64)
    column_of[np.argsort(-tally)[:COLUMNS]] = np.arange(1, COLUMNS + 1)
    table = sp.csr_matrix((size, COLUMNS + 1), dtype=np.float32)
    for begin in range(0, len(streams), 4000):
        ids = np.concatenate(streams[begin : begin + 4000])
        for offset in range(1, NEAR + 1):
            for a, b in ((ids[:-offset], ids[offset:]), (ids[offset:], ids[:-offset])):
                both = (a > 1) & (column_of[b] > 0)
                ones = np.full(int(both.sum()), 1 / offset, dtype=np.float32)
                table += sp.csr_matrix((ones, (a[both], column_of[b[both]])), shape=table.shape)
    vectors = factor_ppmi(table, WIDTH, seed)
    share = tally / tally.sum()
    vectors *= (1e-3 / (1e-3 + share))[:, None].astype(np.float32)
    vectors[:2] = 0
    save_file({"vectors": vectors.astype(np.float32)}, str(file))
    return vectors


def pairs_of(data: Path, seed: int) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    out = []
    with lzma.open(data / "text" / "pairs.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["source"] in GENERAL:
                out.append((row["query"], row["positive"][:500]))
    lead = [t for t in news_texts(data) if len(t) > 250]
    for text in rng.sample(lead, 12000):
        cut = text.find("。", 15, 80)
        if cut > 0:
            out.append((text[:cut], text[cut + 1 : cut + 400]))
    return out


def train_vectors(
    tokenizer: Any, vectors: NDArray[np.float32], pairs: list[tuple[str, str]], seed: int, epochs: int
) -> Any:
    import torch
    from torch.nn import functional as F

    torch.manual_seed(seed)
    table = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(vectors), freeze=False, mode="mean")
    ids = [
        [e.ids for e in tokenizer.encode_batch_fast([p[i] for p in pairs], add_special_tokens=False)] for i in (0, 1)
    ]
    optimiser = torch.optim.Adam(table.parameters(), lr=1.5e-3)
    size, scale = 512, 20.0
    order = list(range(len(pairs)))
    steps, step = epochs * (len(pairs) // size), 0
    for epoch in range(epochs):
        random.Random(f"{seed} {epoch}").shuffle(order)
        for begin in range(0, len(order) - size + 1, size):
            chosen = order[begin : begin + size]
            sides = []
            for side in ids:
                flat = [torch.tensor(side[i] or [1]) for i in chosen]
                offsets = torch.tensor([0, *[len(f) for f in flat[:-1]]]).cumsum(0)
                sides.append(F.normalize(table(torch.cat(flat), offsets), dim=1))
            logits = scale * sides[0] @ sides[1].T
            same = torch.tensor([hash(pairs[i][1]) for i in chosen])
            twin = (same[:, None] == same[None]) & ~torch.eye(size, dtype=torch.bool)
            gold = torch.arange(size)
            logits = logits.masked_fill(twin, -1e4)
            loss = F.cross_entropy(logits, gold) + F.cross_entropy(logits.T, gold)
            for group in optimiser.param_groups:
                group["lr"] = 1.5e-3 * (1 - step / steps)
            loss.backward()
            optimiser.step()
            optimiser.zero_grad()
            step += 1
        print(f"epoch {epoch + 1}: loss {loss.item():.3f}", flush=True)
    return table.weight.detach()


def reduce_vectors(tokenizer: Any, weights: NDArray[np.float32], texts: list[str]) -> NDArray[np.float32]:
    """The table turned to the KEPT directions in which the unit vectors of texts lie most (uncentred PCA)."""
    means = np.zeros((len(texts), weights.shape[1]), dtype=np.float32)
    for row, found in enumerate(tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
        if found.ids:
            means[row] = weights[found.ids].mean(axis=0)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    directions, _, _ = np.linalg.svd(means.T @ means)
    return np.ascontiguousarray(weights @ directions[:, :KEPT], dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    tokenizer = tokenizer_of(args.data, args.work, args.seed)
    vectors = starting_vectors(tokenizer, args.data, args.work, args.seed)
    weights = train_vectors(tokenizer, vectors, pairs_of(args.data, args.seed), args.seed, args.epochs)
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    weights[:2] = 0
    small = reduce_vectors(
        tokenizer, weights.numpy(), [text[:400] for text in texts_of(args.data, args.seed, 4_000_000)]
    )
    embedding = StaticEmbedding(tokenizer, embedding_weights=small)
    SentenceTransformer(modules=[embedding, Normalize()], device="cpu").save(str(args.out), create_model_card=False)


if __name__ == "__main__":
    main()
