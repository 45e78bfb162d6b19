"""The functions of the hotel in a loop over the released client `camunda-external-task-client-python3`.

    python bench/hotel_released_client.py URL NAME

Its best settings: a long poll, one task a fetch (with more, one loop holds what the other could do), no log, nothing
that is not needed. It works until it is ended.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "robots" / "hotel"))

from camunda.external_task.external_task import ExternalTask, TaskResult
from camunda.external_task.external_task_worker import ExternalTaskWorker
from functions import TASKS

from CamundaLibrary import ThrowBpmnError

CONFIG = {
    "maxTasks": 1,
    "lockDuration": 60_000,
    "asyncResponseTimeout": 10_000,
    "includeExtensionProperties": False,
    "deserializeValues": False,
    "sleepSeconds": 1,
}


class Task:
    """What the functions ask of their task."""

    def __init__(self, task: ExternalTask) -> None:
        self.id = self.idempotency_key = task.get_task_id()
        self.business_key = task.get_business_key()
        self._task = task

    def variable(self, name: str, *default: object) -> object:
        return self._task.get_variable(name)


def work(task: ExternalTask) -> TaskResult:
    try:
        return task.complete(TASKS[task.get_topic_name()](Task(task)))
    except ThrowBpmnError as error:
        return task.bpmn_error(error.outcome.code, error.outcome.message or "")


def main(url: str, name: str) -> None:
    ExternalTaskWorker(name, url, CONFIG).subscribe(list(TASKS), work)


if __name__ == "__main__":
    main(*sys.argv[1:])
