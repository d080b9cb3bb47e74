"""Writes a trained reader with its alphabet and the rarity of its bigrams as one small safetensors file; knows nothing of training data.

    python -m index.training.export WORK_DIR NAME OUT.safetensors

The two tables become int8 with one float16 scale a row (symmetric, round to nearest), the rest float16.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from index.training.pack import load_alphabet


def quantised(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Rows as int8 (rows, columns) and their scales (rows, 1)."""
    scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True) / 127, 1e-7).astype(np.float16)
    return np.rint(matrix / scale.astype(np.float32)).clip(-127, 127).astype(np.int8), scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("work", type=Path)
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    alphabet = load_alphabet(args.work / "alphabet.safetensors")
    points = np.frombuffer(alphabet.characters.encode("utf-32-le"), dtype=np.uint32).astype(np.int32)
    out: dict[str, NDArray[np.generic]] = {"alphabet.characters": points, "alphabet.bigrams": alphabet.bigrams}
    counts = load_file(str(args.work / "vectors.safetensors"))["count"]
    counts[0] = 0
    out["alphabet.rarity"] = np.log(counts.sum() / (counts + 20)).astype(np.float16)
    for name, value in load_file(str(args.work / f"{args.name}.safetensors")).items():
        if value.ndim == 2 and value.shape[0] > 1000:
            out[name], out[f"{name}.scale"] = quantised(value)
        else:
            out[name] = value.astype(np.float16)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(out, str(args.out))
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
