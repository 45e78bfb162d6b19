"""Which instances came of a restart: the engine does not say so, but its history knows."""

from collections.abc import Sequence

from CamundaLibrary.http import Entry, HttpClient

_MARGIN = 200
"""Instances of the same definition that may start between a restart and the look at the history."""


def restarted(client: HttpClient, definition_id: str, instance_ids: Sequence[str]) -> dict[str, str]:
    """Returns the id of the newest instance that came of each, by the old ids."""
    body = {"processDefinitionId": definition_id, "sorting": [{"sortBy": "startTime", "sortOrder": "desc"}]}
    params = {"maxResults": len(instance_ids) + _MARGIN}
    action = "Reading the ids of restarted process instances"
    newest_first = client.query(action, "history", "process-instance", body=body, params=params).build_each(_origin)
    origins = dict(reversed(newest_first))
    return {old: origins[old] for old in instance_ids if old in origins}


def _origin(entry: Entry) -> tuple[str | None, str]:
    return entry.get("restartedProcessInstanceId"), entry["id"]
