"""The tasks that robots do."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from CamundaLibrary.engines.contract.variables import Variables
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import Batch, LockedTask, Subscription


class ExternalTasks(Protocol):
    """The tasks that robots do."""

    def fetch_and_lock(
        self,
        worker_id: str,
        subscriptions: Sequence[Subscription],
        max_tasks: int = 1,
        *,
        poll: timedelta | None = None,
        use_priority: bool = True,
        oldest_first: bool = True,
    ) -> list[LockedTask]:
        """Locks up to `max_tasks` waiting tasks. With `poll` the engine holds the call until one comes or time ends.

        ValueError if a topic is named twice.
        """

    def complete(self, task_id: str, worker_id: str, variables: Variables, task_variables: Variables) -> None: ...

    def bpmn_error(
        self, task_id: str, worker_id: str, code: str, message: str | None, variables: Variables
    ) -> None: ...

    def failure(
        self,
        task_id: str,
        worker_id: str,
        message: str,
        details: str | None,
        retries: int,
        retry_timeout: timedelta,
        variables: Variables,
        task_variables: Variables,
    ) -> None: ...

    def extend_lock(
        self, task_id: str, worker_id: str, duration: timedelta, *, timeout: timedelta | None = None
    ) -> None:
        """Sets the lock to end `duration` from now. Raises LockExpired or LockedByAnother where it is lost.

        `timeout` is how long to wait for the answer, if shorter than for other calls.
        """

    def lock(self, task_id: str, worker_id: str, duration: timedelta, *, timeout: timedelta | None = None) -> None:
        """Locks a task that is free or already ours. Raises LockedByAnother."""

    def unlock(self, task_id: str) -> None: ...

    def get(self, task_id: str) -> ExternalTask: ...

    def list(
        self,
        *,
        topic: str | None = None,
        worker_id: str | None = None,
        locked: bool | None = None,
        process_instance_id: str | None = None,
        process_definition_key: str | None = None,
        activity_id: str | None = None,
        has_retries_left: bool | None = None,
        max_results: int | None = None,
    ) -> list[ExternalTask]:
        """Returns tasks, oldest first. `locked=False` asks for those that nobody holds."""

    def count(
        self,
        *,
        topic: str | None = None,
        worker_id: str | None = None,
        locked: bool | None = None,
        process_instance_id: str | None = None,
        process_definition_key: str | None = None,
        activity_id: str | None = None,
        has_retries_left: bool | None = None,
    ) -> int: ...

    def error_details(self, task_id: str) -> str | None: ...

    def set_retries(self, task_id: str, retries: int) -> None: ...

    def set_retries_of_many(
        self,
        retries: int,
        *,
        topic: str | None = None,
        process_definition_key: str | None = None,
        process_instance_id: str | None = None,
    ) -> Batch:
        """Starts a batch that sets the retries of all that match and have none left."""
