"""Work on many instances that the engine does by itself: `/batch`."""

from dataclasses import replace

from CamundaLibrary.engines.records import Batch
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Batches:
    """Work on many instances that the engine does by itself."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def get(self, batch_id: str) -> Batch:
        """Reads a batch with its counts; they are the whole number where only the history still knows it."""
        action = f"Reading batch '{batch_id}'"
        params = {"batchId": batch_id}
        running = self._client.get(action, "batch", "statistics", params=params).build_each(read_batch)
        if running:
            return running[0]
        ended = self._client.get(action, "history", "batch", batch_id).build(read_batch)
        return replace(ended, created=ended.total, completed=ended.total)

    def list(
        self, *, type: str | None = None, suspended: bool | None = None, tenant_id: str | None = None
    ) -> list[Batch]:
        """Lists running batches with their counts."""
        params = {
            "type": type,
            "suspended": suspended,
            "tenantIdIn": tenant_id,
            "sortBy": "startTime",
            "sortOrder": "asc",
        }
        return self._client.get("Listing batches", "batch", "statistics", params=params).build_each(read_batch)

    def suspend(self, batch_id: str) -> None:
        """Suspends a batch."""
        self._set_suspended(f"Suspending batch '{batch_id}'", batch_id, True)

    def activate(self, batch_id: str) -> None:
        """Activates a suspended batch."""
        self._set_suspended(f"Activating batch '{batch_id}'", batch_id, False)

    def delete(self, batch_id: str, *, cascade: bool = False) -> None:
        """Ends a batch."""
        self._client.delete(f"Deleting batch '{batch_id}'", "batch", batch_id, params={"cascade": cascade})

    def _set_suspended(self, action: str, batch_id: str, suspended: bool) -> None:
        self._client.put(action, "batch", batch_id, "suspended", body={"suspended": suspended})


def read_batch(entry: Entry) -> Batch:
    """Returns a batch as `/batch`, its statistics, its history and every call that starts one show it."""
    return Batch(
        id=entry["id"],
        type=entry.get("type") or "",
        total=entry.get("totalJobs") or 0,
        created=entry.get("jobsCreated") or 0,
        completed=entry.get("completedJobs") or 0,
        remaining=entry.get("remainingJobs") or 0,
        failed=entry.get("failedJobs") or 0,
        suspended=bool(entry.get("suspended")),
        job_definition_id=entry.get("batchJobDefinitionId"),
        seed_job_definition_id=entry.get("seedJobDefinitionId"),
        tenant_id=entry.get("tenantId"),
    )
