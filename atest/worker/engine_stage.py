"""Engines of a test's own, which it may break, and a database that outlives them."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from CamundaLibrary.development_engine import DevelopmentEngine

_USER = "camunda"


class BreakableEngine(DevelopmentEngine):
    """An engine that may be killed, and started again at the same address."""

    def kill(self) -> None:
        """Ends it as a cut of its power does."""
        os.kill(self.process_id, signal.SIGKILL)
        self.stop()


class PostgreSQL:
    """A database cluster on a free port, open to all on this machine; it is gone after the `with`."""

    def __init__(self) -> None:
        initdb = find_initdb()
        self._control = initdb.with_name("pg_ctl")
        self._owner = _find_owner()
        self._folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        if self._owner:
            shutil.chown(self._folder, self._owner)
        self._port = _find_free_port()
        self._run(initdb, "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--locale=C", "--no-sync")

    @property
    def jdbc_url(self) -> str:
        return f"jdbc:postgresql://127.0.0.1:{self._port}/postgres?user={_USER}"

    def __enter__(self) -> "PostgreSQL":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Returns once it takes connections."""
        settings = f"-F -p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._run(self._control, "start", "--wait", f"--log={self._folder / 'log'}", f"--options={settings}")

    def stop(self) -> None:
        """Breaks all connections."""
        self._run(self._control, "stop", "--wait", "--mode=fast")

    def break_connections_of(self, table: str, until: Callable[[], object]) -> None:
        """Makes whatever writes to a table wait, then breaks all connections, as a failover does; it stays up."""
        lock = f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE;\n"
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with subprocess.Popen(self._psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as session:
            assert session.stdin
            session.stdin.write(lock)
            session.stdin.flush()
            until()
            session.stdin.write(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others};\n")

    @property
    def _psql(self) -> list[str]:
        address = ["--host=127.0.0.1", f"--port={self._port}", f"--username={_USER}"]
        return [str(self._control.with_name("psql")), *address, "--no-psqlrc", "postgres"]

    def _run(self, program: Path, *arguments: str) -> None:
        """A server that it starts holds its output open: so that goes into a file."""
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [program, *arguments],
                env={**os.environ, "PGDATA": str(self._folder / "cluster"), "LC_ALL": "C"},
                cwd=self._folder,
                user=self._owner,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            said.seek(0)
            assert done.returncode == 0, f"{program.name} failed:\n{said.read()}"


@contextmanager
def revived(fallen: BreakableEngine | PostgreSQL, is_down: Event | None = None) -> Iterator[None]:
    """Starts what was stopped, at the same address, when this ends, however it ends; begins once it is down."""
    try:
        assert is_down is None or is_down.wait(30)
        yield
    finally:
        fallen.start()


def find_initdb() -> Path:
    """Debian has the programs of the server in folders of their own, which are not on the PATH."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve()] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError(
            "This test needs a PostgreSQL server: there is no 'initdb' on the PATH or in /usr/lib/postgresql/*/bin. "
            "Install it (Debian and Ubuntu: apt install postgresql, macOS: brew install postgresql)."
        )
    return found[-1]


def _find_owner() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    users = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody", "daemon") if name in users)


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
