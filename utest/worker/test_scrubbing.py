import json
import logging
import os
from pathlib import Path

import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.attachment import attach_log
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.task.secrets_file import write_secrets
from CamundaLibrary.variables import FileValue, encode
from CamundaLibrary.worker.runs import scrubbing
from CamundaLibrary.worker.runs.scrubbing import clean_outcome, clean_run

SECRETS = {"shop": {"password": "hunter2"}, "token": "t0p-secret"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run whose task file is written; the robot's output goes to robot/output."""
    Handover(tmp_path / "task.json").write_task(ExternalTask("a1", "Search"), {"query": encode("hunter2")})
    (tmp_path / "robot" / "output").mkdir(parents=True)
    return tmp_path


def test_texts_that_the_run_left_lose_their_secrets(folder: Path) -> None:
    output = folder / "robot" / "output"
    texts = {
        folder / "console.txt": ("a hunter2\r\nb", "a <secret>\r\nb"),
        output / "output.xml": ("<msg>t0p-secret &amp;</msg>", "<msg>&lt;secret&gt; &amp;</msg>"),
        output / "page.html": ("<p>hunter2</p>", "<p>&lt;secret&gt;</p>"),
        output / "result": ("hunter2", "<secret>"),
    }
    for path, (text, _) in texts.items():
        path.write_bytes(text.encode())
    (output / "utf-16.csv").write_bytes("a;hunter2".encode("utf-16"))
    clean_run(folder, SECRETS)
    assert {path: path.read_bytes().decode() for path in texts} == {path: clean for path, (_, clean) in texts.items()}
    assert (output / "utf-16.csv").read_bytes().decode("utf-16") == "a;<secret>"


def test_what_is_no_text_or_older_than_the_run_stays(folder: Path) -> None:
    picture, old = folder / "robot" / "output" / "shot.png", folder / "robot" / "tasks.robot"
    picture.write_bytes(b"\x89PNG\0hunter2")
    old.write_text("hunter2")
    os.utime(old, (1, 1))
    clean_run(folder, SECRETS)
    assert (picture.read_bytes(), old.read_text()) == (b"\x89PNG\0hunter2", "hunter2")


def test_task_and_variables_stay_but_texts_of_the_outcome_and_the_log_do_not(folder: Path) -> None:
    handover = Handover(folder / "task.json")
    report = folder / "robot" / "output" / "report.txt"
    report.write_text("hunter2")
    handover.files.mkdir()
    log = handover.files / "log.html"
    log.write_text("<p>hunter2</p>")
    variables = {"plain": encode("hunter2"), "report": FileValue("report.txt", path=report, mime_type="text/plain")}
    outcome = Failed("It is hunter2.", "Details of hunter2.", 0, None, variables)
    handover.write_outcome(outcome, attach_log(log, "log", "task"))
    before = handover.read_task()
    clean_run(folder, SECRETS)
    assert handover.read_task() == before
    clean, found_log = handover.read_outcome()
    assert clean == Failed("It is <secret>.", "Details of <secret>.", 0, None, variables)
    assert report.read_text() == "hunter2"
    assert found_log is not None
    assert found_log.path.read_text() == "<p>&lt;secret&gt;</p>"


def test_links_and_pipes_are_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    for name in ("linked.txt", "hard.txt", "folder.txt"):
        (outside / name).write_text("hunter2")
    output = folder / "robot" / "output"
    (output / "linked.txt").symlink_to(outside / "linked.txt")
    (output / "hard.txt").hardlink_to(outside / "hard.txt")
    (output / "folder").symlink_to(outside, target_is_directory=True)
    os.mkfifo(output / "pipe.txt")
    clean_run(folder, SECRETS)
    assert {path.name: path.read_text() for path in outside.iterdir()} == {
        "linked.txt": "hunter2",
        "hard.txt": "hunter2",
        "folder.txt": "hunter2",
    }
    assert (output / "hard.txt").read_text() == "<secret>"


def test_a_file_that_cannot_be_cleaned_is_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scrubbing, "_MOST_BYTES", 5)
    page = folder / "robot" / "output" / "page.html"
    page.write_text("hunter2")
    clean_run(folder, SECRETS)
    assert not page.exists()
    assert caplog.messages == [
        f"'{page}' is removed: the run's secrets could not be taken out of it: it is larger than 5 bytes."
    ]


def test_nothing_is_left_beside_the_files(folder: Path) -> None:
    output = folder / "robot" / "output"
    for name in ("a.txt", "b.html", "c.txt"):
        (output / name).write_text("nothing" if name == "c.txt" else "hunter2")
    clean_run(folder, SECRETS)
    assert sorted(path.name for path in output.iterdir()) == ["a.txt", "b.html", "c.txt"]


@pytest.mark.parametrize("values", [{}, SECRETS])
def test_a_secrets_file_that_the_robot_did_not_read_is_removed(folder: Path, values: dict[str, object]) -> None:
    write_secrets(folder / "secrets.json", SECRETS)
    clean_run(folder, values)  # type: ignore[arg-type] - both are what a store gives
    assert not (folder / "secrets.json").exists()


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"outcome": "completed", "variables": {"a": {"path": 1}}}'])
def test_an_outcome_that_cannot_be_read_does_not_stop_the_rest(folder: Path, content: str | None) -> None:
    if content is not None:
        (folder / "task.outcome.json").write_text(content)
    (folder / "console.txt").write_text("hunter2")
    clean_run(folder, SECRETS)
    assert (folder / "console.txt").read_text() == "<secret>"


def test_texts_of_an_outcome_lose_their_secrets() -> None:
    assert clean_outcome(Failed("hunter2", "t0p-secret"), SECRETS) == Failed("<secret>", "<secret>")
    assert clean_outcome(BpmnError("code", "hunter2"), SECRETS) == BpmnError("code", "<secret>")
    assert clean_outcome(BpmnError("code"), SECRETS) == BpmnError("code")
    assert clean_outcome(GivenBack(), SECRETS) == GivenBack()
    assert clean_outcome(Failed("hunter2"), {}) == Failed("hunter2")


def test_variables_with_secrets_stay_and_are_named(caplog: pytest.LogCaptureFixture) -> None:
    variables = {"a": encode("is hunter2"), "b": encode({"c": ["t0p-secret"]}), "d": encode("fine")}
    outcome = Completed(variables, {"e": encode("hunter2")})
    with caplog.at_level(logging.WARNING):
        assert clean_outcome(outcome, SECRETS) == outcome
    assert caplog.messages == [
        f"Variable '{name}', which the robot set, holds a secret in plain text." for name in ("a", "b", "e")
    ]


def test_the_values_are_never_logged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "console.txt").write_text("hunter2")
    with caplog.at_level(logging.DEBUG):
        clean_run(folder, SECRETS)
        clean_outcome(Completed({"hunter2": encode("hunter2")}), SECRETS)
    assert "hunter2" not in caplog.text
    assert json.loads((folder / "task.json").read_text())["variables"] == {"query": "hunter2"}
