"""What a run means for its task: the four outcomes, and the one pure function that decides between them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from CamundaLibrary.durations import format_duration
from CamundaLibrary.variables import TypedValue

_NOTHING: Mapping[str, TypedValue] = {}


class Completed(NamedTuple):
    """The task is done; the variables go to the process and to the task's own scope."""

    variables: Mapping[str, TypedValue] = _NOTHING
    task_variables: Mapping[str, TypedValue] = _NOTHING

    def __str__(self) -> str:
        return "completed"


class BpmnError(NamedTuple):
    """A business outcome that an error event in the model catches."""

    code: str
    message: str | None = None
    variables: Mapping[str, TypedValue] = _NOTHING
    task_variables: Mapping[str, TypedValue] = _NOTHING

    def __str__(self) -> str:
        return f"BPMN error '{self.code}'{f': {self.message}' if self.message else ''}"


class Failed(NamedTuple):
    """A technical failure. `retries` is the number reported, None: count down; 0 is an incident at once.

    `retry_timeout` None: as configured for the try.
    """

    message: str
    details: str | None = None
    retries: int | None = None
    retry_timeout: timedelta | None = None
    variables: Mapping[str, TypedValue] = _NOTHING
    task_variables: Mapping[str, TypedValue] = _NOTHING

    def __str__(self) -> str:
        return f"failure: {self.message}"


class GivenBack(NamedTuple):
    """Nobody's fault: the task is free again after that time."""

    after: timedelta = timedelta(minutes=1)

    def __str__(self) -> str:
        return f"given back, free again after {format_duration(self.after)}" if self.after else "given back"


Outcome = Completed | BpmnError | Failed | GivenBack


class RunResult(NamedTuple):
    """How Robot Framework's run ended.

    `status` is PASS, FAIL or SKIP as of the root suite, or None where the run ended before its root suite did.
    `message` and `details` describe the first failure, also where Robot Framework lets a status stand (the teardown
    of what was skipped); `skip_message` the first skip.
    """

    status: str | None
    message: str = ""
    details: str | None = None
    skip_message: str = ""


STOPPED = "The run was stopped before its end."


def decide(
    decided: Outcome | None,
    run: RunResult,
    on_skip: str = "fail",
    variables: Mapping[str, TypedValue] = _NOTHING,
    task_variables: Mapping[str, TypedValue] = _NOTHING,
) -> Outcome:
    """Returns the outcome of a run.

    `decided` is what a keyword asked for, `variables` and `task_variables` what keywords collected. They are sent
    unless the run failed by itself.
    """
    if isinstance(decided, GivenBack):
        return decided
    if isinstance(decided, (BpmnError, Failed)):
        return decided._replace(variables=variables, task_variables=task_variables)
    if run.status == "PASS" or (run.status == "SKIP" and (decided or on_skip == "complete")):
        return Completed(variables, task_variables)
    if run.status == "SKIP" and on_skip == "give_back":
        return GivenBack()
    if run.status == "SKIP":
        reason = run.skip_message or run.message
        return Failed(f"Every robot task was skipped: {reason}" if reason else "Every robot task was skipped.")
    return Failed(run.message or STOPPED, run.details)
