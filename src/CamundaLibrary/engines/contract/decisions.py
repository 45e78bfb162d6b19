"""Decisions and their tables."""

from typing import TYPE_CHECKING, Protocol, TypedDict

from CamundaLibrary.engines.contract.variables import Variables
from CamundaLibrary.engines.records import DecisionDefinition
from CamundaLibrary.variables import TypedValue

if TYPE_CHECKING:
    from typing_extensions import Unpack


class DecisionFilters(TypedDict, total=False):
    """Which decision definitions; all that is given must match. Those in `…_like` take `%` for any text."""

    key: str | None
    key_like: str | None
    name: str | None
    name_like: str | None
    version: int | None
    version_tag: str | None
    latest: bool | None
    deployment_id: str | None
    tenant_id: str | None
    without_tenant: bool | None
    max_results: int | None


class Decisions(Protocol):
    """Decisions and their tables."""

    def evaluate(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        tenant_id: str | None = None,
        variables: Variables | None = None,
    ) -> list[dict[str, TypedValue]]:
        """Returns the outputs, by name, of every rule that matched; a decision without a table gives one such row.

        By `key` the latest version is evaluated, of `tenant_id` or of no tenant.
        """

    def get(self, definition_id: str) -> DecisionDefinition: ...

    def xml(self, definition_id: str) -> str: ...

    def list(self, **filters: "Unpack[DecisionFilters]") -> list[DecisionDefinition]:
        """Returns definitions, by key and version."""
