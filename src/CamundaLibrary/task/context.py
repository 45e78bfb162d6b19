"""One task while a robot works on it: what came in, what was collected, what was decided. No I/O until asked."""

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import LockLost, OutcomeAlreadyDecided, ValueRefused, VariableMissing
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack, Outcome
from CamundaLibrary.variables import FileValue, TypedValue, check_name, safe_filename


class Sink(Protocol):
    """Where a task came from and where its outcome goes: a task file, or an engine."""

    settings: Settings

    @property
    def files(self) -> Path:
        """A folder for files that go with the outcome; made when first asked for."""

    def download(self, name: str) -> bytes:
        """Returns the content of a File variable that came without it."""

    def extension_properties(self) -> Mapping[str, str]:
        """Returns those of the task's activity in the model, for a task that came without them."""

    def lock_problem(self) -> str | None:
        """Returns None while the lock is ours, else a sentence."""

    def extend_lock(self, duration: timedelta) -> str | None:
        """Makes the lock last `duration` from now. Returns None, or a sentence where it is not ours."""

    def report(self, outcome: Outcome, log: Path | None, output_folder: Path) -> "Reported":
        """Sends or writes the outcome. `log` is the published log; what is not delivered stays in `output_folder`."""

    def close(self) -> None:
        """Lets go of lock, connections and files."""


class Reported(NamedTuple):
    """What the console is told of a report; `outcome` is what the run meant, None where that cannot be told.

    `delivered` is what the engine has now, None where it has nothing, or is not asked.
    """

    text: str
    is_problem: bool = False
    outcome: Outcome | None = None
    delivered: Outcome | None = None


class TaskContext:
    """A task that is worked on: that of the run, or one that its robot fetched.

    `ends_robot` tells whether an outcome that a keyword asks for is the end of what works on the task.
    """

    ends_robot = True

    def __init__(self, task: ExternalTask, incoming: Mapping[str, TypedValue], sink: Sink, settings: Settings) -> None:
        self.task = task
        self.sink = sink
        self.settings = settings
        self.decided: Outcome | None = None
        self.variables: dict[str, TypedValue] = {}
        self.task_variables: dict[str, TypedValue] = {}
        self._incoming = without_log(incoming, settings)

    @property
    def is_over(self) -> bool:
        """Whether the remaining robot tasks of the run are to be skipped."""
        return isinstance(self.decided, (BpmnError, Failed, GivenBack))

    @property
    def extension_properties(self) -> Mapping[str, str]:
        """The `camunda:properties` of the task's activity in the model."""
        given = self.task.extension_properties
        return self.sink.extension_properties() if given is None else given

    def change_settings(self, settings: Settings) -> None:
        """Takes settings that came after the task; which task it is stays."""
        self.settings = self.sink.settings = settings

    def all_variables(self) -> dict[str, TypedValue]:
        """Returns all variables as the robot sees them now; our own log of an earlier try is not among them."""
        return {**self._incoming, **self.variables, **self.task_variables}

    def variable(self, name: str) -> TypedValue:
        """Returns a variable that came in or was set since; VariableMissing lists the names that exist."""
        variables = self.all_variables()
        if name not in variables:
            existing = ", ".join(f"'{each}'" for each in variables)
            raise VariableMissing(
                f"Task '{self.task.id}' has no variable '{name}'. It has {existing or 'no variables'}."
            )
        return variables[name]

    def value(self, name: str, *default: object) -> object:
        """Returns the Python value of a variable; `default`, if one is given, where there is no such variable."""
        if default and name not in self.all_variables():
            return default[0]
        return self.variable(name).value

    def file(self, name: str) -> tuple[str, bytes | Path]:
        """Returns the safe file name of a File or Bytes variable, and its content or the file that holds it."""
        value = self.variable(name)
        if isinstance(value, FileValue):
            content = Path(value.path) if value.path is not None else self.sink.download(name)
            return safe_filename(value.filename), content
        if value.type == "Bytes" and isinstance(value.value, bytes):
            return safe_filename(name), value.value
        raise ValueRefused(f"Variable '{name}' is of type {value.type}, not a file. Use `Get Task Variable`.")

    def set(self, values: Mapping[str, TypedValue], *, in_task: bool = False) -> None:
        """Collects variables, to be sent with the outcome; ValueRefused for the name of the log."""
        for name in values:
            self._check_name(name)
        (self.task_variables if in_task else self.variables).update(values)

    def set_file(self, name: str, path: Path, mime_type: str | None = None, *, in_task: bool = False) -> None:
        """Collects a file as it is now: what happens to it later does not change the variable."""
        self._check_name(name)
        copy = free_path(self.sink.files / safe_filename(path.name))
        shutil.copyfile(path, copy)
        self.set({name: FileValue(path.name, path=copy, mime_type=mime_type)}, in_task=in_task)

    def check_lock(self) -> None:
        """Raises LockLost when the lock is lost: another worker may be doing the task."""
        problem = self.sink.lock_problem()
        if problem:
            raise self._lock_lost(problem)

    def extend_lock(self, duration: timedelta) -> None:
        """Makes the lock last `duration` from now; LockLost as `check_lock`, ValueRefused for no time."""
        if duration <= timedelta():
            raise ValueRefused("A lock needs a duration that is longer than nothing.")
        problem = self.sink.extend_lock(duration)
        if problem:
            raise self._lock_lost(problem)

    def decide(self, outcome: Outcome) -> None:
        """Records what a keyword decided; OutcomeAlreadyDecided if it is another one than before."""
        if self.decided is not None and not _is_same(self.decided, outcome):
            raise OutcomeAlreadyDecided(f"The outcome of the task is already decided: {str(self.decided).rstrip('.')}.")
        self.set(getattr(outcome, "variables", {}))
        self.decided = outcome

    def _lock_lost(self, problem: str) -> LockLost:
        return LockLost(f"The lock of task '{self.task.id}' is lost: {problem.rstrip('.')}.")

    def _check_name(self, name: str) -> None:
        check_name(name)
        if name == self.settings.log_variable and self.settings.log != "never":
            raise ValueRefused(
                f"Variable '{name}' is where the log of the run is kept. "
                "Take another name, or set CAMUNDA_LOG_VARIABLE."
            )


def without_log(variables: Mapping[str, TypedValue], settings: Settings) -> dict[str, TypedValue]:
    """Returns the variables without our own log of an earlier try, which is not for the robot."""
    return {
        name: value
        for name, value in variables.items()
        if not (name == settings.log_variable and isinstance(value, FileValue))
    }


def _is_same(first: Outcome, second: Outcome) -> bool:
    return type(first) is type(second) and (isinstance(first, Completed) or str(first) == str(second))


def free_path(path: Path) -> Path:
    """Returns `path`, or one beside it with a number where there is such a file already."""
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{number}-{path.name}")
    return candidate
