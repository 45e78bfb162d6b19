"""From one version of a process to another: `/migration`."""

import re
from collections.abc import Sequence

from CamundaLibrary.engines.camunda7.batches import read_batch
from CamundaLibrary.engines.camunda7.wire import given, reworded
from CamundaLibrary.engines.records import Batch, MigrationInstruction, MigrationPlan
from CamundaLibrary.errors import RequestRefused
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Migrations:
    """From one version of a process to another."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def plan(self, source_definition_id: str, target_definition_id: str) -> MigrationPlan:
        """Has the engine make a plan."""
        body = {"sourceProcessDefinitionId": source_definition_id, "targetProcessDefinitionId": target_definition_id}
        action = f"Planning the migration from '{source_definition_id}' to '{target_definition_id}'"
        return self._client.query(action, "migration", "generate", body=body).build(_plan)

    def problems(self, plan: MigrationPlan) -> list[str]:
        """Has the engine judge a plan."""
        action = f"Checking the migration from '{plan.source_definition_id}' to '{plan.target_definition_id}'"
        return self._client.query(action, "migration", "validate", body=_write(plan)).build(_problems)

    def execute(self, plan: MigrationPlan, instance_ids: Sequence[str]) -> None:
        """Migrates all of these instances or none."""
        action = f"Migrating to '{plan.target_definition_id}'"
        body = {"migrationPlan": _write(plan), "processInstanceIds": list(instance_ids)}
        try:
            self._client.post(action, "migration", "execute", body=body)
        except RequestRefused as error:
            raise reworded(error, RequestRefused, _in_one_line(error.reason)) from None

    def execute_many(
        self, plan: MigrationPlan, instance_ids: Sequence[str] = (), *, process_definition_id: str | None = None
    ) -> Batch:
        """Starts a batch that migrates instances: those named and all of a definition."""
        body = given(
            migrationPlan=_write(plan),
            processInstanceIds=list(instance_ids) or None,
            processInstanceQuery=given(processDefinitionId=process_definition_id),
        )
        action = f"Migrating to '{plan.target_definition_id}'"
        return self._client.post(action, "migration", "executeAsync", body=body).build(read_batch)


def _in_one_line(reason: str) -> str:
    """Returns what the engine said without its line breaks, tabs and the number of its message."""
    return re.sub(r"^ENGINE-\d+ ", "", " ".join(reason.split()))


def _write(plan: MigrationPlan) -> dict[str, object]:
    return {
        "sourceProcessDefinitionId": plan.source_definition_id,
        "targetProcessDefinitionId": plan.target_definition_id,
        "instructions": [
            {
                "sourceActivityIds": [each.source],
                "targetActivityIds": [each.target],
                "updateEventTrigger": each.update_event_trigger,
            }
            for each in plan.instructions
        ],
    }


def _plan(entry: Entry) -> MigrationPlan:
    return MigrationPlan(
        entry["sourceProcessDefinitionId"],
        entry["targetProcessDefinitionId"],
        tuple(_instruction(each) for each in entry.get("instructions") or ()),
    )


def _instruction(entry: Entry) -> MigrationInstruction:
    (source,), (target,) = entry["sourceActivityIds"], entry["targetActivityIds"]
    return MigrationInstruction(source, target, bool(entry.get("updateEventTrigger")))


def _problems(entry: Entry) -> list[str]:
    """Returns `'review' to 'check': Activities have incompatible types (…)`."""
    problems = []
    for report in entry.get("instructionReports") or ():
        instruction = _instruction(report["instruction"])
        problems += [f"'{instruction.source}' to '{instruction.target}': {each}" for each in report["failures"]]
    return problems
