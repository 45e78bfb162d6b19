"""Instances of the models beside these tests, watched without our client."""

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

WORKER = "atest-models"


class RunningModel:
    """A model file of which one instance runs, with all that it calls."""

    def __init__(self, engine_url: str, deployment_id: str, path: Path, variables: dict[str, Any]) -> None:
        self._engine_url = engine_url
        definitions = self._get("process-definition", deploymentId=deployment_id)
        self._definition_ids = {definition["key"]: definition["id"] for definition in definitions}
        main = self._definition_ids[path.stem.replace("_", "-")]
        self.instance_id = self._post(f"process-definition/{main}/start", {"variables": variables})["id"]

    def lock(self, activity_id: str) -> dict[str, Any]:
        """Locks all waiting tasks and returns one of the activity."""
        topic = {
            "topicName": "error-models",
            "lockDuration": 60_000,
            "processDefinitionIdIn": list(self._definition_ids.values()),
            "includeExtensionProperties": True,
        }
        tasks = self._post("external-task/fetchAndLock", {"workerId": WORKER, "maxTasks": 9, "topics": [topic]})
        return next(task for task in tasks if task["activityId"] == activity_id)

    def complete(self, task: dict[str, Any], variables: dict[str, Any]) -> None:
        self._post(f"external-task/{task['id']}/complete", {"workerId": WORKER, "variables": variables})

    def throw(self, task: dict[str, Any], code: str, **more: Any) -> list[str]:
        """Throws a BPMN error and returns the ids of the events that caught it."""
        before = Counter(self._catching_events())
        self._post(f"external-task/{task['id']}/bpmnError", {"workerId": WORKER, "errorCode": code, **more})
        return list((Counter(self._catching_events()) - before).elements())

    def state(self) -> str:
        """Returns the state of the main instance."""
        return str(self._get(f"history/process-instance/{self.instance_id}")["state"])

    def has_reached(self, activity_id: str) -> bool:
        return any(activity["activityId"] == activity_id for activity in self._activities())

    def visible_variables(self, task: dict[str, Any]) -> dict[str, Any]:
        variables = self._get(f"process-instance/{task['executionId']}/variables", deserializeValues="false")
        return {name: variable["value"] for name, variable in variables.items()}

    def last_variables(self, instance_id: str) -> dict[str, Any]:
        """Returns the variables of an instance, ended or not."""
        variables = self._get("history/variable-instance", processInstanceId=instance_id, deserializeValues="false")
        return {variable["name"]: variable["value"] for variable in variables}

    def _catching_events(self) -> list[str]:
        kinds = ("boundaryError", "errorStartEvent")
        return [activity["activityId"] for activity in self._activities() if activity["activityType"] in kinds]

    def _activities(self) -> list[dict[str, Any]]:
        path = "history/activity-instance"
        lists = [self._get(path, processDefinitionId=definition) for definition in self._definition_ids.values()]
        return [activity for activities in lists for activity in activities]

    def _get(self, path: str, **query: str) -> Any:
        reply = requests.get(f"{self._engine_url}/{path}", params=query, timeout=30)
        assert reply.ok, reply.text
        return reply.json()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        reply = requests.post(f"{self._engine_url}/{path}", json=body, timeout=30)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None


@pytest.fixture
def start(engine_url: str, deploy: Callable[..., str]) -> Callable[..., RunningModel]:
    """Deploys a file of this folder and starts its main process: `start("errors/nothing_catches", a={"value": 1})`."""

    def start(model: str, **variables: Any) -> RunningModel:
        path = Path(__file__).parent / f"{model}.bpmn"
        return RunningModel(engine_url, deploy(path), path, variables)

    return start


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What our logs warned of so far."""
    return lambda: [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
