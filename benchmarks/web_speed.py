"""First paint and first answer, measured in Chromium over the real program: `python -m benchmarks.web_speed`.

Starts `python app.py` on a free port with the shipped documents. Each page load is in a fresh profile (nothing cached), each
answer is timed from the key press to the finished answer on the screen. Prints a table on stderr, JSON on stdout, and keeps
the JSON in benchmarks/results/web_speed.json.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOADS, ASKED = 7, 20
TARGET = 1.0  # seconds, for an answer
QUESTIONS = ("溧阳的四大经济是什么", "溧阳市2021年的工作主题是什么", "天宁区的目标是什么", "武进区出台了哪些实施意见")
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
READY = "document.querySelector('#suyuan[data-ready]') !== null"


def loads(browser: Any, url: str) -> tuple[list[float], list[float]]:
    """Seconds to the first paint, and to the screen being ready for a question."""
    paints, readies = [], []
    for _ in range(LOADS):
        context = browser.new_context()
        page = context.new_page()
        started = time.perf_counter()
        page.goto(url)
        page.wait_for_function(READY)
        readies.append(time.perf_counter() - started)
        paints.append(page.evaluate(PAINTED) / 1000)
        context.close()
    return paints, readies


def answers(browser: Any, url: str) -> list[float]:
    """Seconds from the key press to the whole answer."""
    page = browser.new_page()
    page.goto(url)
    page.wait_for_function(READY)
    taken = []
    for number in range(ASKED):
        page.locator("#sy-question").fill(QUESTIONS[number % len(QUESTIONS)])
        taken.append(
            page.evaluate(
                """(count) => new Promise((done) => {
                    const started = performance.now();
                    const look = () => document.querySelectorAll('.sy-tools').length > count
                        ? requestAnimationFrame(() => done((performance.now() - started) / 1000)) : requestAnimationFrame(look);
                    const box = document.getElementById('sy-question');
                    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
                    look();
                })""",
                number,
            )
        )
    page.close()
    return taken


def summary(seconds: list[float]) -> dict[str, float]:
    """First, median and worst."""
    return {
        "first": round(seconds[0], 3),
        "median": round(statistics.median(seconds), 3),
        "worst": round(max(seconds), 3),
    }


def main() -> None:
    """Measures and prints."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "app.py", "--index", f"{folder}/index", "--port", "0"]
        environment = os.environ | {"SUYUAN_DATA": folder}
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stderr is not None
            found = next(match for line in process.stderr if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
            served = time.perf_counter() - started
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                asked = answers(browser, found[0])
                paints, readies = loads(browser, found[0])
                browser.close()
            process.terminate()
    result = {
        "start_seconds": round(served, 2),
        "first_paint_seconds": summary(paints),
        "ready_seconds": summary(readies),
        "answer_seconds": summary(asked),
        "target_answer_seconds": TARGET,
        "cpus": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
    }
    (ROOT / "benchmarks" / "results" / "web_speed.json").write_text(
        json.dumps(result, indent=1) + "\n", encoding="utf-8"
    )
    print("            first  median   worst", file=sys.stderr)
    for name in ("first_paint", "ready", "answer"):
        row = summary({"first_paint": paints, "ready": readies, "answer": asked}[name])
        print(f"{name:11}{row['first']:6.2f}{row['median']:8.2f}{row['worst']:8.2f}  s", file=sys.stderr)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
