"""Process instances of the history, by every filter."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from small_models import CALLS_ANOTHER, ONE_TASK, USER_TASK

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.variables import encode_all

Model = Callable[..., object]


class Instances:
    """Four instances of a process: running, suspended, completed and deleted, in this order."""

    names = ("running", "suspended", "completed", "deleted")

    def __init__(self, engine: Engine, process: object) -> None:
        self.engine, self.key = engine, process.key
        self.ids = [
            process.start(business_key=f"order-{name}", variables=encode_all({"n": name})) for name in self.names
        ]
        _, suspended, completed, deleted = self.ids
        engine.processes.suspend(suspended)
        (task,) = engine.user_tasks.list(process_instance_id=completed)
        engine.user_tasks.complete(task.id, {})
        engine.processes.delete(deleted)

    def found(self, **filters: object) -> list[str]:
        """Returns the names of those that match."""
        found = self.engine.history.process_instances(process_definition_key=self.key, **filters)
        return [self.names[self.ids.index(each.id)] for each in found]


@pytest.fixture
def instances(engine: Engine, model: Model) -> Instances:
    return Instances(engine, model(USER_TASK))


def test_instances_by_every_filter(instances: Instances, engine: Engine) -> None:
    soon = datetime.now(timezone.utc) + timedelta(minutes=5)
    all_of_them, ended = list(Instances.names), ["completed", "deleted"]
    for filters, names in (
        ({}, all_of_them),
        ({"newest_first": True}, all_of_them[::-1]),
        ({"state": "ACTIVE"}, ["running"]),
        ({"state": "SUSPENDED"}, ["suspended"]),
        ({"state": "COMPLETED"}, ["completed"]),
        ({"state": "EXTERNALLY_TERMINATED"}, ["deleted"]),
        ({"state": "INTERNALLY_TERMINATED"}, []),
        ({"finished": True}, ended),
        ({"finished": False}, ["running", "suspended"]),
        ({"process_instance_ids": [instances.ids[1], instances.ids[3]]}, ["suspended", "deleted"]),
        ({"business_key": "order-running"}, ["running"]),
        ({"business_key_like": "%ed"}, ["suspended", "completed", "deleted"]),
        ({"started_before": soon}, all_of_them),
        ({"started_after": soon}, []),
        ({"finished_before": soon}, ended),
        ({"finished_after": soon}, []),
        ({"passed_activity_ids": ["end", "nothing"]}, ["completed"]),
        ({"active_activity_ids": ["review"]}, ["running", "suspended"]),
        ({"with_incidents": True}, []),
        ({"variables": {"n": "deleted"}}, ["deleted"]),
        ({"variables": {"n": ("like", "%ed")}}, ["suspended", "completed", "deleted"]),
        ({"tenant_ids": ["nobody"]}, []),
        ({"without_tenant": True}, all_of_them),
        ({"root_process_instances": True}, all_of_them),
        ({"max_results": 2}, ["running", "suspended"]),
        ({"first_result": 1, "max_results": 2}, ["suspended", "completed"]),
        ({"max_results": 1, "newest_first": True}, ["deleted"]),
    ):
        assert instances.found(**filters) == names, filters
    assert engine.history.count_process_instances(process_definition_key=instances.key, finished=True) == 2


def test_callers_and_called_ones(engine: Engine, model: Model) -> None:
    process = model(CALLS_ANOTHER)
    caller = process.start()
    (called,) = engine.history.process_instances(super_process_instance_id=caller)
    assert called.process_definition_key == f"{process.key}-called"
    (found,) = engine.history.process_instances(sub_process_instance_id=called.id)
    assert found.id == caller


def test_those_of_a_tenant(engine: Engine, model: Model) -> None:
    process = model(USER_TASK, tenant_id="north")
    instance = process.start(tenant_id="north")
    (found,) = engine.history.process_instances(process_definition_key=process.key, tenant_ids=["north"])
    assert (found.id, found.tenant_id) == (instance, "north")


def test_activities_that_are_open_done_or_canceled(engine: Engine, model: Model) -> None:
    instance = model(ONE_TASK).start()
    assert [each.activity_id for each in engine.history.activities(instance, finished=False)] == ["task"]
    assert [each.activity_id for each in engine.history.activities(instance, finished=True)] == ["start"]
    assert engine.history.activities(instance, canceled=True) == []
    engine.processes.delete(instance)
    assert [each.activity_id for each in engine.history.activities(instance, canceled=True)] == ["task"]
