"""A demo of `robots/` in a copy of its own, run as in a terminal."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

ROBOTS = Path(__file__).parents[1] / "robots"


class DemoRun:
    """The program `name` of `robots`, in the folder `robots` of the given one, and its run there."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.robots = folder / "robots"
        self.said = ""
        self.process: subprocess.Popen[str] | None = None
        self._name = name
        self._seen: set[psutil.Process] = set()

    def copy(self, *names: str) -> None:
        """Copies folders of `robots`."""
        for name in names:
            shutil.copytree(ROBOTS / name, self.robots / name, ignore=shutil.ignore_patterns("__pycache__"))

    def replace(self, file: str, old: str, new: str) -> None:
        """Changes a file of the copy; `file` is relative to `robots`."""
        path = self.robots / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    def start(self, *arguments: str, **environment: str) -> None:
        """Starts it as in a terminal, where Ctrl-C goes to all processes of its group."""
        inherited = {name: value for name, value in os.environ.items() if name != "CAMUNDA_API_BASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, str(self.robots / self._name), *arguments],
            cwd=self.folder,
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def read_until(self, text: str) -> str:
        """Returns the first line with this text."""
        assert self.process
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if text in line:
                return line
        raise AssertionError(f"'{text}' was not said:\n{self.said}")

    def press_ctrl_c(self) -> None:
        assert self.process
        self._seen.update(psutil.Process(self.process.pid).children(recursive=True))
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self) -> int:
        """Returns the exit code."""
        assert self.process
        assert self.process.stdout
        self.said += self.process.stdout.read()
        return self.process.wait(60)

    def processes(self) -> list[psutil.Process]:
        """Returns what is still there of all that it started."""
        return [each for each in psutil.process_iter() if each in self._seen or str(self.folder) in _description(each)]

    def kill(self) -> None:
        """Ends what is left of it."""
        if self.process and self.process.stdout:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
        for each in self.processes():
            with suppress(psutil.Error):
                each.kill()


def _description(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return f"{process.cmdline()} {process.environ()}"
    return ""
