"""What users get: the wheel that is built from the sdist, installed into environments of their own."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from CamundaLibrary.version import __version__

ROOT = Path(__file__).parents[2]
NAME = "robotframework_camundalibrary"
TASKS = """\
*** Settings ***
Library    CamundaLibrary

*** Tasks ***
Answer
    ${question}    Get Task Variable    question
    Set Task Variable    answer    ${{len($question)}}
"""


@dataclass
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def pip(self, *arguments: str) -> str:
        return succeed([str(self.programs / "python"), "-m", "pip", *arguments], self.folder)

    def packages(self) -> set[str]:
        """Returns what is installed besides what every new environment has."""
        return {package["name"] for package in json.loads(self.pip("list", "--format", "json"))} - {"pip", "setuptools"}

    def run(self, program: str, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return run([str(self.programs / program), *arguments], self.folder, **variables)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with sdist and wheel, made of the files under version control and of no others."""
    project = tmp_path_factory.mktemp("build") / "project"
    for name in tracked():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, project / name)
    succeed([sys.executable, "-m", "build"], project)
    return project / "dist"


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return built / f"{NAME}-{__version__}-py3-none-any.whl"


@pytest.fixture(scope="module")
def base(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """`pip install robotframework-camundalibrary`."""
    return install(f"{wheel}", tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def worker(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """`pip install robotframework-camundalibrary[worker]`."""
    return install(f"{wheel}[worker]", tmp_path_factory.mktemp("worker"))


def install(requirement: str, folder: Path) -> Environment:
    venv.create(folder, with_pip=True, symlinks=os.name == "posix")
    environment = Environment(folder)
    environment.pip("install", "--quiet", requirement)
    return environment


def test_there_are_one_sdist_and_one_wheel_that_runs_everywhere(built, wheel):
    assert {path.name for path in built.iterdir()} == {f"{NAME}-{__version__}.tar.gz", wheel.name}


def test_the_wheel_holds_every_file_of_the_package_with_bpmn_js_and_nothing_else(wheel):
    drawing = {"LICENSE", "VERSION", "bpmn-js.css", "bpmn-viewer.js", "diagram-js.css"}
    sources = {name.removeprefix("src/") for name in tracked() if name.startswith("src/")}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == sources | {f"CamundaLibrary/coverage/bpmn_js/{name}" for name in drawing}
    assert {
        "CamundaLibrary/py.typed",
        "CamundaLibrary/logs/kept_files.js",
        "CamundaLibrary/logs/elsewhere.html",
        "CamundaLibrary/development_engine/program/pom.xml",
        "CamundaLibrary/development_engine/program/application.yaml",
        "CamundaLibrary/development_engine/program/DevelopmentEngine.java",
    } <= packed


def test_the_license_is_in_the_wheel_and_in_the_sdist(built, wheel):
    license_text = (ROOT / "LICENSE").read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
        assert archive.read(name) == license_text
    with tarfile.open(built / f"{NAME}-{__version__}.tar.gz") as archive:
        assert archive.extractfile(f"{NAME}-{__version__}/LICENSE").read() == license_text


def test_a_robot_s_environment_gets_robot_framework_pythonlibcore_and_requests_with_theirs_alone(base):
    requests_and_its_own = {"requests", "certifi", "charset-normalizer", "idna", "urllib3"}
    assert base.packages() == {
        "robotframework-camundalibrary",
        "robotframework",
        "robotframework-pythonlibcore",
        *requests_and_its_own,
    }


def test_a_robot_does_a_task_from_a_file(base, tmp_path):
    (tmp_path / "answer.robot").write_text(TASKS, "utf-8")
    task = tmp_path / "task.json"
    task.write_text(json.dumps({"version": 1, "task": {"topic": "Answer"}, "variables": {"question": "Why?"}}), "utf-8")
    arguments = ["--listener", "CamundaListener", "--outputdir", str(tmp_path), str(tmp_path / "answer.robot")]
    done = base.run("robot", *arguments, CAMUNDA_TASK_FILE=str(task))

    assert (done.returncode, done.stderr) == (0, "")
    outcome = json.loads((tmp_path / "task.outcome.json").read_text("utf-8"))
    assert outcome["outcome"] == "completed"
    assert outcome["variables"] == {"answer": {"type": "Integer", "value": 4}}


def test_without_the_extra_the_command_lists_its_commands(base):
    done = base.run("camunda-robot", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  engine  Runs a Camunda 7 engine for development and tests.\n" in done.stdout
    assert "  worker  Has robots do the tasks of an engine.\n" in done.stdout


@pytest.mark.parametrize("command", ["worker", "engine"])
def test_without_the_extra_a_command_says_what_to_install(base, command):
    done = base.run("camunda-robot", command, "--help")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: 'camunda-robot {command}' needs more packages. "
        "Install them with: pip install robotframework-camundalibrary[worker]\n"
    )


@pytest.mark.parametrize("command", ["worker", "engine"])
def test_with_the_extra_a_command_shows_its_help(worker, command):
    done = worker.run("camunda-robot", command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Usage: camunda-robot {command} [OPTIONS]" in done.stdout


def test_with_the_extra_no_package_misses_another(worker):
    assert worker.pip("check").strip() == "No broken requirements found."


def tracked() -> list[str]:
    return succeed(["git", "ls-files", "-z"], ROOT).strip("\0").split("\0")


def succeed(command: list[str], folder: Path) -> str:
    """Runs a program and returns what it printed."""
    done = run(command, folder)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def run(command: list[str], folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Runs a program that finds no package but those of its own environment."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=folder, env={**environment, **variables}, capture_output=True, text=True, timeout=300, check=False
    )
