"""Definitions, instances, messages and deployments."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_models import CALLS_ANOTHER, ONE_TASK, USER_TASK, WAITS_FOR_MESSAGE, write_model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import ProcessInstance
from CamundaLibrary.errors import EngineFailed, NotFound, RequestRefused, ValueRefused
from CamundaLibrary.variables import FileValue, encode_all

Model = Callable[..., object]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


class TestStarting:
    def test_by_key(self, engine: Engine, model: Model) -> None:
        process = model(USER_TASK)
        instance = engine.processes.start(process.key, business_key="A-17", variables=encode_all({"query": "robots"}))
        assert instance == ProcessInstance(instance.id, instance.definition_id, "A-17", definition_key=process.key)
        assert engine.processes.get(instance.id) == instance
        assert engine.variables.of_process_instance(instance.id).all() == encode_all({"query": "robots"})

    def test_by_definition(self, engine: Engine, model: Model) -> None:
        first = model(USER_TASK).start()
        definition = engine.processes.get(first).definition_id
        second = engine.processes.start(definition_id=definition)
        assert second.definition_id == definition
        assert second.id != first

    def test_with_a_file(self, engine: Engine, model: Model) -> None:
        instance = model(USER_TASK).start(variables={"photo": FileValue("ä.png", content=b"abc")})
        assert engine.variables.of_process_instance(instance).download("photo") == b"abc"

    def test_of_a_tenant(self, engine: Engine, model: Model) -> None:
        process = model(USER_TASK, tenant_id="north")
        instance = engine.processes.start(process.key, tenant_id="north")
        assert instance.tenant_id == "north"
        assert engine.definitions.get(instance.definition_id).tenant_id == "north"

    def test_neither_key_nor_definition(self, engine: Engine) -> None:
        with pytest.raises(ValueError, match=r"^Give the key of the process or the id of a definition\.$"):
            engine.processes.start()

    def test_an_unknown_key(self, engine: Engine) -> None:
        with pytest.raises(NotFound) as caught:
            engine.processes.start("no-such-process")
        assert str(caught.value) == (
            "Starting process 'no-such-process' failed: "
            "No matching process definition with key: no-such-process and no tenant-id."
        )

    def test_an_instance_that_ends_at_once(self, engine: Engine, model: Model) -> None:
        at_once = ONE_TASK.replace('camunda:type="external" camunda:topic="{key}"', 'camunda:expression="${1}"')
        instance = engine.processes.start(model(at_once).key)
        assert instance.ended
        assert engine.processes.get(instance.id) is None


class TestInstances:
    def test_filters(self, engine: Engine, model: Model) -> None:
        process = model(USER_TASK)
        first, second = process.start(business_key="A"), process.start(business_key="B")
        engine.processes.suspend(second)

        def ids(**filters: object) -> set[str]:
            found = engine.processes.list(process_definition_key=process.key, **filters)
            return {instance.id for instance in found}

        assert ids() == {first, second}
        assert ids(business_key="A") == {first}
        assert ids(active=True) == {first}
        assert ids(active=False) == {second}
        assert engine.processes.get(second).suspended
        engine.processes.activate(second)
        assert ids(active=True) == {first, second}

    def test_callers_and_called(self, engine: Engine, model: Model) -> None:
        outer = model(CALLS_ANOTHER).start()
        (inner,) = engine.processes.list(super_process_instance_id=outer)
        assert [instance.id for instance in engine.processes.list(sub_process_instance_id=inner.id)] == [outer]
        (call,) = engine.history.activities(outer, activity_type="callActivity")
        assert call.called_process_instance_id == inner.id
        (historic,) = engine.history.process_instances(super_process_instance_id=outer)
        assert (historic.id, historic.super_process_instance_id) == (inner.id, outer)

    def test_a_deleted_instance(self, engine: Engine, model: Model) -> None:
        instance = model(USER_TASK).start()
        engine.processes.delete(instance)
        assert engine.processes.get(instance) is None
        assert engine.history.process_instance(instance).state == "EXTERNALLY_TERMINATED"

    def test_the_reason_of_a_deletion_is_kept(self, engine: Engine, model: Model) -> None:
        instance = model(USER_TASK).start()
        engine.processes.delete(instance, "ä wrong order")
        wait_until(lambda: engine.processes.get(instance) is None)
        assert engine.history.process_instance(instance).delete_reason == "ä wrong order"

    def test_instances_that_are_gone(self, engine: Engine) -> None:
        assert engine.processes.get("gone") is None
        with pytest.raises(NotFound, match=r"^Deleting process instance 'gone' failed: "):
            engine.processes.delete("gone")


class TestMessages:
    def test_a_message_goes_on_with_the_instance_of_its_business_key(self, engine: Engine, model: Model) -> None:
        process = model(WAITS_FOR_MESSAGE)
        first, second = process.start(business_key="A"), process.start(business_key="B")
        engine.messages.correlate(f"{process.key} arrived", business_key="A", variables=encode_all({"hits": ["a"]}))
        assert engine.processes.get(first) is None
        assert engine.processes.get(second) is not None
        (hits,) = engine.history.variables(first)
        assert hits.value.value == ["a"]

    def test_a_message_goes_to_one_instance(self, engine: Engine, model: Model) -> None:
        process = model(WAITS_FOR_MESSAGE)
        first, second = process.start(), process.start()
        engine.messages.correlate(f"{process.key} arrived", process_instance_id=first)
        assert engine.processes.get(first) is None
        assert engine.processes.get(second) is not None

    def test_a_message_goes_to_the_instance_with_these_variables(self, engine: Engine, model: Model) -> None:
        process = model(WAITS_FOR_MESSAGE)
        red = process.start(variables=encode_all({"color": "red"}))
        process.start(variables=encode_all({"color": "blue"}))
        engine.messages.correlate(f"{process.key} arrived", correlation_keys=encode_all({"color": "red"}))
        assert engine.processes.get(red) is None

    def test_a_message_goes_to_all(self, engine: Engine, model: Model) -> None:
        process = model(WAITS_FOR_MESSAGE)
        process.start()
        process.start()
        engine.messages.correlate(f"{process.key} arrived", to_all=True)
        assert engine.processes.list(process_definition_key=process.key) == []

    def test_a_message_of_another_tenant_does_not_arrive(self, engine: Engine, model: Model) -> None:
        process = model(WAITS_FOR_MESSAGE, tenant_id="north")
        engine.processes.start(process.key, tenant_id="north")
        with pytest.raises(RequestRefused):
            engine.messages.correlate(f"{process.key} arrived", tenant_id="south")
        engine.messages.correlate(f"{process.key} arrived", tenant_id="north")
        assert engine.processes.list(process_definition_key=process.key) == []

    def test_a_message_that_nobody_or_more_than_one_waits_for(self, engine: Engine, model: Model) -> None:
        process = model(WAITS_FOR_MESSAGE)
        name = f"{process.key} arrived"
        with pytest.raises(RequestRefused) as caught:
            engine.messages.correlate(name)
        assert str(caught.value) == (
            f"Correlating message '{name}' failed: Cannot correlate message '{name}': "
            "No process definition or execution matches the parameters."
        )
        process.start()
        process.start()
        with pytest.raises(
            RequestRefused, match=f"^Correlating message '{name}' failed: ENGINE-13031 Cannot correlate"
        ):
            engine.messages.correlate(name)


class TestDeployments:
    @pytest.fixture
    def key(self, unique: Callable[[str], str]) -> str:
        return unique("deployed")

    @pytest.fixture
    def file(self, key: str, tmp_path: Path) -> Path:
        path = tmp_path / "model ä.bpmn"
        path.write_text(write_model(key, USER_TASK), encoding="utf-8")
        return path

    def test_files_under_their_names(self, engine: Engine, key: str, file: Path, tmp_path: Path) -> None:
        robot = tmp_path / "tasks.robot"
        robot.write_text("*** Tasks ***\n")
        deployment = engine.deployments.create(key, [file, robot], source="atest")
        (definition,) = deployment.process_definitions
        assert deployment.name == key
        assert deployment.deployment_time is not None
        assert engine.definitions.get(definition).deployment_id == deployment.id
        assert engine.definitions.xml(definition) == file.read_text(encoding="utf-8")
        assert sorted(self.resources(engine, deployment.id)) == ["model ä.bpmn", "tasks.robot"]
        engine.deployments.delete(deployment.id)
        with pytest.raises(NotFound, match=f"^Deleting deployment '{deployment.id}' failed: "):
            engine.deployments.delete(deployment.id)

    def test_what_did_not_change_keeps_its_version(self, engine: Engine, key: str, file: Path) -> None:
        first = engine.deployments.create(key, [file], if_changed=True)
        again = engine.deployments.create(key, [file], if_changed=True)
        assert again.process_definitions == ()
        assert again.id == first.id
        changed = engine.deployments.create(key, [file])
        assert engine.definitions.get(changed.process_definitions[0]).version == 2
        for deployment in (first, changed):
            engine.deployments.delete(deployment.id, cascade=True)

    def test_a_form_that_did_not_change_comes_along_with_a_model_that_did(
        self, engine: Engine, key: str, file: Path, tmp_path: Path
    ) -> None:
        form = tmp_path / "form.html"
        form.write_text("<form></form>")
        first = engine.deployments.create(key, [file, form], if_changed=True)
        file.write_text(file.read_text(encoding="utf-8") + "<!-- changed -->", encoding="utf-8")
        second = engine.deployments.create(key, [file, form], if_changed=True)
        assert sorted(self.resources(engine, second.id)) == [form.name, file.name]
        for deployment in (first, second):
            engine.deployments.delete(deployment.id, cascade=True)

    def test_a_tenant(self, engine: Engine, key: str, file: Path) -> None:
        deployment = engine.deployments.create(key, [file], tenant_id="north")
        assert engine.definitions.get(deployment.process_definitions[0]).tenant_id == "north"
        engine.deployments.delete(deployment.id)

    def test_running_instances_keep_a_deployment_unless_it_cascades(self, engine: Engine, key: str, file: Path) -> None:
        deployment = engine.deployments.create(key, [file])
        instance = engine.processes.start(key).id
        with pytest.raises(EngineFailed, match=f"^Deleting deployment '{deployment.id}' failed: "):
            engine.deployments.delete(deployment.id)
        engine.deployments.delete(deployment.id, cascade=True)
        assert engine.history.process_instance(instance) is None

    def test_a_model_with_mistakes_is_refused_with_all_of_them(self, engine: Engine, key: str, tmp_path: Path) -> None:
        path = tmp_path / "wrong.bpmn"
        path.write_text(write_model(key, USER_TASK).replace('id="end"/>', 'id="ende"/>'))
        with pytest.raises(RequestRefused) as caught:
            engine.deployments.create(key, [path])
        assert str(caught.value).startswith(
            f"Deploying '{key}' failed: ENGINE-09005 Could not parse BPMN process. Errors:"
        )
        assert "'end'" in str(caught.value)

    def test_two_files_of_one_name(self, engine: Engine, key: str, file: Path, tmp_path: Path) -> None:
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / file.name).write_bytes(file.read_bytes())
        with pytest.raises(ValueRefused) as caught:
            engine.deployments.create(key, [file, tmp_path / "more" / file.name])
        assert str(caught.value) == f"Deploying '{key}' failed: there are two files named 'model ä.bpmn'."

    def test_a_file_that_is_missing(self, engine: Engine, key: str, tmp_path: Path) -> None:
        with pytest.raises(ValueRefused) as caught:
            engine.deployments.create(key, [tmp_path / "gone.bpmn"])
        assert str(caught.value) == (
            f"Deploying '{key}' failed: '{tmp_path / 'gone.bpmn'}' cannot be read: No such file or directory."
        )

    def resources(self, engine: Engine, deployment_id: str) -> list[str]:
        reply = engine._client.get("Listing resources", "deployment", deployment_id, "resources")
        return reply.build_each(lambda entry: entry["name"])
