"""What the end of a run means for its task, where the listener could not say it or the worker knows better.

Exit codes are Robot Framework's: 1-250 failed robot tasks, 252 nothing could be run, 253 stopped, 255 broken. They
prove nothing by themselves: a run whose listener could not be loaded ends with 0.
"""

import re
import signal
from datetime import timedelta
from enum import Enum
from typing import NamedTuple

from CamundaLibrary.bundles.manifest import ManifestTask
from CamundaLibrary.bundles.options import DEFAULT_TIMEOUT
from CamundaLibrary.durations import format_duration
from CamundaLibrary.task.outcome import STOPPED, BpmnError, Completed, Failed, Outcome

_ERROR_LINE = re.compile(r"^\[ ERROR \] (?P<text>.+)$", re.MULTILINE)
_NO_MEMORY = re.compile(r"^MemoryError\b", re.MULTILINE)
_REFUSED, _INTERRUPTED = 252, 253


class Stop(Enum):
    """Why the worker stopped a robot."""

    TIME_LIMIT = "time limit"
    WORKER = "worker"
    LOCK_LOST = "lock lost"


LOCK_LOST = "The lock of the task was lost before the robot ended."
_NO_FAULT_OF_THE_ROBOT = {Stop.WORKER: "The worker was stopped before the robot ended.", Stop.LOCK_LOST: LOCK_LOST}


class RunEnd(NamedTuple):
    """How a robot run ended.

    `code` is the exit code, -N for signal N. `is_wrapped`: the listener was there. `outcome` is what it wrote, or None;
    `unreadable` says why what it wrote cannot be read. `tries` is the number of tries that the task has now. `broken`
    says how the machine, and not the robot, ended the run. `bpmn_error` is the code of the error that a failed run is
    to become.
    """

    task: ManifestTask
    code: int
    tries: int
    is_wrapped: bool = True
    outcome: Outcome | None = None
    unreadable: str | None = None
    stopped: Stop | None = None
    console: str = ""
    timeout: timedelta = DEFAULT_TIMEOUT
    broken: str | None = None
    bpmn_error: str | None = None


def judge(end: RunEnd) -> Outcome:
    """Returns the outcome to report."""
    if end.outcome is not None and is_final(end.outcome) and not _is_taken_back(end):
        return _with_console(end, end.outcome) if isinstance(end.outcome, Failed) else end.outcome
    fault = _NO_FAULT_OF_THE_ROBOT.get(end.stopped) if end.stopped else end.broken
    if fault:
        return excuse(fault, end.tries, _details(end, *_said(end)))
    return become_bpmn_error(_fail(end), end.bpmn_error)


def is_final(outcome: Outcome) -> bool:
    """Whether the robot decided it: nothing that happens afterwards changes it.

    Not so a failure, unless `Report Failure` said more than that the run failed.
    """
    if isinstance(outcome, Failed):
        return outcome.retries is not None or outcome.retry_timeout is not None
    return True


def _is_taken_back(end: RunEnd) -> bool:
    """Whether a command failed after part of it, a robot or a program, had completed the task."""
    is_failed = end.task.command is not None and end.code != 0 and not (end.stopped or end.broken)
    return is_failed and isinstance(end.outcome, Completed)


def excuse(message: str, tries: int, details: str | None = None) -> Failed:
    """Returns a failure that is not the robot's: the number of tries stays, the task is free at once."""
    return Failed(message, details, tries, timedelta())


def become_bpmn_error(outcome: Outcome, code: str | None) -> Outcome:
    """Returns the BPMN error that a failed run is to become: `onFailure` of the topic."""
    if code is None or not isinstance(outcome, Failed) or is_final(outcome):
        return outcome
    return BpmnError(code, outcome.message)


def _fail(end: RunEnd) -> Outcome:
    if end.stopped is Stop.TIME_LIMIT:
        limit = format_duration(end.timeout)
        return Failed(f"The robot was stopped after its time limit of {limit}.", _details(end, *_said(end)))
    if _ran_out_of_memory(end):
        return Failed("The robot ran out of memory.", _details(end, *_said(end)))
    if isinstance(end.outcome, Failed):
        return _with_console(end, end.outcome)
    if end.task.command and end.code == 0 and not end.is_wrapped:
        return Completed()
    return Failed(_explain(end), _details(end))


def _ran_out_of_memory(end: RunEnd) -> bool:
    """Robot Framework lets a MemoryError end the run at once, and all that tells of it is on the console."""
    is_unexplained = end.outcome is None or (isinstance(end.outcome, Failed) and end.outcome.message == STOPPED)
    return is_unexplained and end.code > 0 and bool(_NO_MEMORY.search(end.console))


def _with_console(end: RunEnd, failure: Failed) -> Failed:
    return failure._replace(details=_details(end, failure.details))


def _said(end: RunEnd) -> tuple[str | None, ...]:
    """What the robot said of a failure that is not its own."""
    return (str(end.outcome), end.outcome.details) if isinstance(end.outcome, Failed) else ()


def _details(end: RunEnd, *parts: str | None) -> str | None:
    console = f"Last lines of the console:\n{end.console}" if end.console else None
    return "\n\n".join(part for part in (*parts, console) if part) or None


def _explain(end: RunEnd) -> str:
    if end.outcome is not None:
        return f"The command of task '{end.task.name}' failed (exit code {end.code}) after the task was {end.outcome}."
    if end.unreadable:
        return f"The outcome of the robot cannot be read: {end.unreadable}"
    if end.code < 0:
        return f"The robot was killed by {_signal(-end.code)}."
    if not end.is_wrapped:
        return _explain_unwrapped(end)
    if end.code == _INTERRUPTED:
        return f"The robot was interrupted before it had an outcome (exit code {end.code})."
    return f"The robot ended without an outcome (exit code {end.code})."


def _explain_unwrapped(end: RunEnd) -> str:
    if end.task.command:
        return f"The command of task '{end.task.name}' failed (exit code {end.code})."
    if end.task.handler:
        return f"Handler '{end.task.handler}' could not be started (exit code {end.code})."
    if end.code == _REFUSED:
        error = _ERROR_LINE.search(end.console)
        reason = error["text"] if error else "there is no such robot task, or a suite or an option is invalid."
        return f"Robot Framework could not run '{end.task.title}' (exit code 252): {reason}"
    return f"The listener was not loaded, so that nothing is known of the robot's run (exit code {end.code})."


def _signal(number: int) -> str:
    names = {each.value: each.name for each in signal.Signals}
    hint = ", as systems do when memory runs out" if names.get(number) == "SIGKILL" else ""
    return f"signal {number} ({names.get(number, 'unknown')}){hint}"
