"""The only state of a process: the run it is in.

A stack, since a keyword may run Robot Framework inside a run; made when a run begins, so that nothing of it outlives
the run or crosses a fork.
"""

from typing import TYPE_CHECKING, Any

from CamundaLibrary.settings import Source
from CamundaLibrary.task.run import TaskRun

if TYPE_CHECKING:
    from CamundaLibrary.task.context import TaskContext


class RunState:
    """One run of Robot Framework: its task, and what libraries were imported with."""

    def __init__(self, *, has_listener: bool) -> None:
        self.task_run = TaskRun()
        self.has_listener = has_listener
        self.has_started = False
        self.has_new_arguments = False
        self._library_arguments: dict[str, Any] = {}

    def add_library_arguments(self, arguments: dict[str, Any]) -> None:
        """Remembers arguments of a library import; the listener reads them when the suite starts."""
        self._library_arguments.update(arguments)
        self.has_new_arguments = self.has_new_arguments or bool(arguments)

    @property
    def library_source(self) -> Source:
        return Source("library argument", self._library_arguments)


_runs: list[RunState] = []


def begin_with_listener() -> RunState | None:
    """Returns the state of a new run, or None where another listener of the same run was first."""
    if _runs and not _runs[-1].has_started:
        if _runs[-1].has_listener:
            return None
        _runs.pop()  # of a library that was imported without a run, as libdoc does
    return _begin(has_listener=True)


def begin_with_library() -> RunState:
    """Returns the state of the run that a library is imported in."""
    return _runs[-1] if _runs else _begin(has_listener=False)


def end(state: RunState) -> None:
    """Forgets a run."""
    if state in _runs:
        _runs.remove(state)


def require() -> "TaskContext":
    """Returns the current task; NoCurrentTask tells how to give one."""
    return (_runs[-1].task_run if _runs else TaskRun()).require()


def _begin(*, has_listener: bool) -> RunState:
    state = RunState(has_listener=has_listener)
    _runs.append(state)
    return state
