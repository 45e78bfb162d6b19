"""Work on many instances that the engine does by itself."""

from typing import Protocol

from CamundaLibrary.engines.records import Batch


class Batches(Protocol):
    """Work on many instances that the engine does by itself."""

    def get(self, batch_id: str) -> Batch:
        """Returns a batch with its counts; also one that has ended, as far as the history knows it."""

    def list(
        self, *, type: str | None = None, suspended: bool | None = None, tenant_id: str | None = None
    ) -> list[Batch]:
        """Returns running batches with their counts, oldest first."""

    def suspend(self, batch_id: str) -> None: ...

    def activate(self, batch_id: str) -> None: ...

    def delete(self, batch_id: str, *, cascade: bool = False) -> None:
        """Ends a batch: what it has not done stays undone. With `cascade` its history goes, too."""
