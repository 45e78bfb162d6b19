"""Robots that rcc runs; a stand-in keeps its contract."""

import json
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.bundles import open_bundle
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import BundleError, EnvironmentNotBuilt
from CamundaLibrary.runners import Order, RunnerSettings, choose
from CamundaLibrary.runners.rcc import RccRunner
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import Completed, Failed

CONDA = "channels: [conda-forge]\ndependencies: [python=3.11, nodejs=20, {pip: [robotframework]}]\n"
ROBOT = """
*** Settings ***
Library    CamundaLibrary

*** Tasks ***
Do it
    CamundaLibrary.Set Task Variable    root    %{ROBOT_ROOT}    scope=TASK
    CamundaLibrary.Set Task Variable    passed    %{PASSED}
"""


@pytest.fixture
def rcc(tmp_path, monkeypatch):
    """The stand-in as a program on its own; returns its home."""
    program, home = tmp_path / "bin" / "rcc", tmp_path / "home"
    program.parent.mkdir()
    home.mkdir()
    stand_in = Path(__file__).with_name("rcc_stand_in.py").read_text("utf-8")
    program.write_text(f"#!{sys.executable}\n{stand_in}", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("RCC_EXE", str(program))
    monkeypatch.setenv("ROBOCORP_HOME", str(home))
    return home


@pytest.fixture
def make(tmp_path, rcc):
    """Makes a bundle, and an order for its task."""

    def make(name="A", form="robotTaskName: Do it", more="", conda=CONDA, robot=ROBOT):
        folder = tmp_path / "comics"
        folder.mkdir(exist_ok=True)
        (folder / "conda.yaml").write_text(conda, "utf-8")
        (folder / "tasks.robot").write_text(dedent(robot), "utf-8")
        (folder / "robot.yaml").write_text(
            f"tasks:\n  Task:\n    {form}\nartifactsDir: output\ncondaConfigFile: conda.yaml\n{more}", "utf-8"
        )
        bundle = open_bundle(folder, tmp_path)
        run = tmp_path / name
        root = run / "robot" / "comics"
        bundle.stage(root)
        (root / "output").mkdir()
        (run / "tmp").mkdir()
        handover = Handover(run / "task.json")
        handover.write_task(ExternalTask(id="1", topic="Task"), {})
        handover.write_lock(datetime.now(timezone.utc) + timedelta(minutes=5), lost=False)
        [task] = bundle.manifest.tasks
        return bundle, Order(
            task, bundle.manifest, root, run / "task.json", run / "console.txt", run / "tmp", {"PASSED": "yes"}
        )

    return make


@pytest.fixture
def new_runner(tmp_path):
    """Makes runners as those of several workers; what they started is gone in the end."""
    robots = []

    class Runner(RccRunner):
        def start(self, order):
            robots.append(super().start(order))
            return robots[-1]

    yield lambda: Runner(RunnerSettings(tmp_path / "environments"))
    for robot in robots:
        with suppress(ChildProcessError):
            threading.Thread(target=robot.stop, args=(timedelta(),)).start()
            robot.wait()


@pytest.fixture
def runner(new_runner):
    return new_runner()


def journal(rcc):
    return [tuple(json.loads(line)) for line in (rcc / "journal").read_text().splitlines()]


def outcome(order):
    return Handover(order.task_file).read_outcome().outcome


def test_a_robot_run_by_rcc_has_the_listener_and_gives_its_outcome(make, runner, rcc):
    _, order = make()
    robot = runner.start(order)
    code = robot.wait()
    console = order.console.read_text("utf-8")
    assert (code, robot.broken) == (0, None), console
    done = outcome(order)
    assert isinstance(done, Completed)
    assert done.task_variables["root"].value == str(order.root)
    assert done.variables["passed"].value == "yes"
    begin, end = journal(rcc)
    assert begin[:2] == ("begin", "camunda-robot")
    assert end == ("end", *begin[1:])
    assert (order.artifacts / "log.html").exists()


def test_a_robot_that_fails_says_so_itself(make, runner):
    _, order = make(robot="*** Tasks ***\nDo it\n    Fail    No luck\n")
    assert runner.start(order).wait() == 10
    assert outcome(order).message == "Do it: No luck"


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"form": "command: [no-such-program]"}, 6, "Rcc does not find the command of task 'Task' (exit code 6)."),
        ({"more": "preRunScripts: ['false']\n"}, 12, "One of the preRunScripts failed (rcc's exit code 12)."),
        ({"more": 'preRunScripts: ["echo \'x"]\n'}, 11, "Rcc cannot read one of the preRunScripts (exit code 11)."),
    ],
)
def test_what_rcc_could_not_run_is_a_failure_that_says_why(make, runner, options, code, message):
    _, order = make(**options)
    robot = runner.start(order)
    assert robot.wait() == code
    assert robot.broken is None
    assert outcome(order) == Failed(message)


def test_a_bundle_without_robot_yaml_is_refused_by_rccs_runner(tmp_path, runner):
    (tmp_path / "pyproject.toml").write_text('[tool.camunda-robot.topics.Task]\nsuite = "tasks.robot"\n', "utf-8")
    bundle = open_bundle(tmp_path, tmp_path)
    sentence = (
        f"'{tmp_path / 'pyproject.toml'}': rcc runs tasks of a robot.yaml only. Write one, or take another runner."
    )
    for refused in (lambda: runner.check(bundle, {}), lambda: runner.prepare(bundle)):
        with pytest.raises(BundleError) as caught:
            refused()
        assert str(caught.value) == sentence


def test_rcc_that_finds_no_task_is_a_failure_too(make, runner):
    _, order = make()
    order = order._replace(task=order.task._replace(name="Other"))
    assert runner.start(order).wait() == 3
    assert outcome(order) == Failed("Rcc finds no task 'Other' in robot.yaml (exit code 3).")


def test_an_environment_that_rcc_cannot_build_is_no_fault_of_the_robot_and_not_tried_again_at_once(make, runner, rcc):
    _, order = make(conda=CONDA + "# broken\n")
    robot = runner.start(order)
    assert robot.wait() == 4
    assert robot.broken == "Rcc could not build the environment of bundle 'comics' (exit code 4)."
    assert not Handover(order.task_file).outcome_file.exists()
    with pytest.raises(EnvironmentNotBuilt) as caught:
        runner.start(make("B")[1])
    assert str(caught.value) == robot.broken
    assert caught.value.details.splitlines()[-1] == ("Error: Failed to create environment: no such package: broken")


SLEEP = """
*** Tasks ***
Do it
    Sleep    30s
"""


def test_two_live_runs_never_share_a_space_and_one_that_ended_is_used_again(make, runner, new_runner, rcc):
    runs = [runner.start(make("A", robot=SLEEP)[1]), new_runner().start(make("B", robot=SLEEP)[1])]
    deadline = time.monotonic() + 20
    while not (rcc / "journal").exists() or len(journal(rcc)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for run in runs:
        threading.Thread(target=run.stop, args=(timedelta(seconds=10),)).start()
    for run in runs:
        run.wait()
    first, second = (line[2] for line in journal(rcc)[:2])
    assert first != second
    runner.start(make("C")[1]).wait()
    assert journal(rcc)[-1][2] == min(first, second)


def test_a_robot_that_is_stopped_under_rcc_ends_in_order(make, runner):
    _, order = make(robot=SLEEP)
    robot = runner.start(order)
    started = Handover(order.task_file).started_file
    deadline = time.monotonic() + 20
    while not started.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    threading.Thread(target=robot.stop, args=(timedelta(seconds=10),)).start()
    assert robot.wait() == 10
    assert (order.artifacts / "output.xml").read_text("utf-8").rstrip().endswith("</robot>")


def test_an_environment_is_built_ahead(make, runner, rcc):
    bundle, _ = make()
    runner.prepare(bundle)
    [(what, controller, space)] = journal(rcc)
    assert (what, controller) == ("variables", "camunda-robot")
    assert space.endswith("-1")


def test_building_ahead_says_what_rcc_said(make, runner):
    bundle, _ = make(conda="dependencies: [broken]\n")
    with pytest.raises(EnvironmentNotBuilt) as caught:
        runner.prepare(bundle)
    assert caught.value.details.endswith("no such package: broken")


def test_bundles_for_conda_go_to_rcc_where_it_is(make, monkeypatch, tmp_path, caplog):
    bundle, _ = make()
    assert choose(None, bundle) == "rcc"
    monkeypatch.setenv("RCC_EXE", str(tmp_path / "gone"))
    assert choose(None, bundle) not in ("rcc", "uv", "venv")
    assert caplog.messages == [
        f"Only rcc can install what '{bundle.folder / 'conda.yaml'}' asks for: nodejs. The worker's Python is used."
    ]
    assert choose("rcc", bundle) == "process"
