"""The robots of the comic search on the comic site, with the task files that come along."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

COMICS = Path(__file__).parents[2] / "robots" / "comics"
TOPIC = "{http://camunda.org/schema/1.0/bpmn}topic"


@pytest.fixture
def run_robot(site: str, tmp_path: Path) -> Callable[..., dict]:
    """Runs a robot with one of the task files and returns the outcome: `run_robot("Search comics", "search")`."""

    def run(robot: str, task_file: str, as_rcc: bool = False) -> dict:
        task = json.loads((COMICS / "try" / f"{task_file}.json").read_text().replace("http://localhost:8090", site))
        task["variables"].setdefault("site", site)
        path = tmp_path / "task.json"
        path.write_text(json.dumps(task))
        listener = ["--listener", "CamundaListener"]
        given = [*listener, "--outputdir", str(tmp_path / "output"), "--task", robot, str(COMICS)]
        for_rcc = ["--report", "NONE", "--outputdir", "output", "--logtitle", "Task log", "--task", robot, "."]
        options = {"ROBOT_OPTIONS": " ".join(listener)} if as_rcc else {}
        done = subprocess.run(
            [sys.executable, "-m", "robot", *(for_rcc if as_rcc else given)],
            cwd=shutil.copytree(COMICS, tmp_path / "comics"),
            env={**os.environ, "CAMUNDA_TASK_FILE": str(path), **options},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        return json.loads((tmp_path / "task.outcome.json").read_text())

    return run


def test_the_search_finds_the_address_of_every_comic_that_matches(run_robot, site):
    outcome = run_robot("Search comics", "search")
    assert outcome["outcome"] == "completed"
    addresses = [f"{site}/comics/{number}" for number in (2, 4, 5, 6, 8)]
    assert _values(outcome["variables"]) == {"results": addresses}


def test_a_search_without_hits_is_a_bpmn_error(run_robot):
    outcome = run_robot("Search comics", "search-nothing")
    assert (outcome["outcome"], outcome["errorCode"]) == ("bpmnError", "not_found")
    assert outcome["errorMessage"] == "No comic matches 'unicorns'."


def test_a_download_brings_the_picture_and_what_the_page_says(run_robot, site, tmp_path):
    outcome = run_robot("Download comic", "download")
    assert outcome["outcome"] == "completed"
    comic = outcome["taskVariables"].pop("comic")
    assert _values(outcome["taskVariables"]) == {
        "imageUrl": f"{site}/pictures/third-time.png",
        "alt": "Third time",
        "title": "Retries are a polite way of knocking.",
    }
    assert (comic["type"], comic["filename"], comic["mimeType"]) == ("File", "third-time.png", "image/png")
    assert (tmp_path / comic["path"]).read_bytes() == (COMICS / "site" / "pictures" / "third-time.png").read_bytes()


def test_a_page_without_a_picture_is_a_bpmn_error(run_robot, site):
    outcome = run_robot("Download comic", "download-no-image")
    assert (outcome["outcome"], outcome["errorCode"]) == ("bpmnError", "no_image")
    assert outcome["errorMessage"] == f"There is no picture on {site}/comics/5."


def test_the_names_of_the_robot_tasks_are_the_topics_of_the_models():
    models = [ElementTree.parse(path) for path in (COMICS / "processes").glob("*.bpmn")]
    topics = {element.get(TOPIC) for model in models for element in model.iter() if element.get(TOPIC)}
    manifest = yaml.safe_load((COMICS / "robot.yaml").read_text())
    assert topics == set(manifest["tasks"]) == {"Search comics", "Download comic"}
    assert all(task["robotTaskName"] == name for name, task in manifest["tasks"].items())


def test_rcc_and_a_control_room_take_the_manifest():
    """The rules of RCC, `robot/robot.go`: one form for each task, a folder for artifacts, all ignore files there."""
    manifest = yaml.safe_load((COMICS / "robot.yaml").read_text())
    forms = [{"robotTaskName", "shell", "command"} & task.keys() for task in manifest["tasks"].values()]
    assert forms == [{"robotTaskName"}, {"robotTaskName"}]
    assert manifest["artifactsDir"] == "output"
    assert all((COMICS / name).is_file() for name in manifest["ignoreFiles"])


def test_a_robot_that_rcc_starts_is_wrapped_by_the_listener_of_robot_options(run_robot, tmp_path):
    outcome = run_robot("Search comics", "search", as_rcc=True)
    assert outcome["outcome"] == "completed"
    assert (tmp_path / "comics" / "output" / "log.html").is_file()


def _values(variables: dict) -> dict:
    """Returns the values of plain and of typed variables."""
    return {name: value["value"] if isinstance(value, dict) else value for name, value in variables.items()}
