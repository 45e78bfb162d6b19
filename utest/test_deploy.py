"""The files in deploy/: their linters, and that they name what there is."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
import yaml

from CamundaLibrary.cli.worker import command

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "camunda-robot.service"
DOCKERFILE = DEPLOY / "container" / "Dockerfile"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def is_understood(arguments: list[str]) -> bool:
    """Whether the worker's command line takes the arguments."""
    command.make_context("worker", list(arguments))
    return True


@pytest.fixture
def manifests() -> list[dict]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / "worker.yaml").read_text("utf-8")))


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    analyze = shutil.which("systemd-analyze")
    assert analyze, "systemd-analyze is needed: on Debian, 'apt-get install systemd'."
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/camunda-robot/bin/camunda-robot", "/bin/true"), "utf-8")
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_hadolint_finds_nothing_wrong_with_the_container_file():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, str(DOCKERFILE)], capture_output=True, text=True)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_the_unit_stops_the_worker_later_than_its_grace_time_ends():
    text = UNIT.read_text("utf-8")
    program, *arguments = shlex.split(re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)[1])
    assert program.endswith("/camunda-robot")
    assert arguments[0] == "worker"
    assert is_understood(arguments[1:])
    assert "KillMode=mixed" in text
    grace = int(re.search(r"--grace (\d+)m", text)[1])
    assert int(re.search(r"TimeoutStopSec=(\d+)min", text)[1]) > grace


def test_the_container_sets_options_that_there_are():
    text = DOCKERFILE.read_text("utf-8")
    known = {option.envvar for option in command.params if isinstance(option, click.Option)}
    assert set(re.findall(r"CAMUNDA_ROBOT_\w+", text)) <= known
    assert re.search(r"^USER 10001$", text, re.MULTILINE)


def test_pods_get_more_time_than_robots(manifests):
    deployment, scaler = manifests
    pod = deployment["spec"]["template"]["spec"]
    (worker,) = pod["containers"]
    assert is_understood(worker["args"])
    grace = int(worker["args"][worker["args"].index("--grace") + 1].removesuffix("m")) * 60
    assert pod["terminationGracePeriodSeconds"] > grace
    assert scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]


def test_the_scheduled_task_starts_the_worker_in_the_users_session():
    root = ElementTree.parse(DEPLOY / "windows" / "camunda-robot.xml").getroot()
    arguments = root.findtext(f".//{TASK}Arguments").split()
    assert arguments[0] == "worker"
    assert is_understood(arguments[1:])
    assert root.findtext(f".//{TASK}LogonType") == "InteractiveToken"
    assert root.findtext(f".//{TASK}ExecutionTimeLimit") == "PT0S"
