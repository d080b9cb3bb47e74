"""A static encoder by latent semantic analysis of raw text, minutes of one core; knows nothing of questions.

    python -m index.training.static DATA_DIR OUT_DIR

Tokens are byte-pair merges of characters (at most four); a token's vector is its inverse document frequency times its row
of the right singular vectors of the TF-IDF matrix of passages (Deerwester et al. 1990), each direction weighted by the
square root of its singular value. The folder is a sentence-transformers `StaticEmbedding` model.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sklearn.utils.extmath import randomized_svd
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

VOCABULARY, DIMENSION, WINDOW = 8000, 128, 200
TOKENIZER_TEXTS, TEXTS = 6000, 24000


def texts(folder: Path, seed: int) -> list[str]:
    """News and statutes, shuffled."""
    with lzma.open(folder / "text" / "news.jsonl.xz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line)["text"] for line in lines]
    laws = sorted((folder / "bench" / "stard" / "corpus").rglob("*.md"))
    found += [file.read_text(encoding="utf-8")[:20_000] for file in laws]
    random.Random(seed).shuffle(found)
    return found


def train_tokenizer(found: list[str]) -> Tokenizer:
    """Byte-pair encoding over letters and digits; punctuation is dropped."""
    tokenizer = Tokenizer(models.BPE(unk_token=None))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}]+"), "removed"), pre_tokenizers.Digits(individual_digits=False)]
    )
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, min_frequency=5, max_token_length=4, show_progress=False)
    tokenizer.train_from_iterator(found, trainer)
    return tokenizer


def windows(found: list[str]) -> Iterator[str]:
    """Runs of WINDOW characters."""
    for text in found:
        for begin in range(0, len(text), WINDOW):
            yield text[begin : begin + WINDOW]


def vectors(tokenizer: Tokenizer, found: list[str], seed: int) -> NDArray[np.float32]:
    """One row a token, (vocabulary, DIMENSION)."""
    rows: list[NDArray[np.int64]] = []
    encoded = tokenizer.encode_batch(list(windows(found)))
    for row, one in enumerate(encoded):
        rows.append(np.stack([np.full(len(one.ids), row), np.asarray(one.ids, dtype=np.int64)]))
    where = np.concatenate(rows, axis=1)
    size = (len(encoded), tokenizer.get_vocab_size())
    counts = sp.csr_matrix((np.ones(where.shape[1], np.float32), (where[0], where[1])), shape=size)
    counts.sum_duplicates()
    frequency = np.bincount(counts.indices, minlength=size[1])
    idf = np.log((1 + size[0]) / (1 + frequency)).astype(np.float32)
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    norms = np.sqrt(np.asarray(counts.multiply(counts).sum(1)).ravel())
    counts = sp.diags(1 / np.maximum(norms, 1e-6)) @ counts
    _, values, right = randomized_svd(counts, DIMENSION, n_iter=3, random_state=seed)
    table = right.T * np.sqrt(values)[None, :] * idf[:, None]
    table[frequency < 2] = 0
    return np.asarray(table / np.abs(table).max(), dtype=np.float32)


def save(tokenizer: Tokenizer, table: NDArray[np.float32], out: Path) -> None:
    """The folder that `SentenceTransformer(out)` and `index.encoders.static` both load."""
    out.mkdir(parents=True, exist_ok=True)
    save_file({"embedding.weight": table}, str(out / "model.safetensors"))
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    kind = "sentence_transformers.sentence_transformer.modules"
    parts = [
        {"idx": 0, "name": "0", "path": "", "type": f"{kind}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{kind}.Normalize"},
    ]
    (out / "modules.json").write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Train and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    found = texts(args.data, args.seed)
    tokenizer = train_tokenizer(found[:TOKENIZER_TEXTS])
    save(tokenizer, vectors(tokenizer, found[:TEXTS], args.seed), args.out)


if __name__ == "__main__":
    main()
