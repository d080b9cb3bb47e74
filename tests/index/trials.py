"""Builds that are killed or whose writes fail, and files that are damaged: one trial at a time, each in a forked child.

Knows nothing of how many trials make a result; `python -m benchmarks.index_faults` and tests/index do.
"""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PLACES = ["春江", "夏河", "秋山", "冬岭", "东湖", "西塘", "南浦", "北原"]
SUBJECTS = ["稳岗补贴", "人才公寓", "垃圾分类", "电动车充电", "技能培训", "老旧小区改造", "养老服务", "水源保护"]
QUERIES = ("春江市稳岗补贴标准是多少", "人才公寓怎样申请", "电动车可以在楼道充电吗", "补贴", "第三条期限")


def write_corpus(folder: Path, documents: int, seed: int = 0, articles: int = 8) -> None:
    """Invented regulations, the same for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    for number in range(documents):
        place, subject = chance.choice(PLACES), chance.choice(SUBJECTS)
        lines = [f"# {place}市{subject}办法（{number}）"]
        for article in range(1, articles + 1):
            amount, days = chance.randrange(100, 9000), chance.randrange(3, 90)
            other = chance.choice(SUBJECTS)
            lines.append(
                f"第{article}条 {place}市{subject}标准为{amount}元，{other}期限{days}日，逾期不予受理。"
                * chance.randrange(1, 5)
            )
        (folder / f"{place}{subject}{number}.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def change_corpus(folder: Path, seed: int) -> None:
    """One document changed, one removed, one added."""
    files = sorted(folder.iterdir())
    chance = random.Random(seed)
    changed, removed = chance.sample(files, 2)
    changed.write_text(changed.read_text(encoding="utf-8") + f"\n第九十条 补充规定{seed}。\n", encoding="utf-8")
    removed.unlink()
    (folder / f"新增{seed}.md").write_text(f"# 新增通知{seed}\n\n春江市补贴期限延长{seed}日。\n", encoding="utf-8")


def content(index_dir: Path) -> dict[str, str]:
    """Every document of the served generation, by source, after every record of it was verified."""
    from index.check import check_index
    from index.encoders import load_encoder
    from index.local import open_index

    report = check_index(index_dir)
    assert not report.damaged, report.damaged
    index = open_index(index_dir, encoder=load_encoder())
    return {one.source: index.document(one.id).text for one in index.documents()}


class Nursery:
    """A process that has everything imported, has started no thread, and forks a child for each trial."""

    def __enter__(self) -> Nursery:
        environment = {
            **os.environ,
            "TOKENIZERS_PARALLELISM": "false",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.trials"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment, cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def run(self, **command: Any) -> dict[str, Any]:
        """One trial; "signal" is the signal that ended the child, 0 for none."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


def serve() -> None:
    """The nursery's side: a JSON command a line in, a JSON answer a line out."""
    from corpus import folder, passages  # noqa: F401  (passages: imported before the first fork)
    from index import encoders, local
    from index.local import build, check, vectors

    vectors._load_faiss()
    folder.SETTLED = -(10**15)  # files count however young they are, so that what was seen of them is always written
    check, local  # noqa: B018
    encoder = encoders.load_encoder()
    build  # noqa: B018
    for line in sys.stdin:
        sys.stdout.write(json.dumps(trial(json.loads(line), encoder)) + "\n")
        sys.stdout.flush()


def trial(command: dict[str, Any], encoder: Any) -> dict[str, Any]:
    """Fork, let the child do the command, kill it when told to, say how it ended."""
    reading, writing = os.pipe()
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        answer: dict[str, Any] = {}
        try:
            answer = {"damage": damage_trials, "update": update_trial}[command["do"]](command, encoder)
        except BaseException as error:
            answer = {"unexpected": f"{type(error).__name__}: {error}"}
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    if (after := command.get("kill_after")) is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    answer = json.loads(told) if told else {}
    return {**answer, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "exit": os.waitstatus_to_exitcode(status),
            "seconds": time.monotonic() - begun}  # fmt: skip


def update_trial(command: dict[str, Any], encoder: Any) -> dict[str, Any]:
    """An update in which write point number `die_at` ends the process, or number `fail_at` raises `errno`."""
    from cli import exit_code_of
    from errors import SuyuanError
    from index.local import build

    build.SMALL = command.get("small", build.SMALL)
    if "largest_file" in command:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (command["largest_file"],) * 2)
    points = watch_writes(command.get("die_at"), command.get("fail_at"), command.get("errno", errno.EIO))
    try:
        summary = build.update_generation(Path(command["corpus"]), Path(command["index"]), encoder=encoder)
    except SuyuanError as error:
        return {"points": points, "error": str(error), "code": exit_code_of(error)}
    return {"points": points, "generation": summary.generation}


def watch_writes(die_at: int | None, fail_at: int | None, number: int) -> list[str]:
    """Count every change to the disk by name; before the one chosen, die (half a write done) or raise."""
    from index.local import disk, store

    points: list[str] = []

    def wrap(owner: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def wrapped(*given: Any, **named: Any) -> Any:
            points.append(f"{name} {getattr(given[0], 'name', '') if given else ''}")
            if die_at == len(points):
                if name == "write_all":
                    os.write(given[0], bytes(given[1])[: len(given[1]) // 2])
                os._exit(9)
            if fail_at == len(points):
                raise OSError(number, os.strerror(number))
            return real(*given, **named)

        setattr(owner, name, wrapped)

    for owner, name in (
        (disk, "write_all"), (disk, "sync_descriptor"), (disk, "rename_synced"), (os, "link"), (os, "mkdir"), (os, "unlink"), (os, "rmdir"),
        (store.StoreWriter, "add_document"), (store.StoreWriter, "close"),
    ):  # fmt: skip
        wrap(owner, name)
    return points


def damage_trials(command: dict[str, Any], encoder: Any) -> dict[str, Any]:
    """Damage copies of an index in chosen ways and compare every answer with that of the whole one."""
    from index.local import vectors

    vectors.NUMPY_UP_TO = command.get("numpy_up_to", vectors.NUMPY_UP_TO)
    whole = Path(command["index"])
    truth = dict(answers(whole, encoder))
    outcomes: dict[str, int] = {}
    wrong: list[str] = []
    for seed in range(*command["seeds"]):
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / "index"
            shutil.copytree(whole, copy)
            what = damage(copy, random.Random(seed))
            found = outcome(copy, encoder, truth)
            outcomes[found] = outcomes.get(found, 0) + 1
            if found.startswith("wrong"):
                wrong.append(f"seed {seed}: {what}: {found}")
    return {"outcomes": outcomes, "wrong": wrong}


def answers(index_dir: Path, encoder: Any) -> Iterator[tuple[str, Any]]:
    """Everything an index can be asked, by question."""
    from index.local import open_index

    index = open_index(index_dir, encoder=encoder)
    yield "open", index.generation
    for query in QUERIES:
        yield query, [(h.passage.id, h.passage.text, round(h.score, 5)) for h in index.search(query)]
        yield f"frequency {query[:2]}", index.passage_frequency(query[:2])
    documents = index.documents()
    yield "documents", [(d.id, d.source, d.title, d.sha256, d.passages) for d in documents]
    for one in documents:
        yield one.id, (index.document(one.id), index.passages(one.id))


def outcome(index_dir: Path, encoder: Any, truth: dict[str, Any]) -> str:
    """`harmless` (every answer right), `detected at open`, `detected by a read`, or `wrong` with the question."""
    from errors import IndexDamaged, IndexMissing

    asked = ""
    try:
        for asked, answer in answers(index_dir, encoder):
            if truth.get(asked) != answer:
                return f"wrong answer to {asked}"
    except (IndexDamaged, IndexMissing):
        return "detected at open" if not asked else "detected by a read"
    except Exception as error:
        return f"wrong error after {asked}: {type(error).__name__}: {error}"
    return "harmless"


def damage(index_dir: Path, chance: random.Random) -> str:
    """Flip a bit of a served file, cut it short, overwrite, remove, or swap it with its like elsewhere; says what was done."""
    files = sorted(
        path for path in index_dir.rglob("*") if path.is_file() and path.name != "lock" and path.stat().st_size
    )
    served = (index_dir / "CURRENT").read_text(encoding="ascii").split()[0]
    path = chance.choice([file for file in files if file.name == "CURRENT" or served in file.parts])
    data = bytearray(path.read_bytes())
    kind = chance.choice(["flip", "flip", "flip", "cut", "overwrite", "remove", "swap"])
    likes = [other for other in files if other.name == path.name and other != path]
    if kind == "swap" and likes:
        path.write_bytes(chance.choice(likes).read_bytes())
    elif kind == "cut":
        path.write_bytes(data[: chance.randrange(len(data))])
    elif kind == "remove":
        path.unlink()
    else:
        at = chance.randrange(len(data))
        if kind == "overwrite":
            data[at : at + 512] = chance.randbytes(len(data[at : at + 512]))
        else:
            data[at] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
    return f"{kind} {path.relative_to(index_dir)}"


if __name__ == "__main__":
    serve()
