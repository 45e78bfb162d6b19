"""Work on many instances that the engine does by itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Batch:
    """A batch and how far it is, in jobs. `type` is the engine's word, as `instance-deletion`.

    The counts are 0 where only its start was read. `failed` are jobs that the engine has given up.
    """

    id: str
    type: str
    total: int
    created: int = 0
    completed: int = 0
    remaining: int = 0
    failed: int = 0
    suspended: bool = False
    job_definition_id: str | None = None
    seed_job_definition_id: str | None = None
    tenant_id: str | None = None

    @property
    def is_done(self) -> bool:
        """True once all its jobs were made and done; the engine itself takes up to 30 s to notice."""
        return self.created >= self.total and self.completed >= self.total
