"""The folder of one run: handover, the robot's copy of its bundle, its files and what it printed."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.runners import Order
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.variables import FileValue, TypedValue, safe_filename

_TAIL = 8000  # bytes
_ROOM = 1_000_000  # bytes
_STAGED = "robot"
CONSOLE_LIMIT = 10_000_000
"""Bytes that are kept of what a robot printed: the first and the last half of them."""


class RunFolder:
    """One run on disk, also after its worker is gone. `artifacts` is the folder in it that the robot writes to."""

    def __init__(self, path: Path, artifacts: str) -> None:
        self.path = path
        self.handover = Handover(path / "task.json")
        self.console = path / "console.txt"
        # Not in the folder itself: browsers make sockets there, whose paths are at most 107 characters long.
        self.temporary = Path(tempfile.gettempdir()) / f"camunda-{path.name[-16:]}"
        self.artifacts = artifacts
        self._output = path / "output"

    @property
    def exists(self) -> bool:
        """Whether it was made, and not removed yet."""
        return self.path.exists()

    @property
    def has_traces(self) -> bool:
        """Whether a robot was at work here."""
        files = (self.handover.started_file, self.handover.outcome_file, self.console)
        return any(file.exists() for file in files)

    @property
    def root(self) -> Path:
        """The robot's copy of its bundle."""
        return self.path.joinpath(*Path(self.artifacts).parts[:2])

    def find(self, path: str) -> Path:
        """Returns a file of the run by its path in the folder as it was when the robot ended."""
        found = self.path / path
        inside = path.removeprefix(f"{self.artifacts}/")
        return found if found.exists() or inside == path else self._output / inside

    def console_tail(self) -> str:
        """Returns the end of what the robot printed, whole lines."""
        try:
            with self.console.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - _TAIL, 0))
                lines = file.read(_TAIL).decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[1:] if size > _TAIL else lines).strip()

    def limit_console(self, limit: int = CONSOLE_LIMIT) -> None:
        """Leaves out the middle of what a robot printed, if it is longer than `limit` bytes. Raises OSError."""
        if not self.console.exists() or self.console.stat().st_size <= limit:
            return
        half = limit // 2
        with self.console.open("r+b") as file:
            size = file.seek(-half, os.SEEK_END) + half
            tail = file.read()
            file.seek(half)
            file.write(f"\n[ {size - 2 * half} bytes are left out here ]\n".encode() + tail)
            file.truncate()

    def has_room(self) -> bool:
        """Whether a robot could write here what it has to say."""
        probe = self.path / "room"
        try:
            probe.write_bytes(bytes(_ROOM))
        except OSError:
            return False
        finally:
            with suppress(OSError):
                probe.unlink(missing_ok=True)
        return True

    def keep(self) -> None:
        """Keeps what tells of the run: handover, console and artifacts; the copy of the bundle goes."""
        artifacts = self.path / self.artifacts
        if artifacts.is_dir() and not self._output.exists():
            shutil.move(artifacts, self._output)
        shutil.rmtree(self.path / _STAGED, ignore_errors=True)
        self.remove_temporary()

    def remove(self) -> None:
        """Removes it all."""
        self.remove_temporary()
        shutil.rmtree(self.path, ignore_errors=True)

    def remove_temporary(self) -> None:
        """Removes what is of use to nobody once the robot is gone."""
        shutil.rmtree(self.temporary, ignore_errors=True)


class NewRunFolder(RunFolder):
    """The folder of a run that is to begin. Robots see no other run's files: each works in a copy of its bundle."""

    def __init__(self, path: Path, topic: Topic) -> None:
        manifest = topic.bundle.manifest
        title = safe_filename(topic.bundle.title)
        super().__init__(path, f"{_STAGED}/{title}/{manifest.artifacts}")
        self._topic = topic
        self._root = path / _STAGED / title

    def make(self) -> None:
        """Makes the folder itself."""
        self.path.mkdir(mode=0o700)

    def lay_out(
        self, task: ExternalTask, variables: Mapping[str, TypedValue], download: Callable[[str], bytes]
    ) -> None:
        """Writes all that the robot needs. Raises OSError, and CamundaLibraryError for what the task brings."""
        self.temporary.mkdir(mode=0o700)
        self._topic.bundle.stage(self._root)
        (self.path / self.artifacts).mkdir(parents=True, exist_ok=True)
        self.handover.write_task(task, self._with_content(variables, download))

    def order(self, environment: Mapping[str, str], secrets: Path | None = None) -> Order:
        """Returns what a runner needs to know."""
        manifest, task = self._topic.bundle.manifest, self._topic.task
        root, task_file = self._root, self.handover.task_file
        return Order(task, manifest, root, task_file, self.console, self.temporary, environment, secrets)

    def _with_content(
        self, variables: Mapping[str, TypedValue], download: Callable[[str], bytes]
    ) -> dict[str, TypedValue]:
        return {name: self._fetch(name, value, download) for name, value in variables.items()}

    def _fetch(self, name: str, value: TypedValue, download: Callable[[str], bytes]) -> TypedValue:
        """Neither the variable's name nor its value chooses the folder; the file's name was made safe."""
        if not isinstance(value, FileValue) or value.has_content:
            return value
        files = self.path / "files"
        files.mkdir(exist_ok=True)
        folder = files / str(len(list(files.iterdir())) + 1)
        folder.mkdir()
        path = folder / safe_filename(value.filename)
        path.write_bytes(download(name))
        return FileValue(value.filename, path=path, mime_type=value.mime_type, encoding=value.encoding)
