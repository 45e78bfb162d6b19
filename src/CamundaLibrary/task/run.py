"""One run of a robot and the task it is for: opened at the start, reported at the end.

The listener drives it, or the library where no listener is attached. Knows nothing of Robot Framework. What only runs
with a task need is imported once there is one: the library is imported by robots without any, too.
"""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from CamundaLibrary.errors import CamundaLibraryError, NoCurrentTask, TaskFileError
from CamundaLibrary.settings import Reading, Settings, Source, environment, read_settings

if TYPE_CHECKING:
    from CamundaLibrary.task.context import Reported, TaskContext
    from CamundaLibrary.task.ending import Publisher
    from CamundaLibrary.task.handover import Handover
    from CamundaLibrary.task.outcome import RunResult


class Start(Enum):
    """What is to happen to the robot tasks of a run."""

    GO = "go"
    SKIP = "skip"
    FAIL = "fail"


class Opening(NamedTuple):
    """The answer to opening a run, with the sentence for the robot tasks that do not go."""

    start: Start
    sentence: str = ""


NO_TASK = (
    "This run is for no task. Give one by CAMUNDA_TASK_FILE (a task file, no engine needed), "
    "CAMUNDA_TASK_ID or CAMUNDA_TOPIC, as environment variable, Robot variable or listener argument."
)


class TaskRun:
    """The task of one run of Robot Framework. `context` is None while (or because) there is no task."""

    def __init__(self) -> None:
        self.context: TaskContext | None = None
        self.refusal: str | None = None
        self._reading = Reading(Settings(), ())

    @property
    def settings(self) -> Settings:
        """What the run was told, so far."""
        return self._reading.settings

    def require(self) -> "TaskContext":
        """Returns the task; NoCurrentTask tells how to give one."""
        if self.context is None:
            raise NoCurrentTask(self.refusal or NO_TASK)
        return self.context

    def open(self, sources: Sequence[Source], *, is_dry: bool = False) -> Opening:
        """Finds out which task the run is for, and takes it. Never raises: what is wrong refuses the run.

        Called again when a suite brings new library arguments: they count, but an open task stays the task.
        """
        self._read_settings(sources)
        if self.context is not None:
            return self._change_settings(self.context)
        try:
            self._remove_stale_outcome()
            return Opening(Start.GO) if is_dry else self._open()
        except (CamundaLibraryError, OSError) as error:
            return self._refuse(str(error))
        except Exception as error:  # whatever it is, the robot must not run unwrapped
            return self._refuse(f"Opening the task of the run failed: {type(error).__name__}: {error}")

    def take(self, context: "TaskContext") -> Opening:
        """Begins with a task that somebody else opened."""
        self._reading = Reading(context.settings, ())
        self.context = context
        return Opening(Start.GO)

    def open_ended(self, sources: Sequence[Source]) -> None:
        """Opens the task of a run that ended before its suite began, only to fail it; none is fetched."""
        self._read_settings(sources)
        self._open_for_refusal()

    def close(self, result: "RunResult", publisher: "Publisher | None", output_folder: Path) -> "Reported | None":
        """Decides and reports; returns what to tell on the console, None where there is no task."""
        if self.context is None:
            return None
        from CamundaLibrary.task.ending import end_task

        context, self.context = self.context, None
        return end_task(context, self.refusal, result, publisher, output_folder)

    def _read_settings(self, sources: Sequence[Source]) -> None:
        self._reading = read_settings([*sources, environment()])

    def _change_settings(self, context: "TaskContext") -> Opening:
        context.change_settings(self.settings)
        return self._refuse(" ".join(self._reading.mistakes)) if self._reading.mistakes else Opening(Start.GO)

    def _open(self) -> Opening:
        settings, mistakes = self._reading
        if mistakes:
            self._open_for_refusal()
            return self._refuse(" ".join(self._reading.mistakes))
        if settings.task_file:
            self.context = _open_file(settings)
        elif settings.task_id or settings.topic:
            from CamundaLibrary.task.engine_sink import fetch_task, open_task

            self.context = open_task(settings) if settings.task_id else fetch_task(settings)
            if self.context is None:
                return Opening(Start.SKIP, f"No task of topic '{settings.topic}' is waiting.")
        return Opening(Start.GO)

    def _open_for_refusal(self) -> None:
        """With wrong settings the task, if one is known, is opened only to be failed; none is fetched."""
        settings = self._reading.settings
        try:
            if settings.task_file:
                self.context = _open_file(settings)
            elif settings.task_id:
                from CamundaLibrary.task.engine_sink import open_task

                self.context = open_task(settings)
        except CamundaLibraryError as error:
            self._reading = self._reading._replace(mistakes=(*self._reading.mistakes, str(error)))

    def _refuse(self, sentence: str) -> Opening:
        self.refusal = sentence
        return Opening(Start.FAIL, sentence)

    def _remove_stale_outcome(self) -> None:
        if self.settings.task_file:
            _handover(self.settings).remove_stale()


def _open_file(settings: Settings) -> "TaskContext":
    from CamundaLibrary.task.context import TaskContext
    from CamundaLibrary.task.file_sink import FileSink

    handover = _handover(settings)
    if handover.lock_file.exists():
        handover.started_file.write_text("{}", "utf-8")
    task, variables = handover.read_task()
    return TaskContext(task, variables, FileSink(handover, settings), settings)


def _handover(settings: Settings) -> "Handover":
    from CamundaLibrary.task.handover import Handover

    path = Path(settings.task_file or "").absolute()
    if path.is_dir():
        raise TaskFileError(f"'{settings.task_file}' is a folder, not a task file.")
    return Handover(path)
