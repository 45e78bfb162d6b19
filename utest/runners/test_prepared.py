"""Robots in environments of their own, built from a folder of wheels."""

import json
import logging
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.bundles import open_bundle, topics_of
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.runners import RUNNERS, Order, RunnerSettings, choose
from CamundaLibrary.runners import uv as uv_runner
from CamundaLibrary.runners.preparation import prepare
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import Completed, Failed

ROBOT = """
*** Settings ***
Library    CamundaLibrary

*** Tasks ***
Do it
    ${prefix} =    Evaluate    sys.prefix    sys
    CamundaLibrary.Set Task Variable    prefix    ${prefix}
"""


@pytest.fixture(scope="session")
def environments(tmp_path_factory):
    """What is built once is there for all tests."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture
def bundle(tmp_path):
    """Makes a bundle with requirements; `more` are lines of its robot.yaml."""

    def bundle(requirements="robotframework\n", more="", robot=ROBOT, runner="uv"):
        folder = tmp_path / "comics"
        folder.mkdir(exist_ok=True)
        (folder / "requirements.txt").write_text(requirements, "utf-8")
        (folder / "tasks.robot").write_text(dedent(robot), "utf-8")
        task = f"robotTaskName: Do it\n    camunda: {{runner: {runner}}}"
        (folder / "robot.yaml").write_text(f"tasks:\n  Task:\n    {task}\nartifactsDir: output\n{more}", "utf-8")
        return open_bundle(folder, tmp_path)

    return bundle


@pytest.fixture
def order(tmp_path):
    """Makes an order for the task of a bundle."""

    def order(bundle):
        root = tmp_path / "run" / "comics"
        bundle.stage(root)
        (root / "output").mkdir()
        (tmp_path / "run" / "tmp").mkdir()
        handover = Handover(tmp_path / "run" / "task.json")
        handover.write_task(ExternalTask(id="1", topic="Task"), {})
        handover.write_lock(datetime.now(timezone.utc) + timedelta(minutes=5), lost=False)
        [task] = bundle.manifest.tasks
        console = tmp_path / "run" / "console.txt"
        return Order(task, bundle.manifest, root, handover.task_file, console, tmp_path / "run" / "tmp", {})

    return order


@pytest.fixture
def make(wheels, environments):
    """Makes runners, which are closed in the end."""
    runners = []

    def make(name, **settings):
        runners.append(RUNNERS[name](RunnerSettings(**{"environments": environments, "wheels": wheels, **settings})))
        return runners[-1]

    yield make
    for runner in runners:
        runner.close()


@pytest.mark.parametrize("name", ["uv", "venv"])
def test_a_robot_runs_in_the_environment_that_its_bundle_asks_for(bundle, order, make, environments, name):
    made = order(bundle())
    code = make(name).start(made).wait()
    assert code == 0, made.console.read_text("utf-8")
    done = Handover(made.task_file).read_outcome().outcome
    assert isinstance(done, Completed)
    assert Path(done.variables["prefix"].value).parent == environments


def test_scripts_run_before_the_robot_in_its_environment(bundle, order, make, environments):
    script = "python -c \"import sys; open('prefix', 'w').write(sys.prefix)\""
    made = order(bundle(more=f"preRunScripts:\n- {json.dumps(script)}\n- echo on_windows && false\n"))
    assert make("uv").start(made).wait() == 0
    assert Path((made.root / "prefix").read_text()).parent == environments


def test_a_script_that_fails_keeps_the_robot_from_running(bundle, order, make):
    made = order(bundle(more="preRunScripts: ['false']\n"))
    assert make("uv").start(made).wait() == 1
    assert Handover(made.task_file).read_outcome().outcome == Failed(
        "The script 'false' of preRunScripts failed (exit code 1)."
    )
    assert not (made.artifacts / "output.xml").exists()


def test_scripts_run_before_robots_of_the_workers_own_python_too(bundle, order, make):
    for name in ("fork", "process"):
        made = order(bundle(more="preRunScripts: ['false']\n"))
        assert make(name).start(made).wait() == 1
        assert str(Handover(made.task_file).read_outcome().outcome).endswith("failed (exit code 1).")
        (made.root.parent).rename(made.root.parent.with_name(f"run-{name}"))


def test_a_bundle_that_cannot_have_its_environment_does_not_keep_a_worker_from_starting(bundle, make, caplog):
    broken = bundle("-e .\n")
    runner = make("uv")
    runner.check(broken, {})
    assert caplog.messages[0].startswith(f"Tasks of bundle '{broken.source}' will fail. '-e .' in ")
    with pytest.raises(EnvironmentNotBuilt, match="cannot be installed into an environment that runs share"):
        runner.prepare(broken)


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "unwanted"])
def test_closing_a_runner_and_losing_the_interest_end_a_build(bundle, order, make, tmp_path, is_closed):
    runner, ended, unwanted = make("venv", environments=tmp_path / "environments"), [], threading.Event()

    def start():
        try:
            runner.start(order(bundle())._replace(is_unwanted=unwanted.is_set))
        except EnvironmentNotBuilt as error:
            ended.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    deadline = time.monotonic() + 20
    while not list((tmp_path / "environments").glob("*/pyvenv.cfg")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    runner.close() if is_closed else unwanted.set()
    thread.join(20)
    assert ended == ["The worker was stopped before the environment of bundle 'comics' was built."]


def test_environments_are_built_ahead_of_tasks(bundle, wheels, environments, caplog):
    caplog.set_level(logging.INFO)
    made = bundle()
    assert prepare(topics_of([made]).values(), RunnerSettings(environments, wheels)) == 0
    assert caplog.messages[-2:] == [f"Bundle '{made.source}' is ready (runner 'uv').", "All environments are ready."]


def test_building_ahead_tells_what_did_not_work(bundle, wheels, environments, caplog):
    made = bundle("surely-no-such-package\n")
    assert prepare(topics_of([made]).values(), RunnerSettings(environments, wheels)) == 1
    assert caplog.messages[-1].startswith(
        "The environment of bundle 'comics' was not built from 'requirements.txt': 'uv pip install' failed "
        "(exit code 1).\n"
    )


def test_building_ahead_leaves_the_workers_own_python_alone(bundle, wheels, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    made = bundle(runner="process")
    assert prepare(topics_of([made]).values(), RunnerSettings(tmp_path / "environments", wheels)) == 0
    assert caplog.messages[0] == f"Bundle '{made.source}' uses the worker's Python (runner 'process')."
    assert not (tmp_path / "environments").exists()


def test_a_bundle_that_declares_its_environment_gets_it_unasked(bundle, tmp_path, monkeypatch):
    conda = tmp_path / "comics" / "conda.yaml"
    made = bundle()
    assert choose(None, made) not in ("uv", "venv")
    conda.write_text("dependencies: [python, {pip: [robotframework]}]\n")
    made = bundle(more="condaConfigFile: conda.yaml\n")
    assert choose(None, made) == "uv"
    monkeypatch.setattr(uv_runner, "find_uv", lambda: None)
    assert choose(None, made) == "venv"
    assert choose("uv", made) == "venv"
    conda.unlink()
    assert choose(None, made) == "venv"
