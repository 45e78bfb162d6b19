"""What log lines know beside their text: fields for those who search in them."""

import logging
from typing import Any

from CamundaLibrary.engines.external_task import ExternalTask

_KEY = "fields"


def fields(task: ExternalTask | None = None, **more: object) -> dict[str, Any]:
    """Returns what goes to the `extra` of a log call. Names are the engine's (camelCase); None is left out."""
    of_task: dict[str, object] = {}
    if task:
        of_task = {
            "taskId": task.id,
            "topic": task.topic,
            "businessKey": task.business_key,
            "processInstanceId": task.process_instance_id,
            "workerId": task.worker_id,
        }
    return {_KEY: {name: value for name, value in {**of_task, **more}.items() if value is not None}}


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Returns the fields of a log line; none where it has none."""
    return getattr(record, _KEY, {})
