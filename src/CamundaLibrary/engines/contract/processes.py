"""Running instances."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from CamundaLibrary.engines.contract.variables import Variables
from CamundaLibrary.engines.records import ActivityInstance, Batch, ProcessInstance


class Processes(Protocol):
    """Running instances."""

    def start(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        business_key: str | None = None,
        variables: Variables | None = None,
        tenant_id: str | None = None,
        before: Sequence[str] = (),
        after: Sequence[str] = (),
    ) -> ProcessInstance:
        """Starts an instance: at its start event, or `before` and `after` these activities."""

    def get(self, instance_id: str) -> ProcessInstance | None:
        """Returns None once it ended."""

    def list(
        self,
        *,
        business_key: str | None = None,
        business_key_like: str | None = None,
        process_definition_key: str | None = None,
        process_definition_id: str | None = None,
        super_process_instance_id: str | None = None,
        sub_process_instance_id: str | None = None,
        active: bool | None = None,
        activity_id: str | None = None,
        with_incident: bool = False,
        variables: Mapping[str, object] | None = None,
        tenant_id: str | None = None,
        max_results: int | None = None,
    ) -> list[ProcessInstance]:
        """Returns running instances, suspended ones included.

        `variables` are values that process variables have, or pairs of operator and value: `("<=", 3)`.
        """

    def activity_tree(self, instance_id: str) -> ActivityInstance: ...

    def suspend(self, instance_id: str) -> None: ...

    def activate(self, instance_id: str) -> None: ...

    def delete(self, instance_id: str, reason: str | None = None) -> None: ...

    def modify(
        self,
        instance_id: str,
        *,
        before: Sequence[str] = (),
        after: Sequence[str] = (),
        cancel: Sequence[str] = (),
        variables: Variables | None = None,
        annotation: str | None = None,
    ) -> None:
        """Starts before and after activities, setting process variables, then cancels what stands at `cancel`."""

    def restart(
        self,
        definition_id: str,
        instance_ids: Sequence[str],
        *,
        before: Sequence[str] = (),
        after: Sequence[str] = (),
        initial_variables: bool = False,
    ) -> dict[str, str]:
        """Starts ended instances anew, with their last or their first variables. Returns new ids by old ones."""

    def delete_many(
        self, instance_ids: Sequence[str] = (), *, process_definition_key: str | None = None, reason: str | None = None
    ) -> Batch: ...

    def restart_many(
        self,
        definition_id: str,
        instance_ids: Sequence[str],
        *,
        before: Sequence[str] = (),
        after: Sequence[str] = (),
        initial_variables: bool = False,
    ) -> Batch: ...
