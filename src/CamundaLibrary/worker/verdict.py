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
from CamundaLibrary.durations import format_duration
from CamundaLibrary.task.outcome import Completed, Failed, Outcome

_ERROR_LINE = re.compile(r"^\[ ERROR \] (?P<text>.+)$", re.MULTILINE)
_REFUSED, _INTERRUPTED = 252, 253


class Stop(Enum):
    """Why the worker stopped a robot."""

    TIME_LIMIT = "time limit"
    WORKER = "worker"
    LOCK_LOST = "lock lost"


class RunEnd(NamedTuple):
    """How a robot run ended.

    `code` is the exit code, -N for signal N. `is_wrapped`: the listener was there. `outcome` is what it wrote, or None;
    `unreadable` says why what it wrote cannot be read. `tries` is the number of tries that the task has now.
    """

    task: ManifestTask
    code: int
    tries: int
    is_wrapped: bool = True
    outcome: Outcome | None = None
    unreadable: str | None = None
    stopped: Stop | None = None
    console: str = ""


def judge(end: RunEnd) -> Outcome:
    """Returns the outcome to report."""
    if end.outcome is not None and not isinstance(end.outcome, Failed):
        return end.outcome
    if end.stopped and not _is_decided(end.outcome):
        return _stopped(end)
    if end.outcome is not None:
        return end.outcome._replace(details=_details(end, end.outcome.details))
    if end.task.command and end.code == 0 and not end.is_wrapped:
        return Completed()
    return Failed(_explain(end), _details(end))


def _is_decided(failure: Failed | None) -> bool:
    """Whether `Report Failure` said more than that the run failed."""
    return failure is not None and (failure.retries is not None or failure.retry_timeout is not None)


def _stopped(end: RunEnd) -> Failed:
    details = _details(end, *((str(end.outcome), end.outcome.details) if isinstance(end.outcome, Failed) else ()))
    if end.stopped is Stop.TIME_LIMIT:
        limit = format_duration(end.task.options.timeout)
        return Failed(f"The robot was stopped after its time limit of {limit}.", details)
    message = "The worker was stopped" if end.stopped is Stop.WORKER else "The lock of the task was lost"
    return Failed(f"{message} before the robot ended.", details, end.tries, timedelta())


def _details(end: RunEnd, *parts: str | None) -> str | None:
    console = f"Last lines of the console:\n{end.console}" if end.console else None
    return "\n\n".join(part for part in (*parts, console) if part) or None


def _explain(end: RunEnd) -> str:
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
    if end.code == _REFUSED:
        error = _ERROR_LINE.search(end.console)
        reason = error["text"] if error else "there is no such robot task, or a suite or an option is invalid."
        return f"Robot Framework could not run '{end.task.robot_task}' (exit code 252): {reason}"
    return f"The listener was not loaded, so that nothing is known of the robot's run (exit code {end.code})."


def _signal(number: int) -> str:
    names = {each.value: each.name for each in signal.Signals}
    hint = ", as systems do when memory runs out" if names.get(number) == "SIGKILL" else ""
    return f"signal {number} ({names.get(number, 'unknown')}){hint}"
