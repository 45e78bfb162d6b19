"""One run of a handler, from its task to the outcome."""

import os
import sys
from collections.abc import Sequence
from typing import Any

from CamundaLibrary.errors import NoCurrentTask
from CamundaLibrary.handlers.handler import Handler, do_task, load_handler
from CamundaLibrary.settings import Source
from CamundaLibrary.task.console import say, tell
from CamundaLibrary.task.context import Reported
from CamundaLibrary.task.outcome import Failed, Outcome
from CamundaLibrary.task.python_run import PythonRun
from CamundaLibrary.task.run import Start
from CamundaLibrary.task.signal_guard import StopSignal

_DONE, _FAILED, _WRONG_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the handler that the only argument names, for the task that the environment names.

    Returns the exit code: 0 for a business outcome, or if no task of the topic is waiting, 1 for a failure or where
    there is no task to be had, 2 for wrong usage. Modules are looked for in the working folder, too.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        say("Usage: python -m CamundaLibrary.handlers module:function", sys.__stderr__)
        return _WRONG_USAGE
    run = PythonRun()
    if run.opening.start is Start.SKIP:
        run.end(None)
        say(run.opening.sentence, sys.__stdout__)
        return _DONE
    reported = _work(run, given[0])
    if reported is None:
        say(run.absence, sys.__stderr__)
        return _FAILED
    return _tell(reported)


def run_handler(handler: Handler | str, **settings: Any) -> Outcome:
    """Runs a function, or the one of that name, for the task that `settings` name, and returns the outcome.

    For tests of handlers: `run_handler(count, task_file="task.json")` needs no engine. The outcome is written, or
    reported, as in any run. `settings` are those of libraries and listener; NoCurrentTask if they name no task.
    """
    run = PythonRun([Source("argument", settings)])
    reported = _work(run, handler)
    if reported is None or reported.outcome is None:
        raise NoCurrentTask(reported.text if reported else run.absence)
    return reported.outcome


def _tell(reported: Reported) -> int:
    """A worker gets the traceback with the outcome, and needs it no second time."""
    outcome = reported.outcome
    if isinstance(outcome, Failed) and outcome.details and reported.text:
        say(outcome.details, sys.__stderr__)
    tell(reported)
    return _FAILED if reported.is_problem or isinstance(outcome, Failed) else _DONE


def _work(run: PythonRun, handler: Handler | str) -> Reported | None:
    signal = StopSignal()
    signal.on()
    error: BaseException | None = None
    try:
        if run.opening.start is Start.GO and run.context:
            _call(run, handler)
    except BaseException as raised:  # whatever it is, it is how the run ended
        error = raised
    finally:
        signal.off()
    return run.end(error)


def _call(run: PythonRun, handler: Handler | str) -> None:
    folder = os.getcwd()  # noqa: PTH109 - as Python writes it into sys.path
    if folder not in sys.path:
        sys.path.insert(0, folder)
    do_task(run.state, load_handler(handler) if isinstance(handler, str) else handler)
