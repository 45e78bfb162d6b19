"""Versions of process models."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from small_models import ONE_TASK, TASK_WITH_PROPERTIES, USER_TASK, write_model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import ProcessDefinition
from CamundaLibrary.errors import EngineFailed, NotFound, RequestRefused

Model = Callable[..., object]


def test_a_definition(engine: Engine, model: Model) -> None:
    process = model(TASK_WITH_PROPERTIES)
    definition_id = process.lock_one().process_definition_id
    definition = engine.definitions.get(definition_id)
    assert definition == ProcessDefinition(
        id=definition_id,
        key=process.key,
        version=1,
        name="Process of a test",
        version_tag="1.2",
        deployment_id=definition.deployment_id,
    )
    assert engine.definitions.xml(definition_id) == write_model(process.key, TASK_WITH_PROPERTIES)
    assert engine.definitions.diagram(definition_id) is None


def test_an_unknown_definition(engine: Engine) -> None:
    with pytest.raises(NotFound, match=r"^Reading process definition 'gone' failed: "):
        engine.definitions.get("gone")
    with pytest.raises(NotFound, match=r"^Reading the model of process definition 'gone' failed: "):
        engine.definitions.xml("gone")
    with pytest.raises(RequestRefused, match=r"^Reading the diagram of process definition 'gone' failed: "):
        engine.definitions.diagram("gone")


def test_filters_and_order(engine: Engine, model: Model, deploy: Callable[..., str]) -> None:
    process = model(TASK_WITH_PROPERTIES)
    second = deploy(write_model(process.key, ONE_TASK))
    of_tenant = deploy(write_model(process.key, ONE_TASK), tenant_id="north")

    def found(**filters: object) -> list[tuple[int, str | None]]:
        return [(each.version, each.tenant_id) for each in engine.definitions.list(key=process.key, **filters)]

    assert found() == [(1, None), (2, None), (1, "north")]
    assert found(latest=True) == [(2, None), (1, "north")]
    assert found(version=2) == [(2, None)]
    assert found(version_tag="1.2") == [(1, None)]
    assert found(tenant_id="north") == [(1, "north")]
    assert found(deployment_id=second) == [(2, None)]
    assert found(deployment_id=of_tenant) == [(1, "north")]
    assert found(name="Process of a test") == found()
    assert found(name="Another") == []
    assert found(suspended=True) == []
    assert found(suspended=False) == found()


def test_a_suspended_definition_and_its_instances(engine: Engine, model: Model) -> None:
    process = model(USER_TASK)
    instance = process.start()
    definition = engine.processes.get(instance).definition_id
    engine.definitions.suspend(definition, instances=False)
    assert engine.definitions.get(definition).suspended
    assert not engine.processes.get(instance).suspended
    with pytest.raises(EngineFailed, match=r" is suspended\.$"):
        process.start()
    engine.definitions.suspend(definition)
    assert engine.processes.get(instance).suspended
    engine.definitions.activate(definition)
    assert not engine.definitions.get(definition).suspended
    assert not engine.processes.get(instance).suspended


def test_a_definition_that_is_suspended_at_a_time(engine: Engine, model: Model) -> None:
    process = model(USER_TASK)
    definition = engine.processes.get(process.start()).definition_id
    engine.definitions.suspend(definition, at=datetime.now(timezone.utc) + timedelta(seconds=2))
    assert not engine.definitions.get(definition).suspended
    deadline = time.monotonic() + 60
    while not engine.definitions.get(definition).suspended:
        assert time.monotonic() < deadline
        time.sleep(0.2)
