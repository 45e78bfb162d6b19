"""The folder of one run: handover, the robot's copy of its bundle, its files and what it printed."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.runners import Order
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.variables import FileValue, TypedValue, safe_filename

_TAIL = 8000  # bytes


class RunFolder:
    """One run on disk. Robots see no other run's files: each works in a copy of its bundle.

    Temporary files are elsewhere, at a short path: browsers make sockets there, whose paths are at most 107 long.
    """

    def __init__(self, path: Path, topic: Topic) -> None:
        self.path = path
        self.handover = Handover(path / "task.json")
        self._topic = topic
        self._console = path / "console.txt"
        self._temporary: Path | None = None
        self._staged = path / "robot"
        self._root = self._staged / safe_filename(topic.bundle.title)

    def make(self) -> None:
        """Makes the folder itself."""
        self.path.mkdir(mode=0o700)

    def lay_out(
        self, task: ExternalTask, variables: Mapping[str, TypedValue], download: Callable[[str], bytes]
    ) -> None:
        """Writes all that the robot needs. Raises OSError, and CamundaLibraryError for what the task brings."""
        self._temporary = Path(tempfile.mkdtemp(prefix="camunda-"))
        self._topic.bundle.stage(self._root)
        (self._root / self._topic.bundle.manifest.artifacts).mkdir(parents=True, exist_ok=True)
        self.handover.write_task(task, self._with_content(variables, download))

    def order(self, environment: Mapping[str, str]) -> Order:
        """Returns what a runner needs to know."""
        manifest, task = self._topic.bundle.manifest, self._topic.task
        temporary = self._temporary or self.path
        return Order(task, manifest, self._root, self.handover.task_file, self._console, temporary, environment)

    def console_tail(self) -> str:
        """Returns the end of what the robot printed, whole lines."""
        try:
            with self._console.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - _TAIL, 0))
                lines = file.read(_TAIL).decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[1:] if size > _TAIL else lines).strip()

    def keep(self) -> None:
        """Keeps what tells of the run: handover, console and artifacts; the copy of the bundle goes."""
        artifacts, output = self._root / self._topic.bundle.manifest.artifacts, self.path / "output"
        if artifacts.is_dir() and not output.exists():
            shutil.move(artifacts, output)
        shutil.rmtree(self._staged, ignore_errors=True)
        self._remove_temporary()

    def remove(self) -> None:
        """Removes it all."""
        self._remove_temporary()
        shutil.rmtree(self.path, ignore_errors=True)

    def _remove_temporary(self) -> None:
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

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
