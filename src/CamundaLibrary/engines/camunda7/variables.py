"""Variables of executions, process instances and user tasks: `/…/variables` and `/variable-instance`."""

import re
from typing import cast

from CamundaLibrary.engines.camunda7.wire import SERIALIZED, missing_is_not_found, read_variables, write_variables
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.errors import NotFound, ValueRefused
from CamundaLibrary.http import Entry, HttpClient, Part
from CamundaLibrary.variables import BytesValue, FileValue, TypedValue, decode

LARGEST_IN_JSON = 14_000_000
"""Bytes of a file in JSON: the engine reads at most 20,000,000 characters of base64, names and types around it."""

_NOT_IN_URLS = re.compile(r".*[/\\]|\.{1,2}$", re.DOTALL)
"""Names that Tomcat refuses in a URL, however they are quoted, or that a URL gives another meaning."""


class Camunda7Variables:
    """Which scope?"""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def of_process_instance(self, process_instance_id: str) -> "Camunda7Scope":
        """Returns the variables of the instance itself."""
        where = f"process instance '{process_instance_id}'"
        return Camunda7Scope(self._client, where, "process-instance", process_instance_id, "variables")

    def of_execution(self, execution_id: str) -> "Camunda7Scope":
        """Returns the execution's own variables only."""
        where = f"execution '{execution_id}'"
        return Camunda7Scope(self._client, where, "execution", execution_id, "localVariables")

    def visible_from(self, execution_id: str) -> "Camunda7Scope":
        """Returns all that the execution sees: given its id, `/process-instance` looks up the scopes."""
        where = f"execution '{execution_id}' and around it"
        return Camunda7Scope(self._client, where, "process-instance", execution_id, "variables")


class Camunda7Scope:
    """The variables of one scope. `where` is that scope in words."""

    def __init__(self, client: HttpClient, where: str, resource: str, id: str, kind: str) -> None:
        self._client = client
        self._where = where
        self._id = id
        self._path = (resource, id, kind)

    def all(self) -> dict[str, TypedValue]:
        """Reads all variables, files without their content."""
        action = f"Reading the variables of {self._where}"
        with missing_is_not_found(self._id):
            return self._client.get(action, *self._path, params=SERIALIZED).build(read_variables)

    def get(self, name: str) -> TypedValue | None:
        """Reads one variable."""
        if _NOT_IN_URLS.match(name):
            return self.all().get(name)
        action = f"Reading variable '{name}' of {self._where}"
        with missing_is_not_found(self._id):
            try:
                return self._client.get(action, *self._path, name, params={"deserializeValue": False}).build(decode)
            except NotFound:
                return None

    def set(self, values: Variables) -> None:
        """Sets variables."""
        names = ", ".join(f"'{name}'" for name in values)
        self._modify(f"Setting {names} of {self._where}", {"modifications": write_variables(values)})

    def delete(self, name: str) -> None:
        """Deletes a variable; there need be none."""
        self._modify(f"Deleting variable '{name}' of {self._where}", {"deletions": [name]})

    def download(self, name: str) -> bytes:
        """Reads the content of a File or Bytes variable."""
        action = f"Downloading variable '{name}' of {self._where}"
        path = (*self._path, name) if not _NOT_IN_URLS.match(name) else ("variable-instance", self._find(action, name))
        with missing_is_not_found(self._id):
            return self._client.download(action, *path, "data")

    def upload(self, name: str, value: TypedValue) -> None:
        """Sets a File or Bytes variable of any size; one whose name cannot stand in a URL as `set` does."""
        action = f"Uploading variable '{name}' of {self._where}"
        if _NOT_IN_URLS.match(name):
            return self._set_small(action, name, value)
        parts = [_data(action, value), Part("valueType", value.type.encode())]
        with missing_is_not_found(self._id):
            self._client.upload(action, *self._path, name, "data", parts=parts)
        return None

    def _set_small(self, action: str, name: str, value: TypedValue) -> None:
        if isinstance(value, FileValue) and (value.size or 0) > LARGEST_IN_JSON:
            limit = f"{LARGEST_IN_JSON / 1_000_000:.0f} MB"
            raise ValueRefused(f"{action} failed: a file above {limit} needs a name without slash and backslash.")
        self.set({name: value})

    def _modify(self, action: str, body: dict[str, object]) -> None:
        with missing_is_not_found(self._id):
            self._client.post(action, *self._path, body=body)

    def _find(self, action: str, name: str) -> str:
        """Returns the id of the nearest variable of that name, which cannot stand in a URL."""
        scopes = self._scopes(action)
        body = {"variableName": name, "variableScopeIdIn": scopes}
        found = dict(self._client.query(action, "variable-instance", body=body, params=SERIALIZED).build_each(_found))
        nearest = next((found[scope] for scope in scopes if scope in found), None)
        if nearest is None:
            raise NotFound(action, "there is no such variable")
        return nearest

    def _scopes(self, action: str) -> list[str]:
        """Returns the ids of the scopes that are seen, as far as the engine names them; the nearest first."""
        resource, _, kind = self._path
        if kind == "localVariables":
            return [self._id]
        holder = "task" if resource == "task" else "execution"
        return self._client.get(action, holder, self._id).build(_scopes_of)


def _data(action: str, value: TypedValue) -> Part:
    if isinstance(value, FileValue):
        kind = "; encoding=".join(text for text in (value.mime_type, value.encoding) if text)
        if not kind.isprintable() or not kind.isascii():
            raise ValueRefused(f"{action} failed: '{kind}' is no media type.")
        return Part("data", value.read(), value.filename, kind)
    if isinstance(value, BytesValue):
        return Part("data", cast(bytes, value.value), "data", "application/octet-stream")
    raise ValueRefused(f"{action} failed: only File and Bytes can be uploaded, not {value.type}.")


def _found(entry: Entry) -> tuple[str, str]:
    return entry.get("taskId") or entry["executionId"], entry["id"]


def _scopes_of(entry: Entry) -> list[str]:
    return [scope for scope in (entry["id"], entry.get("executionId"), entry.get("processInstanceId")) if scope]
