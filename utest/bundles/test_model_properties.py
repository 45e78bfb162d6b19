"""Options that a modeller gives: extension properties of the activity."""

from datetime import timedelta
from pathlib import Path

import pytest

from CamundaLibrary.bundles import Bundle, Topic
from CamundaLibrary.bundles.manifest import Manifest, ManifestTask
from CamundaLibrary.bundles.model_properties import read_properties
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import BundleError


def task(**properties: str) -> ExternalTask:
    """A task with these properties; `__` stands for the dot."""
    return ExternalTask(
        "1",
        "Search",
        activity_id="search",
        extension_properties={k.replace("__", "."): v for k, v in properties.items()},
    )


def topic(options: TaskOptions, configured: TaskOptions) -> Topic:
    entry = ManifestTask("Search", "Search", 1, "Search", None, options)
    return Topic(Bundle(Path("x"), Path("x"), Manifest(Path("x"), (entry,), "output", (), ())), entry, configured)


def test_all_options_of_one_task_are_read():
    options = read_properties(
        task(
            robot__retries=" 5 ",
            robot__retryTimeout="10s, 1m",
            robot__timeout="PT10M",
            robot__lockDuration="2m",
            robot__keep="output/*.pdf, output/list.csv",
            robot__onFailure__bpmnError="TASK_ERROR",
            another="x",
            robotic="y",
        )
    )
    assert options == TaskOptions(
        retries=5,
        retryTimeout=["10s", "1m"],
        timeout="10m",
        lockDuration="2m",
        keep=["output/*.pdf", "output/list.csv"],
        onFailure={"bpmnError": "TASK_ERROR"},
    )


def test_a_cycle_is_read():
    assert read_properties(task(robot__retryTimeCycle="R3/PT5M")).tries == 3


@pytest.mark.parametrize("properties", [None, {}, {"colour": "red"}])
def test_without_properties_of_ours_nothing_is_done(properties):
    plain = ExternalTask("1", "Search", extension_properties=properties)
    options = TaskOptions(retries=3)
    assert read_properties(plain) is None
    assert topic(options, TaskOptions()).options_for(plain) is options


def test_the_manifest_wins_over_the_model_and_the_model_over_the_configuration():
    manifest = TaskOptions(timeout="1m")
    configured = TaskOptions(timeout="3m", lockDuration="3m", maxTasks=3)
    options = topic(manifest, configured).options_for(task(robot__timeout="2m", robot__lockDuration="2m"))
    assert options.timeout == timedelta(minutes=1)
    assert options.lock_duration == timedelta(minutes=2)
    assert options.max_tasks == 3


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("robot.retries", "many", "must be a whole number."),
        ("robot.retries", "0", "must be at least 1."),
        (
            "robot.timeout",
            "soon",
            "is wrong: 'soon' is no duration. Write it like '90s', '5 minutes', '1:30' or 'PT5M'.",
        ),
        ("robot.retrys", "3", "is unknown. Did you mean 'robot.retries'?"),
        ("robot.onFailure", "x", "is unknown. Did you mean 'robot.onFailure.bpmnError'?"),
        ("robot.onFailure.bpmnError", "", "must not be empty."),
        ("robot.keep", "../secret", "leads out of the bundle: '../secret'."),
        ("robot.maxTasks", "2", "has no effect in a model; give it in the manifest or in camunda-robot.toml."),
        (
            "robot.filter.businessKey",
            "2",
            "has no effect in a model; give it in the manifest or in camunda-robot.toml.",
        ),
        ("robot.engine", "true", "has no effect in a model; give it in the manifest or in camunda-robot.toml."),
    ],
)
def test_what_is_wrong_names_property_and_activity(name, text, problem):
    with pytest.raises(BundleError) as caught:
        read_properties(task(**{name: text}))
    assert str(caught.value) == f"The property '{name}' of activity 'search' {problem}"


def test_two_ways_to_say_retries_are_refused():
    with pytest.raises(BundleError) as caught:
        read_properties(task(robot__retries="3", robot__retryTimeCycle="R3/PT5M"))
    assert str(caught.value) == (
        "The property 'robot.retryTimeCycle' of activity 'search' stands beside robot.retries or robot.retryTimeout: "
        "keep one of them."
    )
