import os
import sys
from pathlib import Path

from CamundaLibrary.runners.environment import robot_environment

SECRETS = {
    "CAMUNDA_API_BASE_URL": "http://localhost:1/engine-rest",
    "CAMUNDA_API_PASSWORD": "demo",
    "CAMUNDA_API_CLIENT_SECRET": "s3cret",
    "CAMUNDA_ROBOT_SLOTS": "2",
    "CAMUNDA_TASK_ID": "of-somebody",
    "CAMUNDA_WORKER_ID": "mine",
    "VAULT_TOKEN": "s3cret",
    "PYTHONPATH": "/of/the/worker",
    "PYTHONDONTWRITEBYTECODE": "1",
    "ROBOT_OPTIONS": "--loglevel TRACE",
    "VIRTUAL_ENV": "/of/the/worker",
}


def test_nothing_of_the_worker_reaches_a_robot(order, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    environment = robot_environment(order())
    assert not environment.keys() & SECRETS.keys()


def test_what_describes_the_machine_reaches_a_robot(order, monkeypatch):
    machine = {"HOME": "/home/robot", "LANG": "de_DE.UTF-8", "LC_TIME": "C", "https_proxy": "http://localhost:3128"}
    for name, value in machine.items():
        monkeypatch.setenv(name, value)
    environment = robot_environment(order())
    assert {name: environment[name] for name in machine} == machine


def test_paths_of_the_manifest_are_absolute_and_come_first(order, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    made = order(path=("bin", "."), python_path=("libraries",))
    environment = robot_environment(made)
    programs = str(Path(sys.executable).parent)
    assert environment["PATH"].split(os.pathsep) == [str(made.root / "bin"), str(made.root), programs, "/usr/bin"]
    assert environment["PYTHONPATH"] == str(made.root / "libraries")


def test_a_robot_learns_where_it_is(order):
    made = order()
    environment = robot_environment(made)
    assert environment["ROBOT_ROOT"] == str(made.root)
    assert environment["ROBOT_ARTIFACTS"] == str(made.root / "output")
    assert environment["CAMUNDA_TASK_FILE"] == str(made.task_file)
    assert {environment[name] for name in ("TMPDIR", "TEMP", "TMP")} == {str(made.temporary)}


def test_what_is_passed_cannot_change_the_task(order):
    made = order(environment={"CAMUNDA_LOG": "never", "CAMUNDA_TASK_FILE": "of-another"})
    environment = robot_environment(made)
    assert (environment["CAMUNDA_LOG"], environment["CAMUNDA_TASK_FILE"]) == ("never", str(made.task_file))
