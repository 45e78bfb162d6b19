"""What the demo plays on: an engine, the comic site and a worker, each a process that ends with the demo."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from processes import run_process
from report import show_path

from CamundaLibrary.development_engine import DevelopmentEngine, build_engine

COMICS = Path(__file__).parents[1] / "comics"
END_OF_TASK = re.compile(r"Task '.*?' of topic '(?P<topic>.*?)'(?: \(.*?\))?: (?P<end>.*)(?<! started\.)$")


class StageError(Exception):
    """Something that the demo needs does not work; the text is for the user."""


class EngineOnStage(NamedTuple):
    """REST root; user name and password for the web applications, None where the demo does not know them."""

    url: str
    login: tuple[str, str] | None = None


@contextmanager
def run_engine(log: Path) -> Iterator[EngineOnStage]:
    """Yields the engine of CAMUNDA_API_BASE_URL, else one that is started."""
    given = os.environ.get("CAMUNDA_API_BASE_URL")
    if given:
        print(f"Engine: {given}, as CAMUNDA_API_BASE_URL says")
        yield EngineOnStage(given.rstrip("/"))
    else:
        print("Engine: starting")
        jar = build_engine(lambda sentence: print(f"Engine: {sentence}"))
        with DevelopmentEngine(jar, port=_choose_port("Engine", 8080), log=log) as engine:
            print(f"Engine: {engine.url}")
            yield EngineOnStage(engine.url, engine.LOGIN)


@contextmanager
def run_site() -> Iterator[str]:
    """Yields the address of the comic site."""
    command = [sys.executable, str(COMICS / "site"), "--port", str(_choose_port("Comic site", 8090))]
    with run_process(command, stdout=subprocess.PIPE, text=True) as process:
        greeting = process.stdout.readline().strip()
        if not greeting:
            raise StageError(f"The comic site ended at once, with exit code {process.wait()}.")
        print(greeting)
        yield greeting.split()[-1]


@contextmanager
def run_worker(engine_url: str, state: Path, log: Path) -> Iterator["WorkerOnStage"]:
    """Lets the robots of the comic search work for the engine, and tells line by line what they did."""
    command = [_find_command(), "worker", str(COMICS), "--state", str(state)]
    environment = {**os.environ, "CAMUNDA_API_BASE_URL": engine_url, "PYTHONUNBUFFERED": "1"}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8"}
    with run_process(command, env=environment, **output) as process:
        print(f"Worker: starting with the robots of {show_path(COMICS)}")
        try:
            yield WorkerOnStage(process, log)
        finally:
            if process.poll() is None:
                print("Worker: ending, which may take ten seconds")


class WorkerOnStage:
    """The worker. All it says goes to the file `log`, what its robots did to the console as well."""

    def __init__(self, process: subprocess.Popen, log: Path) -> None:
        self.log = log
        self._process = process
        self._last_line = ""
        self._reader = Thread(target=self._read, name="worker output", daemon=True)
        self._reader.start()

    def check(self) -> None:
        """Raises StageError once the worker has ended, which it should not do by itself."""
        code = self._process.poll()
        if code is not None:
            self._reader.join()
            raise StageError(
                f"The worker ended by itself with exit code {code}. Its last line of {show_path(self.log)}: "
                f"{self._last_line or 'none'}"
            )

    def _read(self) -> None:
        with self.log.open("w", encoding="utf-8") as file:
            for line in self._process.stdout:
                file.write(line)
                file.flush()
                self._last_line = line.strip() or self._last_line
                self._tell(line)

    def _tell(self, line: str) -> None:
        found = END_OF_TASK.search(line)
        if found:
            print(f'Robot "{found["topic"]}": {found["end"]}')


def _find_command() -> str:
    folder = str(Path(sys.executable).parent)
    command = shutil.which("camunda-robot", path=os.pathsep.join([folder, os.environ.get("PATH", "")]))
    if command is None:
        raise StageError("There is no command 'camunda-robot'. Install it with: pip install -e .[worker]")
    return command


def _choose_port(name: str, usual: int) -> int:
    """Returns the usual port, or 0 for any other where that is taken."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", usual)):
            return usual
    print(f"{name}: port {usual} is taken by another program, so it gets another one")
    return 0
