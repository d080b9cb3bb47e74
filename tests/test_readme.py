"""The READMEs tell the truth: commands, options, targets, settings and links in them exist."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")


def commands(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL) + re.findall(r"`((?:make|python) [^`\n]+)`", text)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [re.sub(r"^(?:[A-Z_]+=\S+ )+", "", line) for line in lines if line]


@cache
def help_of(*command: str) -> str:
    done = subprocess.run([sys.executable, *command, "--help"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_every_command_exists_with_its_options(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    seen = 0
    for line in commands(page):
        words = re.sub(r'"[^"]*"', "TEXT", line).split()
        if words[0] == "make":
            assert re.search(rf"^{words[1].split('=')[0]}:", makefile, re.MULTILINE) or "=" in words[1], line
        elif words[:2] == ["python", "app.py"]:
            check_options(help_of("app.py"), words, line)
        elif words[:2] == ["python", "-m"]:
            check_options(help_of("-m", *words[2:4]), words, line)
        else:
            continue
        seen += 1
    assert seen >= 2


def check_options(help_text: str, words: list[str], line: str) -> None:
    for option in (word.split("=")[0] for word in words[3:] if re.fullmatch(r"--?[a-z].*", word)):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", help_text), f"{option} is unknown: {line}"


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_and_link_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in re.findall(rf"{PREFIX}([A-Z_]+)\b", text):
        assert name.lower() in Settings.model_fields, name
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / link).exists(), link


def test_both_languages_show_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh-CN.md")
