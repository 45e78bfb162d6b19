"""The only state of a process: the run it is in.

A stack, since a keyword may run Robot Framework inside a run; made when a run begins, so that nothing of it outlives
the run or crosses a fork. Beside it, a thread may have a run of its own, of which others see nothing.
"""

from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CamundaLibrary.settings import Source
from CamundaLibrary.task.run import TaskRun

if TYPE_CHECKING:
    from CamundaLibrary.task.context import TaskContext
    from CamundaLibrary.task.program import Program
    from CamundaLibrary.task.taken_tasks import TakenTasks


class RunState:
    """One run, of Robot Framework or of plain Python: its task, and what libraries were imported with.

    `program` is the Python program that is the run as a whole, and ends it; None for robots and handlers. Tasks that a
    robot took by itself go before that of the run. `describe_failure` returns message and details of a failure.
    """

    def __init__(self, *, has_listener: bool) -> None:
        self.task_run = TaskRun()
        self.has_listener = has_listener
        self.has_started = False
        self.has_new_arguments = False
        self.output_folder = Path()
        self.program: Program | None = None
        self.taken: TakenTasks | None = None
        self.listener_source = Source("listener argument", {})
        self.describe_failure: Callable[..., tuple[str, str | None]] | None = None
        self._library_arguments: dict[str, Any] = {}

    def add_library_arguments(self, arguments: dict[str, Any]) -> None:
        """Remembers arguments of a library import; the listener reads them when the suite starts."""
        self._library_arguments.update(arguments)
        self.has_new_arguments = self.has_new_arguments or bool(arguments)

    @property
    def context(self) -> "TaskContext | None":
        """The current task, or None."""
        return (self.taken and self.taken.current) or self.task_run.context

    def require(self) -> "TaskContext":
        """Returns the current task; NoCurrentTask tells how to give one."""
        return (self.taken and self.taken.current) or self.task_run.require()

    @property
    def library_source(self) -> Source:
        return Source("library argument", self._library_arguments)

    def sources(self, robot_variables: Source) -> list[Source]:
        """Returns what settings are read from, but for the environment."""
        return [self.listener_source, self.library_source, robot_variables]

    def take_tasks(self) -> "TakenTasks":
        """Returns what takes tasks beside that of the run."""
        if self.taken is None:
            from CamundaLibrary.task.taken_tasks import TakenTasks

            self.taken = TakenTasks()
        return self.taken

    def end_taken(self) -> list[str]:
        """Gives back what was taken and not decided; returns sentences about it."""
        return self.taken.close() if self.taken else []


_runs: list[RunState] = []
_own_run: ContextVar[RunState | None] = ContextVar("run of this thread", default=None)
_ended_tasks: dict[str, str] = {}


def begin_with_listener() -> RunState | None:
    """Returns the state of a new run, or None where another listener of the same run was first."""
    if _runs and not _runs[-1].has_started:
        if _runs[-1].has_listener:
            return None
        _runs.pop()  # of a library that was imported without a run, as libdoc does
    return _begin(has_listener=True)


def begin_with_library() -> RunState:
    """Returns the state of the run that a library is imported in."""
    return innermost() or _begin(has_listener=False)


def begin_with_python(output_folder: Path) -> RunState:
    """Returns the state of a run of plain Python; a listener or library inside it joins it."""
    state = _begin(has_listener=True)
    state.output_folder = output_folder
    return state


def begin_in_thread(output_folder: Path) -> RunState:
    """Returns the state of a run that is this thread's own, and of what it awaits."""
    state = RunState(has_listener=True)
    state.output_folder = output_folder
    _own_run.set(state)
    return state


def innermost() -> RunState | None:
    """Returns the state of the current run."""
    return _own_run.get() or (_runs[-1] if _runs else None)


def end(state: RunState) -> None:
    """Forgets a run."""
    if _own_run.get() is state:
        _own_run.set(None)
    if state in _runs:
        _runs.remove(state)


def require() -> "TaskContext":
    """Returns the current task; NoCurrentTask tells how to give one."""
    state = innermost()
    return (state or TaskRun()).require()


def note_end(reference: str, outcome: str) -> None:
    """Remembers the outcome of a task, by its file or id, that this process must not take a second time."""
    _ended_tasks[reference] = outcome


def find_end(reference: str) -> str | None:
    """Returns the outcome that was noted for a task file or id, or None."""
    return _ended_tasks.get(reference)


def output_folder() -> Path:
    """Returns where the current run puts its files."""
    state = innermost()
    return state.output_folder if state else Path()


def _begin(*, has_listener: bool) -> RunState:
    state = RunState(has_listener=has_listener)
    _runs.append(state)
    return state
