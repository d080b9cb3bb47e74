"""The light path gives sentence-transformers' vectors; names that cannot be loaded say so; nothing is unpickled."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from errors import StoreError
from index.encoders import MODELS, load_encoder
from index.types import Encoder

TEXTS = ["溧阳的四大经济是什么", "企业每户给予５０万元补助，期限三年。", "", "①　②", "abc 2021年3月", "补贴" * 500]


def test_the_light_path_gives_the_vectors_of_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(MODELS / "static"), device="cpu").encode(TEXTS, normalize_embeddings=True)
    mine = encoder.encode(TEXTS)
    assert mine.dtype == np.float32
    np.testing.assert_allclose(mine, np.nan_to_num(theirs), atol=1e-6)
    lengths = np.linalg.norm(mine, axis=1)
    assert ((np.abs(lengths - 1) < 1e-5) | (lengths == 0)).all()


def test_a_folder_is_the_same_encoder_under_another_name(encoder: Encoder) -> None:
    other = load_encoder(str(MODELS / "static"))
    assert other.fingerprint == encoder.fingerprint
    assert other.name != encoder.name


def test_an_unknown_name_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(StoreError, match="name a folder") as caught:
        load_encoder(str(tmp_path / "no-such-model"))
    assert "\n" not in str(caught.value)


PLANTED = """
import os, sys
opened = []
sys.addaudithook(lambda event, args: opened.append((event, str(args[0]))) if event in ("open", "pickle.find_class") else None)
from pathlib import Path
from index.build import build_index, update_index
from index.check import check_index
from index.encoders import load_encoder
from index.local import open_index
corpus, index = Path(sys.argv[1]), Path(sys.argv[2])
encoder = load_encoder()
update_index(corpus, index, encoder=encoder)
assert open_index(index, encoder=encoder).search("补贴")
assert not check_index(index).damaged
(corpus / "新.md").write_text("# 新通知\\n\\n补贴。\\n", encoding="utf-8")
update_index(corpus, index, encoder=encoder)
print([one for one in opened if one[0] == "pickle.find_class" or one[1].endswith((".pkl", ".cache"))])
"""


def test_planted_pickles_are_never_read(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    from index.build import build_index

    index, shared = tmp_path / "i", tmp_path / "tmp"
    build_index(corpus, index, encoder=encoder)
    shared.mkdir()
    sign = tmp_path / "ran"
    # What pickle.dumps gives for an object whose loading calls os.mkdir: protocol 0, written out.
    bomb = b"cos\nmkdir\n(V" + str(sign).encode() + b"\ntR."
    for place in (index, index / "gen-000001", index / "gen-000001" / "lexical", shared):
        for name in ("index.pkl", "jieba.cache", "vectors.pkl"):
            (place / name).write_bytes(bomb)
    done = subprocess.run(
        [sys.executable, "-c", PLANTED, str(corpus), str(index)],
        capture_output=True, text=True, env={**os.environ, "TMPDIR": str(shared)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert not sign.exists()
    import pickle  # noqa: TID251  (shows that the bomb is live)

    pickle.loads(bomb)
    assert sign.exists()
