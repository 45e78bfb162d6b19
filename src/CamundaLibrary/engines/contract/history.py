"""What was."""

from typing import Protocol

from CamundaLibrary.engines.records import (
    HistoricActivity,
    HistoricProcessInstance,
    HistoricTaskLog,
    HistoricVariable,
    HistoricVariableUpdate,
)


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
