"""Library arguments of a nested suite come after the task was opened; objects and processes serve several runs."""

import json
from pathlib import Path

import pytest
import robot
from robot.libdocpkg import LibraryDocumentation

from CamundaListener import CamundaListener

ROBOT = "*** Settings ***\nLibrary    CamundaLibrary    {arguments}\n*** Tasks ***\n{name}\n    {line}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "task.json").write_text('{"version": 1, "task": {"topic": "x"}, "variables": {"a": 1}}')
    (tmp_path / "robots").mkdir()
    return tmp_path


def write_robot(folder: Path, name: str, line: str, arguments: str = "") -> None:
    text = ROBOT.format(arguments=arguments, name=name, line=line)
    (folder / "robots" / f"{name}.robot").write_text(text)


def run(folder: Path, listener: CamundaListener, **options: object) -> int:
    return robot.run(
        str(folder / "robots"), listener=listener, outputdir=str(folder / "output"), console="none", rpa=True, **options
    )


def outcome(folder: Path) -> dict[str, object]:
    return json.loads((folder / "task.outcome.json").read_text())


def test_late_arguments_count_and_the_open_task_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMUNDA_TASK_FILE", str(folder / "task.json"))
    write_robot(folder, "1_first", "Set Task Variable    b    2")
    write_robot(folder, "2_second", "Set Task Variable    log    mine", "log=never")
    assert run(folder, CamundaListener()) == 0
    assert outcome(folder)["variables"] == {
        "b": {"type": "String", "value": "2"},
        "log": {"type": "String", "value": "mine"},
    }


def test_a_task_that_only_a_late_argument_names_is_opened_then(folder: Path) -> None:
    write_robot(folder, "1_first", "No Operation")
    write_robot(folder, "2_second", "Set Task Variable    b    2", f"task_file={folder}/task.json")
    assert run(folder, CamundaListener()) == 0
    assert outcome(folder)["outcome"] == "completed"


def test_one_listener_object_serves_two_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMUNDA_TASK_FILE", str(folder / "task.json"))
    write_robot(folder, "robot", "Set Task Variable    b    2")
    listener = CamundaListener()
    for _ in range(2):
        assert run(folder, listener) == 0
        assert outcome(folder)["variables"] == {"b": {"type": "String", "value": "2"}}
        (folder / "task.outcome.json").unlink()


def test_libdoc_before_a_run_is_no_listener(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAMUNDA_TASK_FILE", str(folder / "task.json"))
    LibraryDocumentation("CamundaLibrary")
    write_robot(folder, "robot", "No Operation")
    assert run(folder, CamundaListener()) == 0
    assert outcome(folder)["outcome"] == "completed"
    assert "attached twice" not in capfd.readouterr().err


def test_a_run_that_ended_before_its_suite_fails_its_task_but_fetches_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMUNDA_TASK_FILE", str(folder / "task.json"))
    listener = CamundaListener()
    listener.close()
    assert outcome(folder)["errorMessage"] == "The run was stopped before its end."

    monkeypatch.delenv("CAMUNDA_TASK_FILE")
    monkeypatch.setenv("CAMUNDA_TOPIC", "x")
    monkeypatch.setenv("CAMUNDA_API_BASE_URL", "http://localhost:9/engine-rest")
    listener = CamundaListener()
    listener.close()
