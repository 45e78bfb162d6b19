"""User tasks that are done: what became of them, for the sentence of a keyword that came too late."""

from collections.abc import Iterator
from contextlib import contextmanager

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricUserTask
from CamundaLibrary.errors import CamundaLibraryError, EngineError, NotFound, TaskGone

_ENDINGS = {"completed": "was completed", "deleted": "was cancelled"}


@contextmanager
def gone_is_explained(engine: Engine, task_id: str) -> Iterator[None]:
    """Turns NotFound into a TaskGone that says who did the task and when, if the history knows."""
    try:
        yield
    except NotFound as error:
        raise _explained(engine, error, task_id) from None


def _explained(engine: Engine, error: NotFound, task_id: str) -> CamundaLibraryError:
    try:
        task = engine.history.user_task(task_id)
        if task is None or task.end_time is None:
            return error
        return TaskGone(f"{error.action} failed: {_end(engine, task)}.")
    except EngineError:
        return error


def _end(engine: Engine, task: HistoricUserTask) -> str:
    """Returns `task 'Review' of process instance 'a1' was completed by 'kim' at 2026-01-31 12:00:00`."""
    operations = engine.history.user_operations(task_id=task.id)
    doer = next((each.user_id for each in reversed(operations) if each.user_id), None)
    assigned = f" (assigned to '{task.assignee}')" if task.assignee else ""
    by = f" by '{doer}'" if doer else assigned
    ending = _ENDINGS.get(task.delete_reason or "", f"ended ({task.delete_reason})")
    when = f" at {task.end_time.astimezone():%Y-%m-%d %H:%M:%S}" if task.end_time else ""
    name = task.name or task.task_definition_key
    return f"task '{name}' of process instance '{task.process_instance_id}' {ending}{by}{when}"
