"""A call of one of the robot's own keywords, as if it were a run of its own.

How calls, signals and timeouts go together is no public API of Robot Framework (7.4, 7.5): what is used of it is here.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from robot.errors import ExecutionPassed, ExecutionStatus
from robot.libraries.BuiltIn import BuiltIn
from robot.running.context import EXECUTION_CONTEXTS
from robot.running.signalhandler import STOP_SIGNAL_MONITOR
from robot.utils import escape

from CamundaLibrary.task.current import RunState
from CamundaLibrary.task.outcome import RunResult


class CallEnd(NamedTuple):
    """How a call ended: the result is None where it was interrupted. `stop` is what must not be held up."""

    result: RunResult | None
    stop: BaseException | None = None


def check_keyword(name: str) -> None:
    """Raises AssertionError with Robot Framework's sentence if there is no such keyword."""
    exists: Any = BuiltIn().keyword_should_exist  # annotated with an alias that stands for any text
    exists(name)


def call_keyword(name: str, arguments: Sequence[Any], state: RunState) -> CallEnd:
    """Calls a keyword. Its name and arguments are final: what looks like a variable in them is none."""
    try:
        BuiltIn().run_keyword(escape(name), *(escape(each) if isinstance(each, str) else each for each in arguments))
    except ExecutionPassed as passed:
        return _end_of(passed.earlier_failures, name, state) if passed.earlier_failures else CallEnd(RunResult("PASS"))
    except ExecutionStatus as failed:
        return _end_of(failed, name, state)
    except BaseException as error:
        return CallEnd(None, error)
    return CallEnd(RunResult("PASS"))


def heed_signals() -> None:
    """Lets Ctrl-C and SIGTERM end what the current keyword does, also after it called others; raises if one came."""
    STOP_SIGNAL_MONITOR.start_running_keyword(EXECUTION_CONTEXTS.current.in_teardown)


def _end_of(failed: ExecutionStatus, name: str, state: RunState) -> CallEnd:
    if _is_interrupted():
        return CallEnd(None, failed)
    if failed.skip:
        return CallEnd(RunResult("SKIP", skip_message=failed.message))
    message, details = failed.message, None
    if state.describe_failure:
        called = _last_called()
        message, details = state.describe_failure(name, failed.message, called, [called])
    return CallEnd(RunResult("FAIL", message, details), failed if failed.exit or failed.syntax else None)


def _is_interrupted() -> bool:
    """Whether a signal came, or the time of a keyword or robot task around is over."""
    timeouts = EXECUTION_CONTEXTS.current.timeouts
    return STOP_SIGNAL_MONITOR._signal_count > 0 or any(timeout.timed_out() for timeout in timeouts)


def _last_called() -> Any:
    _, caller, *_ = EXECUTION_CONTEXTS.current.steps[-1]
    return caller.body[-1]
