"""One run and its task, from opening to report, without Robot Framework. Whole runs are tested with the listener."""

from datetime import datetime, timezone
from pathlib import Path

import pytest

from CamundaLibrary.errors import NoCurrentTask
from CamundaLibrary.settings import Source
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, RunResult
from CamundaLibrary.task.run import Opening, Start, TaskRun
from CamundaLibrary.variables import encode_all

PASSED, FAILED, STOPPED = RunResult("PASS"), RunResult("FAIL", "Work: It broke.", "there"), RunResult(None)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in ("TASK_FILE", "TASK_ID", "TOPIC", "LOG", "ON_SKIP"):
        monkeypatch.delenv(f"CAMUNDA_{name}", raising=False)


@pytest.fixture
def handover(tmp_path):
    handover = Handover(tmp_path / "task.json")
    handover.task_file.write_text('{"version": 1, "task": {"id": "a1b2", "topic": "t"}}')
    return handover


@pytest.fixture
def open_run(handover):
    """Opens a run for the task file; returns it and the answer."""

    def open_run(is_dry=False, **arguments):
        run = TaskRun()
        source = Source("listener argument", {"task_file": str(handover.task_file), **arguments})
        return run, run.open([source], is_dry=is_dry)

    return open_run


def no_log(target, settings):
    return None


def write_log(target, settings):
    target.write_text("log")
    return target


def close(run, result=PASSED, publisher=no_log):
    return run.close(result, publisher, Path())


def test_a_run_for_a_task_goes_and_is_reported_once(open_run, handover):
    run, opening = open_run()
    assert opening == Opening(Start.GO)
    assert run.require().task.id == "a1b2"
    assert close(run).text.startswith("Outcome of the task: completed\n")
    assert handover.read_outcome().outcome == Completed()
    with pytest.raises(NoCurrentTask):
        run.require()
    assert close(run) is None


def test_a_run_for_no_task_goes_and_reports_nothing():
    run = TaskRun()
    assert run.open([]) == Opening(Start.GO)
    assert close(run) is None


def test_a_dry_run_takes_no_task_but_removes_what_an_earlier_run_left(open_run, handover):
    handover.write_outcome(Completed())
    run, opening = open_run(is_dry=True)
    assert opening == Opening(Start.GO)
    assert run.context is None
    assert not handover.outcome_file.exists()
    assert close(run) is None


def test_under_a_worker_the_run_proves_that_it_is_wrapped_before_anything_else(open_run, handover):
    open_run()
    assert not handover.started_file.exists()
    handover.write_lock(datetime.now(timezone.utc), lost=False)
    open_run()
    assert handover.started_file.read_text() == "{}"


def test_a_task_file_that_cannot_be_read_does_not_look_like_a_run_without_listener(open_run, handover):
    handover.write_lock(datetime.now(timezone.utc), lost=False)
    handover.task_file.write_text("{")
    assert open_run()[1].start is Start.FAIL
    assert handover.started_file.read_text() == "{}"


def test_a_proof_of_an_earlier_run_is_none_of_this_one(open_run, handover):
    handover.started_file.write_text("{}")
    open_run()
    assert not handover.started_file.exists()


def test_a_refused_run_fails_its_task_whatever_robot_framework_says(open_run, handover):
    run, opening = open_run(on_skip="maybe")
    sentence = "The listener argument 'on_skip' is wrong: 'maybe' is none of fail, complete, give_back."
    assert opening == Opening(Start.FAIL, sentence)
    close(run, PASSED)
    assert handover.read_outcome().outcome == Failed(sentence)


def test_a_refused_run_whose_task_cannot_be_opened_tells_both(open_run, handover):
    handover.task_file.unlink()
    run, opening = open_run(on_skip="maybe")
    assert opening.sentence == (
        "The listener argument 'on_skip' is wrong: 'maybe' is none of fail, complete, give_back. "
        f"There is no file '{handover.task_file}'."
    )
    assert close(run) is None


def test_a_refusal_that_comes_late_does_not_change_a_decided_outcome(open_run, handover):
    run, _ = open_run()
    run.require().decide(BpmnError("x"))
    assert run.open([Source("library argument", {"onskip": "x"})]).start is Start.FAIL
    close(run)
    assert handover.read_outcome().outcome == BpmnError("x")


def test_settings_that_come_late_count_but_the_task_stays(open_run, handover, tmp_path):
    run, _ = open_run()
    run.require().set(encode_all({"a": 1}))
    assert run.open([Source("library argument", {"on_skip": "complete", "task_file": "other.json"})]).start is Start.GO
    close(run, RunResult("SKIP"))
    assert handover.read_outcome().outcome == Completed(encode_all({"a": 1}))


def test_a_run_that_ended_before_its_start_fails_its_task(open_run, handover):
    run = TaskRun()
    run.open_ended([Source("listener argument", {"task_file": str(handover.task_file)})])
    close(run, STOPPED)
    assert handover.read_outcome().outcome == Failed("The run was stopped before its end.")


def test_a_file_of_the_robot_that_is_named_as_the_log_stays_its_own(open_run, handover, tmp_path):
    (tmp_path / "log.html").write_text("MINE")
    run, _ = open_run()
    run.require().set_file("report", tmp_path / "log.html")
    close(run, publisher=write_log)
    outcome, log = handover.read_outcome()
    assert outcome.variables["report"].read() == b"MINE"
    assert log.path.read_text() == "log"


def test_whatever_is_wrong_with_the_log_the_outcome_goes_its_way(open_run, handover, caplog):
    def broken(target, settings):
        raise ZeroDivisionError("nothing to publish")

    run, _ = open_run()
    close(run, publisher=broken)
    assert handover.read_outcome() == (Completed(), None)
    assert caplog.messages == ["No log is kept with the task: ZeroDivisionError: nothing to publish"]


@pytest.mark.parametrize(
    ("log", "result", "is_asked"),
    [("never", FAILED, False), ("on_failure", PASSED, False), ("on_failure", FAILED, True), ("always", PASSED, True)],
)
def test_when_the_log_is_published(open_run, log, result, is_asked):
    asked = []

    def publisher(target, settings):
        asked.append(settings.log)

    run, _ = open_run(log=log)
    close(run, result, publisher)
    assert asked == [log] * is_asked


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (FAILED, "The run failed besides its outcome, which holds: Work: It broke.\n"),
        (STOPPED, "The run failed besides its outcome, which holds: The run was stopped before its end.\n"),
        (RunResult("SKIP", "Work: teardown."), "The run failed besides its outcome, which holds: Work: teardown.\n"),
        (RunResult("SKIP", skip_message="BPMN error 'x'"), ""),
        (PASSED, ""),
    ],
)
def test_what_fails_beside_a_decided_outcome_is_a_warning(open_run, result, said):
    run, _ = open_run()
    run.require().decide(BpmnError("x"))
    reported = close(run, result)
    assert reported.text.startswith(f"{said}Outcome of the task: BPMN error 'x'\n")
    assert reported.is_problem is bool(said)


def test_a_report_that_fails_is_told(open_run, handover):
    run, _ = open_run()
    handover.outcome_file.mkdir()
    reported = close(run)
    assert reported.text.startswith(
        f"Reporting the outcome of task 'a1b2' failed: Writing '{handover.outcome_file}' failed: "
    )
    assert reported.is_problem


def test_whatever_goes_wrong_at_the_start_refuses_the_run():
    run = TaskRun()
    opening = run.open([Source("listener argument", {"task_file": "a\0b.json"})])
    assert opening.start is Start.FAIL
    assert opening.sentence.startswith("Opening the task of the run failed: ValueError: ")
