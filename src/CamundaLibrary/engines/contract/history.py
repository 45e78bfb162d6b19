"""What was."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypedDict

from CamundaLibrary.engines.contract.history_log import HistoryLog
from CamundaLibrary.engines.records import (
    HistoricActivity,
    HistoricProcessInstance,
    HistoricVariable,
    HistoricVariableUpdate,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack


class HistoricInstanceFilters(TypedDict, total=False):
    """Which process instances, running or ended; all that is given must match.

    `state` is ACTIVE, SUSPENDED, COMPLETED, EXTERNALLY_TERMINATED or INTERNALLY_TERMINATED. `passed_activity_ids` were
    gone through, `active_activity_ids` is where they stand, any of them. Variables as in `UserTaskFilters`.
    """

    process_instance_ids: Sequence[str] | None
    business_key: str | None
    business_key_like: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    super_process_instance_id: str | None
    sub_process_instance_id: str | None
    root_process_instances: bool | None
    finished: bool | None
    state: str | None
    started_by: str | None
    started_before: datetime | None
    started_after: datetime | None
    finished_before: datetime | None
    finished_after: datetime | None
    passed_activity_ids: Sequence[str] | None
    active_activity_ids: Sequence[str] | None
    with_incidents: bool | None
    variables: Mapping[str, object] | None
    tenant_ids: Sequence[str] | None
    without_tenant: bool | None
    first_result: int | None
    max_results: int | None


class History(HistoryLog, Protocol):
    """What was. Lists are oldest first."""

    def process_instance(self, instance_id: str) -> HistoricProcessInstance | None: ...

    def process_instances(
        self, *, newest_first: bool = False, **filters: "Unpack[HistoricInstanceFilters]"
    ) -> list[HistoricProcessInstance]: ...

    def count_process_instances(self, **filters: "Unpack[HistoricInstanceFilters]") -> int: ...

    def activities(
        self,
        process_instance_id: str,
        *,
        activity_id: str | None = None,
        activity_type: str | None = None,
        finished: bool | None = None,
        canceled: bool | None = None,
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
