"""What manifests, models and camunda-robot.toml say holds for tasks of the real engine."""

from pathlib import Path

import pytest
from worker_stage import Instance, model

ROBOT = """\
*** Settings ***
Library    CamundaLibrary

*** Tasks ***
Quick
    [Tags]    quick
    Set Task Variable    ran    quick

Slow
    [Tags]    slow
    Set Task Variable    ran    slow
"""


@pytest.fixture
def start_with(unique, deploy, engine):
    """Starts an instance of a model whose task has the given extension properties; returns it, and its topic."""

    def start_with(**properties: str) -> tuple[Instance, str]:
        key = unique("properties")
        lines = "".join(
            f'<camunda:property name="robot.{name.replace("__", ".")}" value="{value}"/>'
            for name, value in properties.items()
        )
        extension = f"<extensionElements><camunda:properties>{lines}</camunda:properties></extensionElements>"
        deploy(model(key).replace(f'topic="{key}"/>', f'topic="{key}">{extension}</serviceTask>'))
        return Instance(engine, engine.processes.start(key).id), key

    return start_with


@pytest.fixture
def pyproject(tmp_path, topic):
    """Makes a bundle of a pyproject.toml with the given lines on the topic."""

    def pyproject(*lines: str) -> Path:
        folder = tmp_path / "chosen"
        (folder / "robots").mkdir(parents=True)
        (folder / "robots" / "both.robot").write_text(ROBOT, "utf-8")
        table = f'[tool.camunda-robot.topics."{topic}"]\n'
        (folder / "pyproject.toml").write_text(table + "".join(f"{line}\n" for line in lines), "utf-8")
        return folder

    return pyproject


class TestModels:
    def test_a_model_says_what_a_failure_is(self, start_with, bundle, start_worker):
        instance, topic = start_with(onFailure__bpmnError="TASK_ERROR")
        start_worker(bundle("Fail    Broken.", topic=topic))
        assert instance.await_end().ends == ["ended-by-error"]

    def test_a_model_says_how_often_it_is_tried(self, start_with, bundle, start_worker):
        instance, topic = start_with(retryTimeCycle="R2/PT0.2S")
        start_worker(bundle("Fail    Broken.", topic=topic))
        instance.await_failure(2)
        assert instance.task.retries == 0

    def test_the_manifest_wins(self, start_with, bundle, start_worker):
        instance, topic = start_with(retries="5")
        start_worker(bundle("Fail    Broken.", topic=topic, retries="1"))
        instance.await_failure()
        assert instance.task.retries == 0

    def test_a_wrong_property_is_a_failure_that_nothing_but_a_new_model_mends(self, start_with, bundle, start_worker):
        instance, topic = start_with(retrys="5")
        start_worker(bundle(topic=topic))
        failure = instance.await_failure()
        assert failure.error_message == (
            "The property 'robot.retrys' of activity 'task' is unknown. Did you mean 'robot.retries'?"
        )
        assert instance.task.retries == 0


class TestPyproject:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (('include = "quick"',), "quick"),
            (('exclude = ["quick"]',), "slow"),
            (('suite = "robots/both.robot"', 'task = "Slow"'), "slow"),
            (('suite = "Robots"', 'task = "Quick"'), "quick"),
        ],
    )
    def test_robots_are_chosen_as_robot_framework_does(self, pyproject, start, start_worker, lines, expected):
        instance = start()
        start_worker(pyproject(*lines))
        assert instance.await_end().variables["ran"] == expected


class TestConfiguration:
    def test_a_file_says_it_all(self, bundle, start, start_command, tmp_path, engine_url, topic):
        """The robot gets the engine, as manifest and operator agree; only tasks of one key are fetched."""
        instance = start()
        bundle("Set Task Variable    seen    %{CAMUNDA_API_BASE_URL} %{COLOUR}", engine="true", environment="[COLOUR]")
        (tmp_path / "worker.toml").write_text(
            f"""
            [worker]
            bundles = ["comics"]
            once = true
            slots = 1
            allow_engine = ["{topic}"]
            allow_environment = ["COLOUR"]

            [engines.here]
            base_url = "{engine_url}"

            [topics."{topic}"]
            filter = {{businessKey = "A-17", processDefinitionKeys = ["{topic}"]}}
            """,
            "utf-8",
        )
        worker = start_command("--config", tmp_path / "worker.toml", CAMUNDA_API_BASE_URL="", COLOUR="red")
        _, said = worker.communicate(timeout=60)
        assert worker.returncode == 0, said
        assert f"Configuration: {tmp_path / 'worker.toml'}\n" in said
        assert instance.await_end().variables["seen"] == f"{engine_url} red"

    def test_tasks_that_a_filter_leaves_out_stay(self, bundle, start, start_command, tmp_path, topic):
        instance = start()
        bundle(filter="{businessKey: another}")
        worker = start_command(tmp_path / "comics", "--once")
        worker.communicate(timeout=60)
        assert worker.returncode == 0
        assert instance.events == ["created"]

    def test_a_robot_that_asks_for_what_is_not_allowed_ends_the_worker(self, bundle, start_command, tmp_path, topic):
        worker = start_command(bundle(engine="true"))
        _, said = worker.communicate(timeout=60)
        assert worker.returncode == 1
        assert said.splitlines()[-1] == (
            f"Error: Topic '{topic}' of '{tmp_path / 'comics'}' asks for the engine (engine: true), which is not "
            f"allowed. Allow it with --allow-engine '{topic}', or take it out of its options."
        )
