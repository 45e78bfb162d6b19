"""Instances that start, go on and start anew elsewhere, and in other versions."""

from collections.abc import Callable

import pytest
from small_models import END, START, USER_TASK, flow, process, write_model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import MigrationInstruction, MigrationPlan
from CamundaLibrary.errors import EngineFailed, NotFound, RequestRefused
from CamundaLibrary.variables import encode_all

Model = Callable[..., object]

TWO_STEPS = process(START + '<userTask id="a" name="A"/><userTask id="b"/>' + END + flow("start", "a", "b", "end"))
RENAMED = process(START + '<userTask id="other"/>' + END + flow("start", "other", "end"))
SUB_PROCESS = process(
    START
    + '<subProcess id="sub"><startEvent id="begin"/><userTask id="inner"/>'
    + flow("begin", "inner")
    + '</subProcess><serviceTask id="step" camunda:asyncBefore="true" camunda:expression="${missing}"/>'
    + flow("start", "sub")
    + flow("start", "step")
)


def standing(engine: Engine, instance: str) -> list[str]:
    return sorted(each.activity_id for each in engine.processes.activity_tree(instance).all_inside())


class TestTrees:
    def test_scopes_and_what_waits_to_be_entered(self, engine: Engine, model: Model) -> None:
        instance = model(SUB_PROCESS).start()
        tree = engine.processes.activity_tree(instance)
        assert (tree.id, tree.activity_type, tree.is_transition) == (instance, "processDefinition", False)
        (sub,) = [each for each in tree.children if each.activity_id == "sub"]
        (step,) = [each for each in tree.children if each.activity_id == "step"]
        assert [each.activity_id for each in sub.children] == ["inner"]
        assert (step.is_transition, step.children) == (True, ())
        assert [each.activity_id for each in tree.all_inside()] == ["sub", "inner", "step"]
        assert len(sub.execution_ids) == 1

    def test_of_an_instance_that_is_gone(self, engine: Engine) -> None:
        with pytest.raises(NotFound) as caught:
            engine.processes.activity_tree("gone")
        assert str(caught.value) == (
            "Reading where process instance 'gone' stands failed: Process instance with id gone does not exist."
        )


class TestElsewhere:
    def test_a_start_before_and_after_activities(self, engine: Engine, model: Model) -> None:
        instance = model(TWO_STEPS).start(before=["a", "b"], after=["a"])
        assert standing(engine, instance) == ["a", "b", "b"]

    def test_a_start_before_what_is_not_there(self, engine: Engine, model: Model) -> None:
        process = model(TWO_STEPS)
        with pytest.raises(EngineFailed, match=r"Element 'c' does not exist in process"):
            process.start(before=["c"])

    def test_what_is_cancelled_goes_last_so_that_the_instance_lives(self, engine: Engine, model: Model) -> None:
        instance = model(TWO_STEPS).start()
        engine.processes.modify(instance, before=["b"], cancel=["a"], variables=encode_all({"x": 1}), annotation="ä")
        assert standing(engine, instance) == ["b"]
        assert engine.variables.of_process_instance(instance).all() == encode_all({"x": 1})

    def test_variables_of_an_inner_start_are_those_of_the_process(self, engine: Engine, model: Model) -> None:
        instance = model(SUB_PROCESS).start()
        engine.processes.modify(instance, before=["inner"], variables=encode_all({"x": [1]}))
        assert engine.variables.of_process_instance(instance).all() == encode_all({"x": [1]})


class TestOnceMore:
    def test_an_ended_instance(self, engine: Engine, model: Model) -> None:
        process = model(TWO_STEPS)
        old = process.start(business_key="A", variables=encode_all({"x": 1}))
        definition = engine.processes.get(old).definition_id
        engine.variables.of_process_instance(old).set(encode_all({"x": 2}))
        engine.processes.delete(old)
        last = engine.processes.restart(definition, [old], before=["b"])[old]
        first = engine.processes.restart(definition, [old], before=["a"], initial_variables=True)[old]
        assert engine.processes.get(last).business_key == "A"
        assert (standing(engine, last), standing(engine, first)) == (["b"], ["a"])
        assert engine.variables.of_process_instance(last).all() == encode_all({"x": 2})
        assert engine.variables.of_process_instance(first).all() == encode_all({"x": 1})

    def test_one_that_never_was(self, engine: Engine, model: Model) -> None:
        definition = engine.processes.get(model(TWO_STEPS).start()).definition_id
        with pytest.raises(RequestRefused, match=r"^Restarting process instance 'gone' failed: Historic process inst"):
            engine.processes.restart(definition, ["gone"], before=["a"])


class TestOtherVersions:
    @pytest.fixture
    def versions(self, engine: Engine, model: Model, deploy: Callable[..., str]) -> tuple[str, str, str]:
        """An instance of the first version, and the ids of both."""
        process = model(USER_TASK)
        instance = process.start()
        deploy(write_model(process.key, RENAMED))
        first, second = engine.definitions.list(key=process.key)
        return instance, first.id, second.id

    def test_activities_of_the_same_id_take_each_others_place(self, engine: Engine, versions) -> None:
        _, first, _ = versions
        assert engine.migrations.plan(first, first) == MigrationPlan(
            first, first, (MigrationInstruction("review", "review"),)
        )

    def test_a_plan_of_ones_own(self, engine: Engine, versions) -> None:
        instance, first, second = versions
        plan = MigrationPlan(first, second, (MigrationInstruction("review", "other"),))
        assert engine.migrations.problems(plan) == []
        engine.migrations.execute(plan, [instance])
        assert engine.processes.get(instance).definition_id == second
        assert standing(engine, instance) == ["other"]

    def test_what_is_wrong_with_a_plan(self, engine: Engine, versions) -> None:
        _, first, second = versions
        plan = MigrationPlan(first, second, (MigrationInstruction("review", "nothing"),))
        assert engine.migrations.problems(plan) == ["'review' to 'nothing': Target activity 'nothing' does not exist"]

    def test_an_instance_that_stands_where_the_plan_says_nothing(self, engine: Engine, versions) -> None:
        instance, first, second = versions
        with pytest.raises(RequestRefused) as caught:
            engine.migrations.execute(engine.migrations.plan(first, second), [instance])
        (at,) = engine.processes.activity_tree(instance).children
        assert str(caught.value) == (
            f"Migrating to '{second}' failed: Cannot migrate process instance '{instance}': Cannot migrate activity"
            f" instance '{at.id}': There is no migration instruction for this instance's activity."
        )
