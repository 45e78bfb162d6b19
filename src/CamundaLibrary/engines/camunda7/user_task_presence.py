"""Whether a user task is there: the engine says that it is not in many ways."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from CamundaLibrary.engines.camunda7.wire import missing_is_not_found
from CamundaLibrary.errors import EngineError, EngineFailed, NotFound, RequestRefused

_GONE = "(Cannot find|No) task (found )?(with id|for task id) '?{id}'?|.* because \"task\" is null$"


@contextmanager
def task_is_there(task_id: str) -> Iterator[None]:
    """Turns the engine's 400 and 500 for a task that does not exist into NotFound."""
    with missing_is_not_found(task_id):
        try:
            yield
        except (RequestRefused, EngineFailed) as error:
            if not _is_gone(error, task_id):
                raise
            raise NotFound(error.action, f"Cannot find task with id {task_id}", status=error.status) from None


def _is_gone(error: EngineError, task_id: str) -> bool:
    return error.type == "NotFoundException" or bool(re.match(_GONE.format(id=re.escape(task_id)), error.reason))
