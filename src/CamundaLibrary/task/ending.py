"""The end of a run's task: what the run means for it, the log that goes with it, and the report."""

import logging
from collections.abc import Callable
from pathlib import Path

from CamundaLibrary.errors import CamundaLibraryError
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.context import Reported, TaskContext, free_path
from CamundaLibrary.task.outcome import STOPPED, BpmnError, Completed, Failed, GivenBack, Outcome, RunResult, decide

_log = logging.getLogger(__name__)

#: Makes the log of the run into one file, the given one; returns None where the run wrote no log.
Publisher = Callable[[Path, Settings], "Path | None"]


def end_task(
    context: TaskContext, refusal: str | None, result: RunResult, publisher: Publisher | None, output_folder: Path
) -> Reported:
    """Decides and reports; returns what to tell on the console. A run that was refused has failed with `refusal`.

    Without a `publisher` the run has no log.
    """
    try:
        outcome = _decide(context, refusal, result)
        log = _publish(context, outcome, publisher)
        reported = context.sink.report(outcome, log, output_folder)
        return _with_late_failure(reported, outcome, result)._replace(outcome=outcome)
    except (CamundaLibraryError, OSError) as error:
        return Reported(f"Reporting the outcome of task '{context.task.id}' failed: {error}", is_problem=True)
    finally:
        context.sink.close()


def _decide(context: TaskContext, refusal: str | None, result: RunResult) -> Outcome:
    if refusal and not context.is_over:
        return Failed(refusal)
    return decide(context.decided, result, context.settings.on_skip, context.variables, context.task_variables)


def _publish(context: TaskContext, outcome: Outcome, publisher: Publisher | None) -> Path | None:
    settings = context.settings
    if (
        publisher is None
        or settings.log == "never"
        or (settings.log == "on_failure" and isinstance(outcome, Completed))
    ):
        return None
    try:
        return publisher(free_path(context.sink.files / "log.html"), settings)
    except Exception as error:  # whatever is wrong with a log, the outcome goes its way
        _log.warning("No log is kept with the task: %s: %s", type(error).__name__, error)
        return None


def _with_late_failure(reported: Reported, outcome: Outcome, result: RunResult) -> Reported:
    failure = result.message or ("" if result.status else STOPPED)
    if failure and isinstance(outcome, (BpmnError, GivenBack)):
        said = f"The run failed besides its outcome, which holds: {failure}"
        return reported._replace(text="\n".join(filter(None, (said, reported.text))), is_problem=True)
    return reported
