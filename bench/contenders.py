"""The programs that do the tasks of a queue: our worker in all its forms, a loop, and purjo where it is installed."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

import psutil
from queue_of_tasks import Queue

HERE = Path(__file__).parent
_FOREIGN = ("CAMUNDA_", "COV_", "COVERAGE_", "ROBOT_", "OPERATON_", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
_PATIENCE = 40  # seconds for an orderly stop
COMMAND = (sys.executable, "-c", "from CamundaLibrary.cli import main; main()")
"""`camunda-robot` in the Python of the bench."""


class Contender(Protocol):
    """A program that does the tasks of a queue."""

    name: str

    def start(self, queue: Queue, folder: Path) -> "Running":
        """Starts it for one queue, with a folder of its own."""


class Running:
    """A contender at work."""

    def __init__(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        self.output = folder / "output.txt"
        with self.output.open("ab") as output:
            self._process = psutil.Popen(
                command,
                cwd=folder,
                env={**kept, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def own_processes(self) -> list[psutil.Process]:
        """Returns the worker and its fork servers, not the robots."""
        children = self._process.children()
        return [self._process, *(child for child in children if _is_fork_server(child))]

    def own_cpu(self) -> float:
        """Returns the seconds of processor time that worker and fork servers used so far, those of robots left out."""
        times = [process.cpu_times() for process in self.own_processes()]
        return sum(time.user + time.system for time in times)

    def memory(self) -> float:
        """Returns the proportional set size of worker and fork servers in MiB."""
        return sum(_pss(process) for process in self.own_processes())

    def stop(self) -> None:
        """Asks it to end, and ends what is left of it."""
        family = [self._process, *self._process.children(recursive=True)]
        self._process.send_signal(signal.SIGTERM)
        with suppress(psutil.TimeoutExpired):
            self._process.wait(_PATIENCE)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, 5)


class Ours(NamedTuple):
    """`camunda-robot worker` with everything on; `log` is `CAMUNDA_LOG`.

    `state` is the folder of state of all its runs, None: each has one of its own.
    """

    name: str
    robots: str
    runner: str
    slots: int = 2
    log: str = "always"
    more: tuple[str, ...] = ()
    state: Path | None = None

    def start(self, queue: Queue, folder: Path) -> Running:
        bundle = folder / "bundle"
        if not bundle.exists():
            shutil.copytree(HERE / "robots" / self.robots, bundle)
            (bundle / "robot.yaml").write_text(self._manifest(queue.topic, bundle), "utf-8")
        options = ["--slots", str(self.slots), "--state", str(self.state or folder / "state"), *self.more]
        environment = {"CAMUNDA_API_BASE_URL": queue.url, "CAMUNDA_LOG": self.log}
        return Running([*COMMAND, "worker", str(bundle), *options], folder, environment)

    def _manifest(self, topic: str, bundle: Path) -> str:
        options = f"      topic: {topic}\n      runner: {self.runner}\n"
        needs = "condaConfigFile: conda.yaml\n" if (bundle / "conda.yaml").exists() else ""
        return f"tasks:\n  Work:\n    robotTaskName: Work\n    camunda:\n{options}artifactsDir: output\n{needs}"


class Naive(NamedTuple):
    """The loop of naive.py, with robots that run in the Python of the bench or another one."""

    name: str
    robots: str
    python: str = sys.executable

    def start(self, queue: Queue, folder: Path) -> Running:
        robots = str(HERE / "robots" / self.robots)
        return Running([self.python, str(HERE / "naive.py"), queue.url, queue.topic, robots], folder, {})


class Purjo(NamedTuple):
    """`pur serve` of purjo with its defaults, or with the settings that made it fastest."""

    name: str
    program: str
    slots: int
    is_tuned: bool

    def start(self, queue: Queue, folder: Path) -> Running:
        package, environment = folder / "package", self._environment(folder)
        if not package.exists():
            package.mkdir()
            self._run(package, environment, self.program, "init")
            self._adopt(package, queue.topic)
            if self.is_tuned:
                self._run(package, environment, "uv", "sync", "--no-install-project")
        options = ["--base-url", queue.url, "--max-jobs", str(self.slots), "--log-level", "INFO"]
        offline = {"UV_OFFLINE": "1", "UV_FROZEN": "1"} if self.is_tuned else {}
        return Running([self.program, "serve", *options, str(package)], folder, {**environment, **offline})

    def _adopt(self, package: Path, topic: str) -> None:
        """Gives the package that `pur init` made our robot and topic; tuned, it is no longer built for every task."""
        project = package / "pyproject.toml"
        text = project.read_text("utf-8").replace("My Topic in BPMN", topic).replace("My Test in Robot", "Work")
        if self.is_tuned:
            text = re.sub(r"(?ms)^\[(build-system|project\.scripts)\].*?(?=^\[)", "", text)
        project.write_text(text, "utf-8")
        for robot in package.glob("*.robot"):
            robot.unlink()
        shutil.copy(HERE / "robots" / "trivial" / "tasks.robot", package / "hello.robot")

    def _run(self, package: Path, environment: Mapping[str, str], *command: str) -> None:
        subprocess.run(command, cwd=package, env={**os.environ, **environment}, check=True, capture_output=True)

    def _environment(self, folder: Path) -> dict[str, str]:
        path = {"PATH": os.pathsep.join((str(Path(self.program).parent), os.environ["PATH"]))}
        return {**path, **({"UV_PROJECT_ENVIRONMENT": str(folder / "environment")} if self.is_tuned else {})}


def _is_fork_server(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any("fork_server" in word for word in process.cmdline())
    return False


def _pss(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(process.memory_full_info().pss) / 2**20
    return 0.0
