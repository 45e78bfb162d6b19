"""The folder of one run: handover, the robot's copy of its bundle, its files and what it printed."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.runners import Order
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.variables import FileValue, TypedValue, safe_filename
from CamundaLibrary.worker.state.bundle_copies import BundleCopies, Copy

_TAIL = 8000  # bytes
_ROOM = 1_000_000  # bytes
_STAGED, _OUTPUT = "robot", "output"
CONSOLE_LIMIT = 10_000_000
"""Bytes that are kept of what a robot printed: the first and the last half of them."""


class RunFolder:
    """One run on disk, also after its worker is gone. `artifacts` is the folder in it that the robot writes to."""

    def __init__(self, path: Path, artifacts: str) -> None:
        self.path = path
        self.artifacts = artifacts

    @cached_property
    def handover(self) -> Handover:
        """The task, its outcome, and what else worker and robot tell each other."""
        return Handover(self.path / "task.json")

    @cached_property
    def console(self) -> Path:
        """What the robot printed."""
        return self.path / "console.txt"

    @cached_property
    def temporary(self) -> Path:
        """Not in the folder itself: browsers make sockets there, whose paths are at most 107 characters long."""
        return Path(tempfile.gettempdir()) / f"camunda-{self.path.name[-16:]}"

    @property
    def exists(self) -> bool:
        """Whether it was made, and not removed yet."""
        return self.path.exists()

    def make(self) -> None:
        """Makes the folder itself, if it is not there yet."""
        self.path.mkdir(mode=0o700, exist_ok=True)

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
        return found if found.exists() or inside == path else self.path / _OUTPUT / inside

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

    def write_down(self, task: ExternalTask, variables: Mapping[str, TypedValue], outcome: Outcome) -> None:
        """Writes the task and its outcome, where a run did without these files. Raises OSError and CamundaLibraryError.

        Files that never came from the engine are left out.
        """
        if self.handover.task_file.exists():
            return
        self.make()
        known = {name: each for name, each in variables.items() if not isinstance(each, FileValue) or each.has_content}
        self.handover.write_task(task, known)
        self.handover.write_outcome(outcome)

    def keep(self) -> None:
        """Keeps what tells of the run: handover, console and artifacts; the copy of the bundle goes."""
        artifacts, output = self.path / self.artifacts, self.path / _OUTPUT
        if artifacts.is_dir() and not output.exists():
            shutil.move(artifacts, output)
        self.remove_copy()
        self.remove_temporary()

    def remove(self) -> None:
        """Removes it all."""
        if self.exists:
            self.remove_copy()
            self.remove_temporary()
            shutil.rmtree(self.path, ignore_errors=True)

    def remove_copy(self) -> None:
        """Removes the robot's copy of its bundle."""
        shutil.rmtree(self.path / _STAGED, ignore_errors=True)

    def remove_temporary(self) -> None:
        """Removes what is of use to nobody once the robot is gone."""
        shutil.rmtree(self.temporary, ignore_errors=True)


class NewRunFolder(RunFolder):
    """The folder of a run that is to begin. Robots see no other run's files: each works in a copy of its bundle."""

    def __init__(self, path: Path, topic: Topic, copies: BundleCopies) -> None:
        manifest = topic.bundle.manifest
        title = safe_filename(topic.bundle.title)
        super().__init__(path, f"{_STAGED}/{title}/{manifest.artifacts}")
        self._topic = topic
        self._copies = copies
        self._copy: Copy | None = None
        self._files: dict[str, TypedValue] = {}

    def lay_out(
        self, task: ExternalTask, variables: Mapping[str, TypedValue], download: Callable[[str], bytes]
    ) -> None:
        """Writes all that the robot needs. Raises OSError, and CamundaLibraryError for what the task brings."""
        self.temporary.mkdir(mode=0o700)
        self._copy = self._copies.lend(self._topic.bundle, self.root)
        (self.path / self.artifacts).mkdir(parents=True, exist_ok=True)
        self.handover.write_task(task, self.with_content(variables, download))

    def remove_copy(self) -> None:
        if self._copy:
            self._copies.take_back(self.root, self._copy)
        super().remove_copy()

    def order(self, environment: Mapping[str, str], secrets: Path | None = None) -> Order:
        """Returns what a runner needs to know."""
        manifest, task = self._topic.bundle.manifest, self._topic.task
        root, task_file = self.root, self.handover.task_file
        return Order(task, manifest, root, task_file, self.console, self.temporary, environment, secrets)

    def with_content(
        self, variables: Mapping[str, TypedValue], download: Callable[[str], bytes]
    ) -> dict[str, TypedValue]:
        """Returns the variables with their files, which are written into the folder. Raises OSError and EngineError."""
        for name, value in variables.items():
            if isinstance(value, FileValue) and not value.has_content:
                self._files[name] = self._fetch(name, value, download)
        return {**variables, **self._files}

    def write_down(self, task: ExternalTask, variables: Mapping[str, TypedValue], outcome: Outcome) -> None:
        super().write_down(task, {**variables, **self._files}, outcome)

    def _fetch(self, name: str, value: FileValue, download: Callable[[str], bytes]) -> FileValue:
        """Neither the variable's name nor its value chooses the folder; the file's name was made safe."""
        files = self.path / "files"
        self.make()
        files.mkdir(exist_ok=True)
        folder = files / str(len(list(files.iterdir())) + 1)
        folder.mkdir()
        path = folder / safe_filename(value.filename)
        path.write_bytes(download(name))
        return FileValue(value.filename, path=path, mime_type=value.mime_type, encoding=value.encoding)
