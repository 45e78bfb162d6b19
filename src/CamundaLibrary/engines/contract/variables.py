"""Variables of processes and executions."""

from collections.abc import Mapping
from typing import Protocol

from CamundaLibrary.variables import TypedValue

Variables = Mapping[str, TypedValue]


class VariableScope(Protocol):
    """The variables of one scope: of a process instance, or of one execution alone."""

    def all(self) -> dict[str, TypedValue]: ...

    def get(self, name: str) -> TypedValue | None:
        """Returns None where there is no such variable."""

    def set(self, values: Variables) -> None:
        """Sets them all in one call; files go along as base64 (at most 14 MB of file)."""

    def delete(self, name: str) -> None: ...

    def download(self, name: str) -> bytes:
        """Returns the content of a File or Bytes variable."""

    def upload(self, name: str, value: TypedValue) -> None:
        """Sets a File or Bytes variable, for any size.

        A name with a slash or backslash, or of dots only, cannot stand in a URL: it travels as with `set`, and a file
        above 14 MB under such a name is refused (ValueRefused).
        """


class VariablesOfEngine(Protocol):
    """Which scope?"""

    def of_process_instance(self, process_instance_id: str) -> VariableScope: ...

    def of_execution(self, execution_id: str) -> VariableScope:
        """Returns the execution's own variables only."""

    def visible_from(self, execution_id: str) -> VariableScope:
        """Returns all that the execution sees, inner scopes first. For reading."""
