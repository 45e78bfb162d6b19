"""What the demo plays on: an engine, the comic site and a worker, each a process that ends with the demo."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from CamundaLibrary.development_engine import DevelopmentEngine, build_engine

COMICS = Path(__file__).parents[1] / "comics"
GRACE = 40  # seconds that a process gets to end by itself


@contextmanager
def run_engine(log: Path) -> Iterator[str]:
    """Yields the REST root of the engine of CAMUNDA_API_BASE_URL, else of one that is started."""
    given = os.environ.get("CAMUNDA_API_BASE_URL")
    if given:
        yield given
    else:
        with DevelopmentEngine(build_engine(print), port=_choose_port(8080), log=log) as engine:
            yield engine.url


@contextmanager
def run_site() -> Iterator[str]:
    """Yields the address of the comic site."""
    command = [sys.executable, str(COMICS / "site"), "--port", str(_choose_port(8090))]
    with _run(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[-1]


@contextmanager
def run_worker(engine_url: str, state: Path, log: Path) -> Iterator[subprocess.Popen]:
    """Lets the robots of the comic search work for the engine."""
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [shutil.which("camunda-robot", path=here), "worker", str(COMICS), "--state", str(state)]
    environment = {**os.environ, "CAMUNDA_API_BASE_URL": engine_url}
    with (
        log.open("w", encoding="utf-8") as output,
        _run(command, env=environment, stdout=output, stderr=subprocess.STDOUT) as worker,
    ):
        yield worker


@contextmanager
def _run(command: list[str], **options: object) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        _wait(process)


def _wait(process: subprocess.Popen) -> None:
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _choose_port(usual: int) -> int:
    """Returns the usual port, or 0 for any other where that is taken."""
    with socket.socket() as probe:
        return usual if probe.connect_ex(("127.0.0.1", usual)) else 0
