"""One run of plain Python code for a task: a handler, or a program as a whole."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import CamundaLibrary.task.ending  # noqa: F401 - modules that load at exit make Python forget that Ctrl-C ended it
from CamundaLibrary.errors import CamundaLibraryError, TaskFileError
from CamundaLibrary.settings import Source
from CamundaLibrary.task import current
from CamundaLibrary.task.code_end import details_of, result_of
from CamundaLibrary.task.console import say
from CamundaLibrary.task.endings import TaskEnding
from CamundaLibrary.task.outcome import Failed, RunResult
from CamundaLibrary.task.run import NO_TASK
from CamundaLibrary.task.secrets_file import VARIABLE, read_secrets
from CamundaLibrary.task.signal_guard import SignalGuard

if TYPE_CHECKING:
    from CamundaLibrary.task.context import Reported, TaskContext


class PythonRun:
    """Takes its task when it is made, see `opening`, and reports at its `end`. It has no log.

    It is the run of the process, unless it is given the `state` of one that is only its thread's. A task that is given
    as `context` need not be looked for.
    """

    def __init__(
        self,
        sources: Sequence[Source] = (),
        state: current.RunState | None = None,
        context: "TaskContext | None" = None,
    ) -> None:
        self.state = state or current.begin_with_python(Path(os.environ.get("ROBOT_ARTIFACTS") or ".").absolute())
        task_run = self.state.task_run
        self.opening = task_run.take(context) if context else task_run.open(sources)
        with suppress(TaskFileError):  # which is said when somebody asks for a secret
            given_secrets()

    @property
    def context(self) -> "TaskContext | None":
        """The task; None while, or because, there is none."""
        return self.state.task_run.context

    @property
    def absence(self) -> str:
        """Why there is no task."""
        return self.opening.sentence or NO_TASK

    def end(self, error: BaseException | None) -> "Reported | None":
        """Decides by what the code raised, None for nothing, and reports. None where there is no task (any more)."""
        guard = SignalGuard()
        guard.on()
        try:
            for sentence in self.state.end_taken():
                say(sentence, sys.__stderr__)
            if self.context is None:
                return None
            result = _decide(self.context, error) if isinstance(error, TaskEnding) else result_of(error)
            return self.state.task_run.close(result, None, self.state.output_folder)
        finally:
            current.end(self.state)
            guard.off()


def given_secrets() -> Mapping[str, object]:
    """Returns the secrets that this process was given: by name a text, or texts by key. TaskFileError as the reader."""
    path = os.environ.get(VARIABLE)
    return read_secrets(path) if path else {}


def _decide(context: "TaskContext", ending: TaskEnding) -> RunResult:
    outcome = ending.outcome
    if isinstance(outcome, Failed) and outcome.details is None:
        outcome = outcome._replace(details=details_of(ending))
    try:
        context.decide(outcome)
    except CamundaLibraryError as refusal:
        return RunResult("FAIL", str(refusal), details_of(ending))
    return RunResult("PASS")
