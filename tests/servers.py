"""Real servers for tests, on loopback: PostgreSQL as Debian has it, Milvus Lite as its package brings it."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

OWN_MILVUS = ""  # the address of a Milvus of somebody's own, from SUYUAN_TEST_MILVUS_URI
STARTED = 120.0  # seconds in which a server has to answer


WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = (20_000 + 1000 * WORKER + number % 1000 for number in itertools.count(os.getpid()))


def free_port() -> int:
    """A port nobody listens on, and nobody will: of a worker's own, below those that a system gives out by itself."""
    for port in _ports:
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError


def postgres_commands() -> Path | None:
    """Where Debian keeps PostgreSQL's commands."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).parent if named else None


@contextmanager
def running_postgres() -> Iterator[str]:
    """A PostgreSQL of its own; its URL. Skips where it is not installed, fails in CI."""
    commands = postgres_commands()
    if commands is None:
        assert not os.environ.get("CI"), "PostgreSQL must be installed in CI"
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="suyuan-postgres-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    port, data = free_port(), folder / "data"
    made = [str(commands / "initdb"), "-D", str(data), "-A", "trust", "-U", "suyuan", "-E", "UTF8", "--no-locale", "-N"]
    subprocess.run([*as_user, *made], check=True, capture_output=True, cwd="/")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_user, str(commands / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        [*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, capture_output=True, cwd="/"
    )
    try:
        yield f"postgresql+psycopg://suyuan@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/")
        shutil.rmtree(folder)


class MilvusLite:
    """Milvus Lite's server over one data folder; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until somebody listens."""
        command = [str(Path(sys.executable).with_name("milvus-lite")), "server", "--data-dir", str(self.folder)]
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + STARTED
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("Milvus Lite did not start")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@contextmanager
def running_milvus() -> Iterator[MilvusLite]:
    """A Milvus Lite of its own. Skips where it is not installed, fails in CI."""
    if find_spec("milvus_lite") is None or find_spec("pymilvus") is None:
        assert not os.environ.get("CI"), "pymilvus[milvus-lite] must be installed in CI"
        pytest.skip("Milvus Lite is not installed (pip install pymilvus[milvus-lite])")
    folder = Path(tempfile.mkdtemp(prefix="suyuan-milvus-"))
    server = MilvusLite(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
