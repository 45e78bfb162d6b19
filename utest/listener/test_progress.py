"""What a run notes for whoever watches the worker: the keyword that runs, at no cost to the run."""

import json
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest

from CamundaLibrary.listener import progress

NESTED = """
    *** Tasks ***
    Do it
        FOR    ${number}    IN    first
            Search comics
        END

    *** Keywords ***
    Search comics
        No Operation
        Sleep    400ms
    """


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """What the run notes; a worker keeps its lock, and the first look comes soon."""
    monkeypatch.setattr(progress, "INTERVAL", 0.05)
    (tmp_path / "task.lock.json").write_text('{"heldUntil": "2126-01-01T00:00:00+00:00", "lost": false}', "utf-8")
    return lambda: json.loads((tmp_path / "task.progress.json").read_text("utf-8"))


def test_the_keyword_that_runs_is_noted_with_those_around_it(robots, notes):
    began = datetime.now(timezone.utc)
    assert robots.run(NESTED).rc == 0
    note = notes()
    since = datetime.fromisoformat(note.pop("since"))
    assert note == {"robotTask": "Do it", "keywords": ["Search comics", "BuiltIn.Sleep"]}
    assert timedelta() <= since - began < timedelta(seconds=10)


def test_a_long_keyword_after_a_burst_of_short_ones_is_noted(robots, notes):
    robot = """
        *** Tasks ***
        Do it
            FOR    ${number}    IN RANGE    500
                No Operation
            END
            Sleep    400ms
        """
    assert robots.run(robot).rc == 0
    assert notes()["keywords"] == ["BuiltIn.Sleep"]


def test_a_setup_of_the_suite_is_noted_without_robot_task(robots, notes):
    robot = "*** Settings ***\nSuite Setup    Sleep    400ms\n*** Tasks ***\nDo it\n    No Operation"
    assert robots.run(robot).rc == 0
    assert notes()["robotTask"] is None


def test_a_run_by_hand_notes_nothing(robots, monkeypatch):
    monkeypatch.setattr(progress, "INTERVAL", 0.05)
    assert robots.run(NESTED).rc == 0
    assert not (robots.folder / "task.progress.json").exists()


def test_a_short_run_under_a_worker_notes_nothing(robots, notes, monkeypatch):
    monkeypatch.setattr(progress, "INTERVAL", 60)
    began = time.monotonic()
    assert robots.run(NESTED).rc == 0
    assert time.monotonic() - began < 30
    assert not (robots.folder / "task.progress.json").exists()


def test_the_thread_ends_with_the_run(robots, notes):
    robots.run(NESTED)
    assert "progress" not in [thread.name for thread in threading.enumerate()]


def test_notes_that_cannot_be_written_do_not_disturb_the_run(robots, notes):
    (robots.folder / "task.progress.json").mkdir()
    run = robots.run(NESTED)
    assert (run.rc, run.err, run.outcome["outcome"]) == (0, "", "completed")


def test_outside_of_a_run_there_is_nothing_to_note():
    assert progress.look() is None


@pytest.mark.parametrize("steps", [None, [], [("too short",)], [(None, None, None)]])
def test_a_robot_framework_that_keeps_its_stack_otherwise_is_left_alone(monkeypatch, steps):
    class Contexts:
        class current:  # noqa: N801 - as Robot Framework calls it
            test = None

    Contexts.current.steps = steps
    monkeypatch.setattr("robot.running.context.EXECUTION_CONTEXTS", Contexts)
    assert progress.look() is None
