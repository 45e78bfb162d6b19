"""What the engine does by itself: `/job`, `/job-definition`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from CamundaLibrary.engines.camunda7.batches import read_batch
from CamundaLibrary.engines.camunda7.wire import given, read_optional_time, reworded, write_time
from CamundaLibrary.engines.records import Batch, Job, JobDefinition
from CamundaLibrary.errors import EngineFailed, NotFound
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Jobs:
    """Timers, asynchronous continuations, parts of batches."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def list(
        self,
        *,
        process_instance_id: str | None = None,
        process_definition_key: str | None = None,
        activity_id: str | None = None,
        definition_id: str | None = None,
        timers: bool | None = None,
        due: bool = False,
        failed: bool = False,
        has_retries_left: bool | None = None,
        suspended: bool | None = None,
        tenant_id: str | None = None,
        max_results: int | None = None,
    ) -> list[Job]:
        """Lists jobs; the engine knows only `true`, so the opposite of a filter is another filter."""
        body = given(
            processInstanceId=process_instance_id,
            processDefinitionKey=process_definition_key,
            activityId=activity_id,
            jobDefinitionId=definition_id,
            timers=timers or None,
            messages=True if timers is False else None,
            executable=due or None,
            withException=failed or None,
            withRetriesLeft=has_retries_left or None,
            noRetriesLeft=True if has_retries_left is False else None,
            suspended=suspended or None,
            active=True if suspended is False else None,
            tenantIdIn=[tenant_id] if tenant_id else None,
            sorting=[{"sortBy": "jobDueDate", "sortOrder": "asc"}, {"sortBy": "jobId", "sortOrder": "asc"}],
        )
        return self._client.query("Listing jobs", "job", body=body, params={"maxResults": max_results}).build_each(_job)

    def get(self, job_id: str) -> Job:
        """Reads one job."""
        return self._client.get(f"Reading job '{job_id}'", "job", job_id).build(_job)

    def definition(self, definition_id: str) -> JobDefinition:
        """Reads what jobs of a model have in common."""
        action = f"Reading job definition '{definition_id}'"
        return self._client.get(action, "job-definition", definition_id).build(_job_definition)

    def execute(self, job_id: str) -> None:
        """Does a job now. The engine says 404 for some failures of the job, too: there it is EngineFailed."""
        try:
            self._client.post(f"Executing job '{job_id}'", "job", job_id, "execute")
        except NotFound as error:
            if f"No job found with id '{job_id}'" in error.reason:
                raise
            raise reworded(error, EngineFailed, error.reason) from None

    def set_retries(self, job_id: str, retries: int) -> None:
        """Sets the number of tries that are left."""
        with _missing_is_not_found(job_id):
            action = f"Setting the retries of job '{job_id}' to {retries}"
            self._client.put(action, "job", job_id, "retries", body={"retries": retries})

    def set_retries_of_many(
        self, retries: int, job_ids: Sequence[str] = (), *, process_definition_key: str | None = None
    ) -> Batch:
        """Starts a batch that sets retries."""
        of_process = {"processDefinitionKey": process_definition_key, "noRetriesLeft": True}
        body = given(
            retries=retries,
            jobIds=list(job_ids) or None,
            jobQuery=of_process if process_definition_key is not None else None,
        )
        return self._client.post(f"Setting the retries of jobs to {retries}", "job", "retries", body=body).build(
            read_batch
        )

    def set_due(self, job_id: str, due: datetime | None) -> None:
        """Sets when a job is to be done."""
        with _missing_is_not_found(job_id):
            body = {"duedate": write_time(due) if due else None}
            self._client.put(f"Setting the due date of job '{job_id}'", "job", job_id, "duedate", body=body)

    def suspend(self, job_id: str) -> None:
        """Suspends a job; the engine says nothing if there is none."""
        self._client.put(f"Suspending job '{job_id}'", "job", job_id, "suspended", body={"suspended": True})

    def activate(self, job_id: str) -> None:
        """Activates a suspended job; the engine says nothing if there is none."""
        self._client.put(f"Activating job '{job_id}'", "job", job_id, "suspended", body={"suspended": False})

    def stacktrace(self, job_id: str) -> str | None:
        """Reads the stack trace of the last failure."""
        return self._client.read_text(f"Reading the stack trace of job '{job_id}'", "job", job_id, "stacktrace")


@contextmanager
def _missing_is_not_found(job_id: str) -> Iterator[None]:
    """Turns the engine's 500 `No job found with id 'x'` into NotFound."""
    try:
        yield
    except EngineFailed as error:
        if f"No job found with id '{job_id}'" not in error.reason:
            raise
        raise reworded(error, NotFound, f"there is no job '{job_id}'") from None


def _job(entry: Entry) -> Job:
    return Job(
        id=entry["id"],
        definition_id=entry.get("jobDefinitionId"),
        process_instance_id=entry.get("processInstanceId"),
        process_definition_id=entry.get("processDefinitionId"),
        process_definition_key=entry.get("processDefinitionKey"),
        execution_id=entry.get("executionId"),
        retries=entry.get("retries") or 0,
        due=read_optional_time(entry.get("dueDate")),
        suspended=bool(entry.get("suspended")),
        message=entry.get("exceptionMessage"),
        failed_activity_id=entry.get("failedActivityId"),
        priority=entry.get("priority") or 0,
        tenant_id=entry.get("tenantId"),
        created=read_optional_time(entry.get("createTime")),
    )


def _job_definition(entry: Entry) -> JobDefinition:
    return JobDefinition(
        id=entry["id"],
        type=entry["jobType"],
        activity_id=entry.get("activityId"),
        configuration=entry.get("jobConfiguration"),
        suspended=bool(entry.get("suspended")),
    )
