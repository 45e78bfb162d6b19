"""External tasks: `/external-task`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from CamundaLibrary.engines.camunda7.batches import read_batch
from CamundaLibrary.engines.camunda7.wire import (
    given,
    missing_is_not_found,
    read_optional_time,
    read_variables,
    sorted_by,
    write_duration,
    write_variables,
)
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import Batch, LockedTask, Subscription
from CamundaLibrary.http import Entry, HttpClient

LONGEST_POLL = timedelta(minutes=30)
"""The engine refuses to hold a call for longer."""


class Camunda7ExternalTasks:
    """The tasks that robots do."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

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
        """Locks tasks. ValueError if a topic is named twice: the engine would forget all but the last."""
        topics = [subscription.topic for subscription in subscriptions]
        if len(set(topics)) < len(topics):
            raise ValueError(f"A topic can be fetched once at a time, these were given: {', '.join(topics)}.")
        poll = min(poll or timedelta(), LONGEST_POLL)
        body = {
            "workerId": worker_id,
            "maxTasks": max_tasks,
            "usePriority": use_priority,
            "topics": [_write_subscription(subscription) for subscription in subscriptions],
            **({"sorting": _OLDEST_FIRST} if oldest_first else {}),
            **({"asyncResponseTimeout": write_duration(poll)} if poll else {}),
        }
        action = f"Fetching tasks of {_named('topic', topics)}"
        return self._client.post(action, "external-task", "fetchAndLock", body=body, wait=poll).build_each(_locked_task)

    def complete(self, task_id: str, worker_id: str, variables: Variables, task_variables: Variables) -> None:
        """Completes a task."""
        body = {
            "workerId": worker_id,
            "variables": write_variables(variables),
            "localVariables": write_variables(task_variables),
        }
        self._post(f"Completing external task '{task_id}'", task_id, "complete", body)

    def bpmn_error(self, task_id: str, worker_id: str, code: str, message: str | None, variables: Variables) -> None:
        """Ends a task with a BPMN error."""
        body = {
            "workerId": worker_id,
            "errorCode": code,
            "errorMessage": _storable(message),
            "variables": write_variables(variables),
        }
        self._post(f"Throwing BPMN error '{code}' for external task '{task_id}'", task_id, "bpmnError", body)

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
    ) -> None:
        """Reports a failure. The engine keeps 666 characters of the message."""
        body = {
            "workerId": worker_id,
            "errorMessage": _storable(message),
            "errorDetails": _storable(details),
            "retries": retries,
            "retryTimeout": write_duration(retry_timeout),
            "variables": write_variables(variables),
            "localVariables": write_variables(task_variables),
        }
        self._post(f"Reporting the failure of external task '{task_id}'", task_id, "failure", body)

    def extend_lock(
        self, task_id: str, worker_id: str, duration: timedelta, *, timeout: timedelta | None = None
    ) -> None:
        """Sets the end of our lock."""
        body = {"workerId": worker_id, "newDuration": write_duration(duration)}
        self._post(f"Extending the lock of external task '{task_id}'", task_id, "extendLock", body, timeout)

    def lock(self, task_id: str, worker_id: str, duration: timedelta, *, timeout: timedelta | None = None) -> None:
        """Locks one task."""
        body = {"workerId": worker_id, "lockDuration": write_duration(duration)}
        self._post(f"Locking external task '{task_id}'", task_id, "lock", body, timeout)

    def unlock(self, task_id: str) -> None:
        """Frees a task, whoever holds it."""
        self._post(f"Unlocking external task '{task_id}'", task_id, "unlock", {})

    def get(self, task_id: str) -> ExternalTask:
        """Reads one task."""
        return self._client.get(f"Reading external task '{task_id}'", "external-task", task_id).build(_task)

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
        """Lists tasks."""
        filters = _filters(
            topic, worker_id, locked, process_instance_id, process_definition_key, activity_id, has_retries_left
        )
        body = {**filters, "sorting": _OLDEST_FIRST}
        params = {"maxResults": max_results}
        return self._client.query("Listing external tasks", "external-task", body=body, params=params).build_each(_task)

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
    ) -> int:
        """Counts tasks."""
        filters = _filters(
            topic, worker_id, locked, process_instance_id, process_definition_key, activity_id, has_retries_left
        )
        return self._client.query("Counting external tasks", "external-task", "count", body=filters).build(_count)

    def error_details(self, task_id: str) -> str | None:
        """Reads the details of the last failure."""
        action = f"Reading the error details of external task '{task_id}'"
        with missing_is_not_found(task_id):
            return self._client.read_text(action, "external-task", task_id, "errorDetails")

    def set_retries(self, task_id: str, retries: int) -> None:
        """Sets the number of tries that are left."""
        action = f"Setting the retries of external task '{task_id}' to {retries}"
        self._client.put(action, "external-task", task_id, "retries", body={"retries": retries})

    def set_retries_of_many(
        self,
        retries: int,
        *,
        topic: str | None = None,
        process_definition_key: str | None = None,
        process_instance_id: str | None = None,
    ) -> Batch:
        """Starts a batch that sets the retries of tasks that have none left."""
        failed = _filters(topic, None, None, process_instance_id, process_definition_key, None, False)
        body = {"retries": retries, "externalTaskQuery": failed}
        action = f"Setting the retries of external tasks to {retries}"
        return self._client.post(action, "external-task", "retries-async", body=body).build(read_batch)

    def _post(
        self, action: str, task_id: str, verb: str, body: Mapping[str, object], timeout: timedelta | None = None
    ) -> None:
        self._client.post(action, "external-task", task_id, verb, body=body, timeout=timeout)


_OLDEST_FIRST = sorted_by("createTime")


def _write_subscription(subscription: Subscription) -> dict[str, object]:
    """Returns one entry of `topics`; an empty list of variables means none, so it must not get lost."""
    variables = subscription.variables
    return {
        "topicName": subscription.topic,
        "lockDuration": write_duration(subscription.lock_duration),
        "deserializeValues": False,
        "includeExtensionProperties": True,
        "localVariables": subscription.local_variables,
        **({} if variables is None else {"variables": list(variables)}),
        **given(
            businessKey=subscription.business_key,
            processDefinitionIdIn=subscription.process_definition_ids,
            processDefinitionKeyIn=subscription.process_definition_keys,
            processDefinitionVersionTag=subscription.process_definition_version_tag,
            processVariables=dict(subscription.process_variables),
            tenantIdIn=subscription.tenant_ids,
            withoutTenantId=subscription.without_tenant or None,
        ),
    }


def _filters(
    topic: str | None,
    worker_id: str | None,
    locked: bool | None,
    process_instance_id: str | None,
    process_definition_key: str | None,
    activity_id: str | None,
    has_retries_left: bool | None,
) -> dict[str, object]:
    """Returns a query; the engine knows only `true`, so the opposite of a filter is another filter."""
    return given(
        topicName=topic,
        workerId=worker_id,
        locked=locked or None,
        notLocked=True if locked is False else None,
        processInstanceId=process_instance_id,
        processDefinitionKey=process_definition_key,
        activityId=activity_id,
        withRetriesLeft=has_retries_left or None,
        noRetriesLeft=True if has_retries_left is False else None,
    )


def _task(entry: Entry) -> ExternalTask:
    return ExternalTask(
        id=entry["id"],
        topic=entry["topicName"],
        worker_id=entry.get("workerId"),
        business_key=entry.get("businessKey"),
        process_instance_id=entry.get("processInstanceId"),
        process_definition_id=entry.get("processDefinitionId"),
        process_definition_key=entry.get("processDefinitionKey"),
        process_definition_version_tag=entry.get("processDefinitionVersionTag"),
        activity_id=entry.get("activityId"),
        activity_instance_id=entry.get("activityInstanceId"),
        execution_id=entry.get("executionId"),
        retries=entry.get("retries"),
        priority=entry.get("priority") or 0,
        tenant_id=entry.get("tenantId"),
        suspended=bool(entry.get("suspended")),
        create_time=read_optional_time(entry.get("createTime")),
        lock_expiration=read_optional_time(entry.get("lockExpirationTime")),
        error_message=entry.get("errorMessage"),
        error_details=entry.get("errorDetails"),
        extension_properties=entry.get("extensionProperties"),
    )


def _locked_task(entry: Entry) -> LockedTask:
    return LockedTask(_task(entry), read_variables(entry.get("variables") or {}))


def _storable(text: str | None) -> str | None:
    """PostgreSQL takes no NUL in texts; what a robot failed with may hold some."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}") if text else text


def _count(entry: Entry) -> int:
    return int(entry["count"])


def _named(noun: str, names: Sequence[str]) -> str:
    return f"{noun}{'s' if len(names) > 1 else ''} {', '.join(repr(name) for name in names)}"
