"""Running instances: `/process-instance`, and `/process-definition` for those that start."""

from collections.abc import Mapping, Sequence

from CamundaLibrary.engines.camunda7.activity_trees import read_activity_tree
from CamundaLibrary.engines.camunda7.batches import read_batch
from CamundaLibrary.engines.camunda7.filters import write_conditions
from CamundaLibrary.engines.camunda7.instructions import cancelling, starting
from CamundaLibrary.engines.camunda7.restarts import restarted
from CamundaLibrary.engines.camunda7.wire import given, write_variables
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.records import ActivityInstance, Batch, ProcessInstance
from CamundaLibrary.errors import NotFound
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Processes:
    """Running instances."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

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
        """Starts the newest version of a process, or the version of a definition. ValueError if neither is given."""
        if key is None and definition_id is None:
            raise ValueError("Give the key of the process or the id of a definition.")
        instructions = starting(before, after)
        body = given(businessKey=business_key, variables=write_variables(variables), startInstructions=instructions)
        action = f"Starting process '{definition_id or key}'"
        path = _definition(key, definition_id, tenant_id)
        return self._client.post(action, *path, "start", body=body).build(_process_instance)

    def get(self, instance_id: str) -> ProcessInstance | None:
        """Reads one running instance."""
        action = f"Reading process instance '{instance_id}'"
        try:
            return self._client.get(action, "process-instance", instance_id).build(_process_instance)
        except NotFound:
            return None

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
        """Lists running instances, suspended ones included."""
        body = given(
            businessKey=business_key,
            businessKeyLike=business_key_like,
            processDefinitionKey=process_definition_key,
            processDefinitionId=process_definition_id,
            superProcessInstance=super_process_instance_id,
            subProcessInstance=sub_process_instance_id,
            active=active or None,
            suspended=True if active is False else None,
            activityIdIn=[activity_id] if activity_id else None,
            withIncident=with_incident or None,
            variables=write_conditions(variables or {}) or None,
            tenantIdIn=[tenant_id] if tenant_id else None,
        )
        params = {"maxResults": max_results}
        found = self._client.query("Listing process instances", "process-instance", body=body, params=params)
        return found.build_each(_process_instance)

    def activity_tree(self, instance_id: str) -> ActivityInstance:
        """Reads where an instance stands."""
        action = f"Reading where process instance '{instance_id}' stands"
        return self._client.get(action, "process-instance", instance_id, "activity-instances").build(read_activity_tree)

    def suspend(self, instance_id: str) -> None:
        """Suspends an instance."""
        self._set_suspended(f"Suspending process instance '{instance_id}'", instance_id, True)

    def activate(self, instance_id: str) -> None:
        """Activates a suspended instance."""
        self._set_suspended(f"Activating process instance '{instance_id}'", instance_id, False)

    def delete(self, instance_id: str, reason: str | None = None) -> None:
        """Deletes an instance. With a reason the engine does it soon, by a batch: its direct call takes none."""
        if reason is None:
            self._client.delete(f"Deleting process instance '{instance_id}'", "process-instance", instance_id)
        else:
            self.delete_many([instance_id], reason=reason)

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
        """Moves an instance. What is cancelled goes last: without any activity left the instance would end."""
        instructions = [*starting(before, after, variables), *cancelling(cancel)]
        body = given(instructions=instructions, annotation=annotation)
        action = f"Modifying process instance '{instance_id}'"
        self._client.post(action, "process-instance", instance_id, "modification", body=body)

    def restart(
        self,
        definition_id: str,
        instance_ids: Sequence[str],
        *,
        before: Sequence[str] = (),
        after: Sequence[str] = (),
        initial_variables: bool = False,
    ) -> dict[str, str]:
        """Starts ended instances anew; the new ids are in the history alone."""
        body = _restart(instance_ids, before, after, initial_variables)
        action = f"Restarting {_instances(instance_ids)}"
        self._client.post(action, "process-definition", definition_id, "restart", body=body)
        return restarted(self._client, definition_id, instance_ids)

    def delete_many(
        self, instance_ids: Sequence[str] = (), *, process_definition_key: str | None = None, reason: str | None = None
    ) -> Batch:
        """Starts a batch that deletes instances: those named and all of a process."""
        body = given(
            processInstanceIds=list(instance_ids) or None,
            processInstanceQuery=given(processDefinitionKey=process_definition_key),
            deleteReason=reason,
        )
        action = f"Deleting {_instances(instance_ids, process_definition_key)}"
        return self._client.post(action, "process-instance", "delete", body=body).build(read_batch)

    def restart_many(
        self,
        definition_id: str,
        instance_ids: Sequence[str],
        *,
        before: Sequence[str] = (),
        after: Sequence[str] = (),
        initial_variables: bool = False,
    ) -> Batch:
        """Starts a batch that starts ended instances anew."""
        body = _restart(instance_ids, before, after, initial_variables)
        action = f"Restarting {_instances(instance_ids)}"
        path = ("process-definition", definition_id, "restart-async")
        return self._client.post(action, *path, body=body).build(read_batch)

    def _set_suspended(self, action: str, instance_id: str, suspended: bool) -> None:
        self._client.put(action, "process-instance", instance_id, "suspended", body={"suspended": suspended})


def _definition(key: str | None, definition_id: str | None, tenant_id: str | None) -> tuple[str, ...]:
    if definition_id is not None:
        return ("process-definition", definition_id)
    by_key = ("process-definition", "key", key or "")
    return by_key if tenant_id is None else (*by_key, "tenant-id", tenant_id)


def _restart(
    instance_ids: Sequence[str], before: Sequence[str], after: Sequence[str], initial_variables: bool
) -> dict[str, object]:
    return {
        "processInstanceIds": list(instance_ids),
        "instructions": starting(before, after),
        "initialVariables": initial_variables,
    }


def _instances(instance_ids: Sequence[str], process_definition_key: str | None = None) -> str:
    """Returns what a call is about, in words."""
    if len(instance_ids) == 1 and process_definition_key is None:
        return f"process instance '{instance_ids[0]}'"
    named = [f"{len(instance_ids)} process instances"] if instance_ids else []
    all_of = [f"all instances of process '{process_definition_key}'"] if process_definition_key is not None else []
    return " and ".join([*named, *all_of]) or "no process instances"


def _process_instance(entry: Entry) -> ProcessInstance:
    return ProcessInstance(
        id=entry["id"],
        definition_id=entry["definitionId"],
        business_key=entry.get("businessKey"),
        ended=bool(entry.get("ended")),
        suspended=bool(entry.get("suspended")),
        tenant_id=entry.get("tenantId"),
        definition_key=entry.get("definitionKey"),
    )
