"""From one version of a process to another."""

from collections.abc import Sequence
from typing import Protocol

from CamundaLibrary.engines.records import Batch, MigrationPlan


class Migrations(Protocol):
    """From one version of a process to another."""

    def plan(self, source_definition_id: str, target_definition_id: str) -> MigrationPlan:
        """Returns what the engine can tell by itself: activities of the same id and kind take each other's place."""

    def problems(self, plan: MigrationPlan) -> list[str]:
        """Returns what the engine has against a plan, one sentence each."""

    def execute(self, plan: MigrationPlan, instance_ids: Sequence[str]) -> None:
        """Migrates all or none. RequestRefused says what hinders which instance."""

    def execute_many(
        self, plan: MigrationPlan, instance_ids: Sequence[str] = (), *, process_definition_id: str | None = None
    ) -> Batch: ...
