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
from contextlib import contextmanager, suppress
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


class Postgres:
    """PostgreSQL over one folder of its own; it can be killed and started again. `durable`: what is committed is on the disk."""

    def __init__(self, folder: Path, commands: Path, *, durable: bool = False) -> None:
        self.folder, self.port, self._commands = folder, free_port(), commands
        self._options = "" if durable else " -c fsync=off"

    @property
    def url(self) -> str:
        """Its address."""
        return f"postgresql+psycopg://suyuan@127.0.0.1:{self.port}/postgres"

    def _run(self, command: str, *arguments: str) -> None:
        as_user: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres")
            as_user = ["runuser", "-u", "postgres", "--"]
        called = [*as_user, str(self._commands / command), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(called, check=True, capture_output=True, cwd="/")

    def create(self) -> None:
        """Make an empty database."""
        self._run("initdb", "-A", "trust", "-U", "suyuan", "-E", "UTF8", "--no-locale", "-N")

    def start(self) -> None:
        """Start, and wait until it answers."""
        listen = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''{self._options}"
        self._run("pg_ctl", "-w", "-t", str(int(STARTED)), "-l", str(self.folder / "log"), "-o", listen, "start")

    def stop(self) -> None:
        """End it without ceremony."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def process(self) -> int | None:
        """The number of its first process, None where it does not run."""
        try:
            first = int(self._lock_file().read_text(encoding="utf-8").split()[0])
        except FileNotFoundError:
            return None
        return first if is_running(first) else None

    def _lock_file(self) -> Path:
        return self.folder / "data" / "postmaster.pid"

    def kill(self) -> None:
        """End all of its processes; the first one is stopped before they are counted, so that it starts no others."""
        first = self.process()
        assert first is not None, "PostgreSQL does not run"
        os.kill(first, signal.SIGSTOP)
        others = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="utf-8").split()
        every = [first, *map(int, others)]
        for one in every:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        while any(is_running(one) for one in every):
            time.sleep(0.01)
        # where nobody waits for orphans, PostgreSQL takes the one that ended for one that runs
        self._lock_file().unlink()


def is_running(process: int) -> bool:
    """Whether a process is there and has not ended, waited for or not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def running_postgres() -> Iterator[str]:
    """A PostgreSQL of its own; its URL. Skips where it is not installed, fails in CI."""
    commands = postgres_commands()
    if commands is None:
        assert not os.environ.get("CI"), "PostgreSQL must be installed in CI"
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="suyuan-postgres-"))
    server = Postgres(folder, commands)
    server.create()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
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

    def process(self) -> int | None:
        """The number of its process, None where it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def command(self) -> list[str]:
        """How it is called."""
        program = str(Path(sys.executable).with_name("milvus-lite"))
        return [program, "server", "--data-dir", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]

    def environment(self) -> dict[str, str]:
        """What it finds in its environment."""
        return dict(os.environ)

    def start(self) -> None:
        """Start, and wait until somebody listens."""
        self._process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment()
        )
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
