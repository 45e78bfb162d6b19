"""The current task for Python code: in handlers, in programs, and in keyword libraries inside a robot's run."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.task import current

if TYPE_CHECKING:
    from CamundaLibrary.task.context import TaskContext

Scope = Literal["process", "task"]
"""`process` is the process instance, `task` the task's own scope, which ends with it unless the model maps it."""


def current_task() -> "CurrentTask":
    """Returns the task that this code is for.

    In a run of Robot Framework it is the task of listener and library, in a handler the one that the handler was
    called for. Any other program takes the task that the environment names (CAMUNDA_TASK_FILE, CAMUNDA_TASK_ID or
    CAMUNDA_TOPIC) with its first call, and ends it by the way it ends itself: in order, the task is completed; by
    ThrowBpmnError, ReportFailure or GiveBackTask, it has that outcome; by anything else, an exit code that is not 0
    and SIGTERM too, it has failed. As context manager it ends the task at the end of the block.

    Raises NoCurrentTask where there is no task, in child processes, and after the task has ended.
    """
    state = current.innermost()
    if state is None:
        from CamundaLibrary.task.program import Program

        program = Program()
        program.check()
        state = program.state
    elif state.program:
        state.program.check()
    return CurrentTask(state)


class CurrentTask:
    """What is known of a task, its variables and files, and what becomes of it.

    What is set goes to the engine together with the outcome, not before. `retries` is None until the engine was first
    told a number; `idempotency_key` is the same in all tries: give it to services that must not do a thing twice.
    """

    def __init__(self, state: current.RunState) -> None:
        """Made by `current_task`."""
        self._state = state
        self._context: TaskContext = state.require()
        task = self._context.task
        self.id: str = task.id
        self.topic: str = task.topic
        self.business_key: str | None = task.business_key
        self.process_instance_id: str | None = task.process_instance_id
        self.process_definition_id: str | None = task.process_definition_id
        self.process_definition_key: str | None = task.process_definition_key
        self.activity_id: str | None = task.activity_id
        self.retries: int | None = task.retries
        self.priority: int = task.priority
        self.tenant_id: str | None = task.tenant_id
        self.idempotency_key: str = task.id

    @property
    def extension_properties(self) -> Mapping[str, str]:
        """The `camunda:properties` of the task's activity in the model; empty without an engine or worker."""
        return dict(self._context.extension_properties)

    @property
    def variables(self) -> Mapping[str, Any]:
        """All variables that the task sees, what was set since included, as Python values. Files are file names.

        A value that Python cannot read raises ValueUnreadable when it is asked for.
        """
        return _Variables(self._context)

    @property
    def secrets(self) -> Mapping[str, Any]:
        """The secrets that the worker gave to this run, by name: a text, or a mapping of texts.

        Raises TaskFileError where another process of the run has taken them.
        """
        from CamundaLibrary.task.python_run import given_secrets

        return given_secrets()

    def variable(self, name: str, *default: Any) -> Any:
        """Returns a variable that the task sees, or `default` if that is given and there is no such variable.

        Raises VariableMissing, which lists the names that exist, and ValueUnreadable.
        """
        return self._context.value(name, *default)

    def file(self, name: str, path: "Path | str | None" = None) -> Path:
        """Writes the content of a File or Bytes variable to `path`, exactly there, and returns the path.

        Without `path` it gets a folder of its own below `task-files` in the run's output folder (the working folder
        by hand), and a safe form of its own name. Raises VariableMissing, ValueRefused, ValueUnreadable.
        """
        from CamundaLibrary.task.files import write_file

        return write_file(self._context, name, Path(path) if path else None, self._state.output_folder)

    def set(self, name: str, value: object, type: str | None = None, scope: Scope = "process") -> None:
        """Sets a variable. `type` is the engine's; without it the Python value decides, text is never guessed about.

        Raises ValueRefused for what the engine could not store.
        """
        from CamundaLibrary.variables import encode

        self._context.set({name: encode(value, type)}, in_task=_is_of_task(scope))

    def set_file(self, name: str, path: "Path | str", mime_type: str | None = None, scope: Scope = "process") -> None:
        """Sets a File variable from a file as it is now; without `mime_type` the file's extension decides.

        Raises ValueRefused for a name that the engine could not store, and if the file cannot be copied.
        """
        from CamundaLibrary.task.files import take_file

        take_file(self._context, name, Path(path), mime_type, in_task=_is_of_task(scope))

    def complete(self, /, **variables: object) -> None:
        """Decides that the task is completed, unless the run fails afterwards, and sets process variables.

        Not needed where code just ends. Raises ValueRefused, and OutcomeAlreadyDecided after another outcome.
        """
        from CamundaLibrary.task.outcome import Completed
        from CamundaLibrary.variables import encode_all

        self._context.decide(Completed(encode_all(variables)))

    def check_lock(self) -> None:
        """Raises LockLost when the lock of the task is lost; to be asked before a step that cannot be undone.

        Then another worker may be doing the task, and nothing this run reports will count. Passes with a task file
        and no worker. Raises EngineError where the engine has to be asked, and does not answer.
        """
        self._context.check_lock()

    def __enter__(self) -> "CurrentTask":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Ends the task of a program, and swallows ThrowBpmnError and GiveBackTask, which are then done with.

        In robots and handlers it does nothing: their run ends the task.
        """
        return self._state.program is not None and self._state.program.end_block(error)

    def __str__(self) -> str:
        from CamundaLibrary.task.facts import facts_of

        return ", ".join(f"{name}={value!r}" for name, value in facts_of(self._context).items())

    def __repr__(self) -> str:
        return f"<CurrentTask '{self.id}' of topic '{self.topic}'>"


class _Variables(Mapping[str, Any]):
    """Variables as they are when they are asked for."""

    def __init__(self, context: "TaskContext") -> None:
        self._context = context

    def __getitem__(self, name: str) -> Any:
        return self._context.all_variables()[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self._context.all_variables())

    def __len__(self) -> int:
        return len(self._context.all_variables())

    def __repr__(self) -> str:
        return repr(self._context.all_variables())


def _is_of_task(scope: str) -> bool:
    if scope not in ("process", "task"):
        raise ValueRefused(f"There is no scope '{scope}'. Variables are set in 'process' or 'task'.")
    return scope == "task"
