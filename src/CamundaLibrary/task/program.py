"""A Python program that asked for its task, and so is the task's run: what it ends with is the outcome."""

import os
import sys
from datetime import timedelta

from CamundaLibrary.errors import NoCurrentTask
from CamundaLibrary.settings import environment, read_settings
from CamundaLibrary.task import current
from CamundaLibrary.task.console import tell
from CamundaLibrary.task.endings import GiveBackTask, TaskEnding
from CamundaLibrary.task.exit_watch import ExitWatch, is_interactive
from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.task.python_run import PythonRun
from CamundaLibrary.task.run import Start


class Program(PythonRun):
    """Ends with its process, or with a `with` block before that.

    Made by the first call of `current_task` in a process. NoCurrentTask if the process cannot have the task.
    """

    def __init__(self) -> None:
        _check_process()
        self._reference = _check_is_new()
        self._process = os.getpid()
        self._watch = ExitWatch(self._end_with_process, self._is_business)
        super().__init__()
        if self.context is None:
            current.end(self.state)
        else:
            self.state.program = self
            self._watch.on()

    def check(self) -> None:
        """Raises NoCurrentTask unless this process has the task."""
        if self._process != os.getpid():
            raise NoCurrentTask(_CHILD)
        if self.context is None or self.opening.start is not Start.GO:
            raise NoCurrentTask(self.absence)

    def end_block(self, error: BaseException | None) -> bool:
        """Ends the task with what a block raised, or None; returns whether that was a business outcome and is done."""
        is_business = error is not None and self._is_business(error)
        self._end(error)
        return is_business

    def _is_business(self, error: BaseException) -> bool:
        """Not if the outcome was decided before: then it is a failure."""
        is_ending = isinstance(error, TaskEnding) and not isinstance(error.outcome, Failed)
        return is_ending and self.context is not None and self.context.decided is None and not is_interactive()

    def _end_with_process(self, error: BaseException | None) -> None:
        context = self.context
        if is_interactive() and context and context.decided is None:
            error = GiveBackTask(timedelta())  # nobody said that the task is done
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        self._watch.off()
        reported = self.end(error)
        if reported:
            tell(reported)
            if self._reference:
                current.note_end(self._reference, str(reported.outcome))


_CHILD = "This is a child process. Its parent has the task: let the parent hand on what it needs."


def _check_process() -> None:
    multiprocessing = sys.modules.get("multiprocessing.process")
    if multiprocessing and multiprocessing.parent_process() is not None:
        raise NoCurrentTask(_CHILD)
    robot = sys.modules.get("robot.running.context")  # looked at without importing Robot Framework
    if robot and robot.EXECUTION_CONTEXTS.current:
        raise NoCurrentTask(
            "This run of Robot Framework has neither CamundaListener nor CamundaLibrary. "
            "Run it with 'robot --listener CamundaListener'."
        )


def _check_is_new() -> str | None:
    settings = read_settings([environment()]).settings
    reference = os.path.realpath(settings.task_file) if settings.task_file else settings.task_id
    outcome = current.find_end(reference) if reference else None
    if outcome:
        raise NoCurrentTask(f"The task of this program has ended: {outcome.rstrip('.')}.")
    return reference
