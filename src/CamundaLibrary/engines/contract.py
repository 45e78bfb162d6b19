"""What the rest of the project may ask of an engine, whichever it is.

Every method raises an `EngineError` of `CamundaLibrary.errors` when the engine refuses or cannot be reached, and
nothing else. Reading calls are repeated a few times by the client itself; reports (complete, bpmn_error, failure) and
fetches are sent once: who reports decides about repeating. Filters left at None are not sent.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import (
    Deployment,
    HistoricActivity,
    HistoricProcessInstance,
    HistoricTaskLog,
    HistoricVariable,
    HistoricVariableUpdate,
    Incident,
    LockedTask,
    ProcessDefinition,
    ProcessInstance,
    Subscription,
    UserTask,
)
from CamundaLibrary.variables import TypedValue

Variables = Mapping[str, TypedValue]


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


class VariableScope(Protocol):
    """The variables of one scope: of a process instance, or of one execution alone."""

    def all(self) -> dict[str, TypedValue]: ...

    def get(self, name: str) -> TypedValue | None:
        """Returns None where there is no such variable."""

    def set(self, values: Variables) -> None:
        """Sets them all in one call; files go along as base64 (at most 14 MB of file)."""

    def delete(self, name: str) -> None: ...

    def download(self, name: str) -> bytes:
        """Returns the content of a File or Bytes variable."""

    def upload(self, name: str, value: TypedValue) -> None:
        """Sets a File or Bytes variable, for any size.

        A name with a slash or backslash, or of dots only, cannot stand in a URL: it travels as with `set`, and a file
        above 14 MB under such a name is refused (ValueRefused).
        """


class VariablesOfEngine(Protocol):
    """Which scope?"""

    def of_process_instance(self, process_instance_id: str) -> VariableScope: ...

    def of_execution(self, execution_id: str) -> VariableScope:
        """Returns the execution's own variables only."""

    def visible_from(self, execution_id: str) -> VariableScope:
        """Returns all that the execution sees, inner scopes first. For reading."""


class Processes(Protocol):
    """Definitions and running instances."""

    def start(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        business_key: str | None = None,
        variables: Variables | None = None,
        tenant_id: str | None = None,
    ) -> ProcessInstance: ...

    def definition(self, definition_id: str) -> ProcessDefinition: ...

    def xml(self, definition_id: str) -> str: ...

    def get(self, instance_id: str) -> ProcessInstance | None:
        """Returns None once it ended."""

    def suspend(self, instance_id: str) -> None: ...

    def activate(self, instance_id: str) -> None: ...

    def delete(self, instance_id: str, reason: str | None = None) -> None: ...

    def incidents(
        self, *, process_instance_id: str | None = None, process_definition_key: str | None = None
    ) -> list[Incident]: ...

    def list(
        self,
        *,
        business_key: str | None = None,
        process_definition_key: str | None = None,
        super_process_instance_id: str | None = None,
        sub_process_instance_id: str | None = None,
        active: bool | None = None,
    ) -> list[ProcessInstance]: ...


class Messages(Protocol):
    """Messages that instances wait for."""

    def correlate(
        self,
        name: str,
        *,
        business_key: str | None = None,
        process_instance_id: str | None = None,
        correlation_keys: Variables | None = None,
        variables: Variables | None = None,
        to_all: bool = False,
        tenant_id: str | None = None,
    ) -> None: ...


class Deployments(Protocol):
    """Models and other resources."""

    def create(
        self,
        name: str,
        files: Sequence[Path],
        *,
        if_changed: bool = False,
        source: str | None = None,
        tenant_id: str | None = None,
    ) -> Deployment:
        """Deploys the files under their base names; with `if_changed` not if all are as before."""

    def delete(self, deployment_id: str, *, cascade: bool = False) -> None: ...


class UserTasks(Protocol):
    """Tasks for people."""

    def list(
        self,
        *,
        process_instance_id: str | None = None,
        business_key: str | None = None,
        task_definition_key: str | None = None,
        name: str | None = None,
        assignee: str | None = None,
        process_definition_key: str | None = None,
        unassigned: bool | None = None,
    ) -> list[UserTask]:
        """Returns open tasks, oldest first."""

    def get(self, task_id: str) -> UserTask: ...

    def claim(self, task_id: str, user_id: str) -> None: ...

    def complete(self, task_id: str, variables: Variables) -> None: ...

    def variables(self, task_id: str) -> VariableScope:
        """Returns what the task sees, for reading."""


class History(Protocol):
    """What was. Lists are oldest first."""

    def process_instance(self, instance_id: str) -> HistoricProcessInstance | None: ...

    def process_instances(
        self,
        *,
        business_key: str | None = None,
        process_definition_key: str | None = None,
        super_process_instance_id: str | None = None,
        finished: bool | None = None,
    ) -> list[HistoricProcessInstance]: ...

    def activities(
        self,
        process_instance_id: str,
        *,
        activity_id: str | None = None,
        activity_type: str | None = None,
    ) -> list[HistoricActivity]: ...

    def activity_instance(self, activity_instance_id: str) -> HistoricActivity | None: ...

    def variables(
        self,
        process_instance_id: str,
        *,
        name: str | None = None,
        activity_instance_id: str | None = None,
    ) -> list[HistoricVariable]: ...

    def variable_file(self, historic_variable_id: str) -> bytes: ...

    def variable_updates(self, historic_variable_id: str) -> list[HistoricVariableUpdate]: ...

    def update_file(self, update_id: str) -> bytes: ...

    def external_task_log(
        self, *, external_task_id: str | None = None, process_instance_id: str | None = None
    ) -> list[HistoricTaskLog]: ...

    def external_task_error_details(self, log_id: str) -> str | None: ...


class Engine(Protocol):
    """One engine, reached with one set of credentials. Safe for use by several threads."""

    @property
    def url(self) -> str:
        """REST root, without credentials."""

    @property
    def external_tasks(self) -> ExternalTasks: ...

    @property
    def variables(self) -> VariablesOfEngine: ...

    @property
    def processes(self) -> Processes: ...

    @property
    def messages(self) -> Messages: ...

    @property
    def deployments(self) -> Deployments: ...

    @property
    def user_tasks(self) -> UserTasks: ...

    @property
    def history(self) -> History: ...

    def version(self) -> str: ...

    def close(self) -> None:
        """Closes the connections; the next call opens new ones."""
