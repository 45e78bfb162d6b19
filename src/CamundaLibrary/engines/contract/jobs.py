"""What the engine does by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from CamundaLibrary.engines.records import Batch, Job, JobDefinition


class Jobs(Protocol):
    """Timers, asynchronous continuations, parts of batches."""

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
        """Returns jobs, those that are due first. `due` asks for what could run now, `failed` for what ever failed."""

    def get(self, job_id: str) -> Job: ...

    def definition(self, definition_id: str) -> JobDefinition: ...

    def execute(self, job_id: str) -> None:
        """Does a job now, in this call; EngineFailed says what went wrong in it."""

    def set_retries(self, job_id: str, retries: int) -> None: ...

    def set_retries_of_many(
        self, retries: int, job_ids: Sequence[str] = (), *, process_definition_key: str | None = None
    ) -> Batch:
        """Sets the retries of these jobs, or of all jobs of a process that the engine has given up."""

    def set_due(self, job_id: str, due: datetime | None) -> None:
        """Sets when a job is to be done; None: at once."""

    def suspend(self, job_id: str) -> None: ...

    def activate(self, job_id: str) -> None: ...

    def stacktrace(self, job_id: str) -> str | None:
        """Returns the Java stack trace of the last failure."""
