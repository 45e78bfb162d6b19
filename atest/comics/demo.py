"""`python robots/demo` in a copy of its own, with names that nothing else in the engine has."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
from comics.conftest import BUNDLE, ComicSearch, rename
from comics.story import make_bundle

DEMO = BUNDLE.parent / "demo"


class Demo:
    """The demo's copy in a folder, and its run there."""

    def __init__(self, folder: Path, comics: ComicSearch) -> None:
        self.folder = folder
        self.said = ""
        self.process: subprocess.Popen[str] | None = None
        self._robots = folder / "robots"
        self._seen: set[psutil.Process] = set()
        self._copy(comics)

    def _copy(self, comics: ComicSearch) -> None:
        for model in (make_bundle(comics, self._robots) / "processes").glob("*.bpmn"):
            model.write_text(rename(model, comics.name), "utf-8")
        shutil.copytree(DEMO, self._robots / "demo", ignore=shutil.ignore_patterns("__pycache__"))
        key = comics.key("comic-search")
        self.replace("demo/reviewer.robot", "Start Process    comic-search ", f"Start Process    {key} ")
        self.replace("demo/report.py", '"comic-search"', f'"{key}"')

    def replace(self, file: str, old: str, new: str) -> None:
        """Changes a file of the copy; `file` is relative to `robots`."""
        path = self._robots / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    def start(self, *arguments: str, **environment: str) -> None:
        """Starts it as in a terminal, where Ctrl-C goes to all processes of its group."""
        inherited = {name: value for name, value in os.environ.items() if name != "CAMUNDA_API_BASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, str(self._robots / "demo"), *arguments],
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
        for line in self.process.stdout:
            self.said += line
            if text in line:
                return line
        raise AssertionError(f"'{text}' was not said:\n{self.said}")

    def press_ctrl_c(self) -> None:
        self._seen.update(psutil.Process(self.process.pid).children(recursive=True))
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self) -> int:
        """Returns the exit code."""
        self.said += self.process.stdout.read()
        return self.process.wait(60)

    def processes(self) -> list[psutil.Process]:
        """Returns what is still there of all that it started."""
        return [each for each in psutil.process_iter() if each in self._seen or str(self.folder) in _description(each)]

    def kill(self) -> None:
        """Ends what is left of it."""
        if self.process:
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
