"""Functions for topics: options, names, and what is wrong with them, before any engine is asked."""

import logging
import subprocess
import sys
from datetime import timedelta

import pytest

from CamundaLibrary import Worker
from CamundaLibrary.errors import BundleError, SettingsError
from CamundaLibrary.python_worker.functions import Functions

NOWHERE = "http://localhost:9/engine-rest"


def count(task):
    return {"words": len(task.variable("text").split())}


@pytest.fixture
def worker(tmp_path):
    return Worker(NOWHERE, slots=1, state=tmp_path)


def test_the_function_stays_what_it_is(worker):
    assert worker.topic("count-words")(count) is count


def test_options_are_those_of_manifests():
    functions = Functions()
    functions.add("count-words", count, {"lock_duration": "90s", "retries": 5, "variables": ["text"], "timeout": None})
    (task,) = functions.as_bundle().manifest.tasks
    assert (task.topic, task.handler) == ("count-words", f"{__name__}:count")
    assert task.options.lock_duration == timedelta(seconds=90)
    assert (task.options.tries, task.options.variables, task.options.timeout) == (5, ("text",), None)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"retries": 0}, "retries must be at least 1"),
        ({"lock_duration": timedelta()}, "lock_duration must be longer than nothing"),
        ({"timeout": "soon"}, "timeout is wrong: "),
        ({"variables": "text"}, "variables must be a list"),
        ({"hours": "always"}, "hours "),
        ({"filter": {"businesskey": "A"}}, "filter.businesskey is unknown. Did you mean 'businessKey'?"),
    ],
)
def test_a_wrong_option_is_named_where_it_is_given(worker, options, problem):
    with pytest.raises(BundleError) as caught:
        worker.topic("count-words", **options)(count)
    assert str(caught.value).startswith(f"Topic 'count-words': {problem}")
    assert str(caught.value)[-1] in ".?"


def test_a_topic_has_one_function(worker):
    worker.topic("count-words")(count)
    with pytest.raises(BundleError) as caught:
        worker.topic("count-words")(print)
    assert str(caught.value) == f"Topic 'count-words' of 'builtins:print' is already that of '{__name__}:count'."


def test_a_topic_of_a_bundle_is_not_for_a_function(tmp_path):
    (tmp_path / "robot.yaml").write_text("tasks: {count-words: {robotTaskName: A}}\nartifactsDir: output\n")
    worker = Worker(NOWHERE, [tmp_path], state=tmp_path / "state")
    worker.topic("count-words")(count)
    with pytest.raises(BundleError, match=r"^Topic 'count-words' is given twice: by task 'count-words' of '"):
        worker.run()


def test_a_worker_without_work_says_how_to_give_it_some(worker):
    with pytest.raises(BundleError) as caught:
        worker.run()
    assert str(caught.value) == (
        "The worker has nothing to do: give it a function with `@worker.topic(…)`, or a bundle."
    )


def test_what_is_not_given_comes_from_the_environment(monkeypatch, tmp_path, caplog):
    caplog.set_level(logging.INFO, "CamundaLibrary")
    monkeypatch.setenv("CAMUNDA_API_BASE_URL", NOWHERE)
    monkeypatch.setenv("CAMUNDA_LOCK_DURATION", "3 minutes")
    worker = Worker(slots=3, state=tmp_path)
    worker.topic("count-words")(count)
    worker.stop()
    assert worker.run() == 0
    lines = [record.getMessage() for record in caplog.records]
    assert f"Engine: {NOWHERE}" in lines
    assert "Slots: 3, lock duration 3 minutes" in lines
    monkeypatch.setenv("CAMUNDA_LOCK_DURATION", "long")
    with pytest.raises(SettingsError, match=r"^The environment variable 'CAMUNDA_LOCK_DURATION' is wrong: "):
        Worker()


def test_a_stop_counts_for_one_run_only(worker):
    worker.topic("count-words")(count)
    worker.stop()
    worker.stop()
    assert worker.run() == 1
    worker.stop()
    assert worker.run() == 0


def test_without_the_extra_the_name_tells_what_to_install():
    code = """
import sys
sys.modules["pydantic"] = None
try:
    from CamundaLibrary import Worker
except ImportError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert said.stdout == (
        "The worker needs more packages. Install them with: pip install robotframework-camundalibrary[worker]\n"
    )
