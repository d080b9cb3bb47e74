"""The users file: what is kept, what is refused, and the command that writes it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from errors import AccountError, SettingsError
from settings import ROOT
from web.accounts import Accounts


def test_a_password_is_checked_and_never_kept(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "users.json")
    accounts.add_user("张三", "correct horse", "owner")
    accounts.add_user("li", "battery staple")
    text = accounts.path.read_text(encoding="utf-8")
    assert "horse" not in text
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    found = accounts.check_password("张三", "correct horse")
    assert found is not None
    assert found.role == "owner"
    assert accounts.check_password("张三", "correct  horse") is None
    assert accounts.check_password("nobody", "correct horse") is None
    accounts.remove_user("li")
    assert set(json.loads(accounts.path.read_text(encoding="utf-8"))["users"]) == {"张三"}


@pytest.mark.parametrize(
    ("name", "password"),
    [("", "long enough"), ("a/b", "long enough"), ("a\nb", "long enough"), ("li", "short"), ("li", "x" * 201)],
)
def test_names_and_passwords_out_of_bounds(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(AccountError):
        Accounts(tmp_path / "users.json").add_user(name, password)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"users": {"a": {}}}', '{"users": []}'])
def test_a_damaged_file_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "users.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Accounts(path).read_users()
    assert str(path) in str(caught.value)


def test_the_command(tmp_path: Path) -> None:
    users = tmp_path / "users.json"

    def command(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "web", "users", "--users", str(users), *arguments]
        return subprocess.run(line, cwd=ROOT, input=given, capture_output=True, text=True, check=False)

    assert command("add", "zhang", "--owner", given="correct horse\n").returncode == 0
    assert command("list").stdout == "zhang\towner\n"
    refused = command("add", "li", given="short\n")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert command("remove", "nobody").returncode == 2
