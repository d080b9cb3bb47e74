"""The files in deploy/ are what the programs they are for accept, and name only settings and options that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import PREFIX, Settings

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"


def test_every_setting_named_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    files = [file for file in DEPLOY.iterdir() if file.is_file()]
    named = {name for file in files for name in re.findall(r"SUYUAN_[A-Z_]+", file.read_text(encoding="utf-8"))}
    assert len(named) > 5
    assert named - known == set()


def test_compose_starts_what_is_there() -> None:
    made: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = made["services"]
    for name, service in services.items():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in made["volumes"] or source.startswith("./"), (name, volume)
        assert set(service.get("depends_on", ())) <= set(services)
    chat, ingest = services["chat-1"]["command"], services["ingest"]["command"]
    for command in ([sys.executable, *chat[1:2]], [sys.executable, *ingest[1:4]]):
        told = subprocess.run(
            [*command, "--help"], capture_output=True, text=True, check=True, cwd=DEPLOY.parent
        ).stdout
        words = chat if "app.py" in command else ingest
        assert all(word in told for word in words if word.startswith("--"))
    if shutil.which("docker-compose"):
        subprocess.run(["docker-compose", "-f", DEPLOY / "compose.yaml", "config", "-q"], check=True)


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed (apt-get install systemd)")
    unit = (DEPLOY / "suyuan.service").read_text(encoding="utf-8")
    copy = tmp_path / "suyuan.service"
    copy.write_text(unit.replace("/opt/suyuan/.venv/bin/python", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "suyuan" in line]) == (0, [])


@pytest.mark.parametrize("name", ["nginx.conf", "nginx-two.conf"])
def test_the_proxy_is_one_that_nginx_takes(tmp_path: Path, name: str) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        pytest.skip("nginx is not installed (apt-get install nginx-light)")
    openssl = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=x",
        "-keyout",
        "k",
        "-out",
        "c",
    ]
    subprocess.run(openssl, check=True, capture_output=True, cwd=tmp_path)
    text = re.sub(r"/etc/nginx/certificates/\S+\.(crt|key);", lambda m: f"{tmp_path}/{'c' if m[1] == 'crt' else 'k'};",
                  (DEPLOY / name).read_text(encoding="utf-8"))  # fmt: skip
    text = re.sub(r"chat-\d:", "127.0.0.1:", text)  # names that only compose knows
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    unused = "access_log off; " + "".join(f"{kind}_temp_path {tmp_path}/{kind}; " for kind in kinds)
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {unused} {text} }}", encoding="utf-8")
    done = subprocess.run([nginx, "-t", "-c", whole, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
