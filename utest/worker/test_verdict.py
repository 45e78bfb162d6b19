"""What the worker makes of the end of a run: the rows of the outcome table that the listener cannot say."""

from datetime import timedelta

import pytest

from CamundaLibrary.bundles.manifest import ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.task.outcome import STOPPED, BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.worker.runs.verdict import RunEnd, Stop, judge

ROBOT = ManifestTask("Search", "search", 1, "Find a comic", None, TaskOptions())
COMMAND = ManifestTask("Search", "search", 1, None, ("run.sh",), TaskOptions())
HANDLER = ManifestTask("Search", "search", 1, None, None, TaskOptions(), handler="comics:search")
REPORTED = Failed("Find a comic: Page is gone.", "Traceback")


@pytest.mark.parametrize("outcome", [Completed(), BpmnError("not_found"), GivenBack()], ids=str)
@pytest.mark.parametrize("stopped", [None, *Stop])
@pytest.mark.parametrize("code", [0, 1, 252, -9])
def test_what_the_listener_wrote_is_believed_whatever_came_afterwards(outcome, stopped, code):
    assert judge(RunEnd(ROBOT, code, 3, outcome=outcome, stopped=stopped)) == outcome


def test_a_reported_failure_gets_the_end_of_the_console():
    assert judge(RunEnd(ROBOT, 1, 3, outcome=REPORTED, console="oh\nno")) == Failed(
        "Find a comic: Page is gone.", "Traceback\n\nLast lines of the console:\noh\nno"
    )


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (RunEnd(ROBOT, -9, 3), "The robot was killed by signal 9 (SIGKILL), as systems do when memory runs out."),
        (
            RunEnd(ROBOT, -9, 3, is_wrapped=False),
            "The robot was killed by signal 9 (SIGKILL), as systems do when memory runs out.",
        ),
        (RunEnd(ROBOT, -11, 3), "The robot was killed by signal 11 (SIGSEGV)."),
        (RunEnd(ROBOT, -77, 3), "The robot was killed by signal 77 (unknown)."),
        (RunEnd(ROBOT, 1, 3, console="  File 'x'\nMemoryError: no more"), "The robot ran out of memory."),
        (RunEnd(ROBOT, 1, 3, outcome=Failed(STOPPED), console="MemoryError\n"), "The robot ran out of memory."),
        (RunEnd(ROBOT, 0, 3), "The robot ended without an outcome (exit code 0)."),
        (RunEnd(ROBOT, 7, 3), "The robot ended without an outcome (exit code 7)."),
        (RunEnd(ROBOT, 253, 3), "The robot was interrupted before it had an outcome (exit code 253)."),
        (
            RunEnd(ROBOT, 0, 3, is_wrapped=False),
            "The listener was not loaded, so that nothing is known of the robot's run (exit code 0).",
        ),
        (
            RunEnd(ROBOT, 252, 3, is_wrapped=False),
            "Robot Framework could not run 'Find a comic' (exit code 252): "
            "there is no such robot task, or a suite or an option is invalid.",
        ),
        (
            RunEnd(ROBOT, 252, 3, is_wrapped=False, console="[ ERROR ] Suite 'X' contains no tasks.\n\nTry --help"),
            "Robot Framework could not run 'Find a comic' (exit code 252): Suite 'X' contains no tasks.",
        ),
        (
            RunEnd(ROBOT, 0, 3, unreadable="'task.outcome.json' is not JSON."),
            "The outcome of the robot cannot be read: 'task.outcome.json' is not JSON.",
        ),
        (RunEnd(COMMAND, 3, 3, is_wrapped=False), "The command of task 'Search' failed (exit code 3)."),
        (
            RunEnd(HANDLER, 1, 3, is_wrapped=False),
            "Handler 'comics:search' could not be started (exit code 1).",
        ),
        (RunEnd(COMMAND, 0, 3), "The robot ended without an outcome (exit code 0)."),
    ],
)
def test_a_run_without_an_outcome_is_a_failure_that_says_why(end, message):
    outcome = judge(end)
    assert isinstance(outcome, Failed)
    assert outcome.message == message
    assert (outcome.retries, outcome.retry_timeout) == (None, None)


def test_a_command_that_fails_after_part_of_it_completed_the_task_is_a_failure():
    judged = judge(RunEnd(COMMAND, 3, 3, outcome=Completed(), console="oh"))
    assert judged == Failed(
        "The command of task 'Search' failed (exit code 3) after the task was completed.",
        "Last lines of the console:\noh",
    )


def test_what_else_a_command_wrote_is_believed_whatever_its_exit_code():
    outcomes = [BpmnError("not_found"), GivenBack()]
    assert [judge(RunEnd(COMMAND, 1, 3, outcome=outcome)) for outcome in outcomes] == outcomes


@pytest.mark.parametrize("stopped", [*Stop])
def test_a_command_that_was_stopped_has_completed_what_it_completed(stopped):
    assert judge(RunEnd(COMMAND, -15, 3, outcome=Completed(), stopped=stopped)) == Completed()


def test_what_a_handler_wrote_is_believed_whatever_came_afterwards():
    assert judge(RunEnd(HANDLER, -9, 3, outcome=Completed())) == Completed()


def test_a_command_without_listener_is_done_when_it_ends_well():
    assert judge(RunEnd(COMMAND, 0, 3, is_wrapped=False)) == Completed()


@pytest.mark.parametrize("outcome", [None, Failed("Find a comic: Execution terminated by signal", "at Find")])
def test_a_run_over_its_time_limit_costs_a_try(outcome):
    judged = judge(
        RunEnd(ROBOT, 1, 3, outcome=outcome, stopped=Stop.TIME_LIMIT, console="tail", timeout=timedelta(minutes=10))
    )
    details = "Last lines of the console:\ntail"
    if outcome:
        details = f"failure: Find a comic: Execution terminated by signal\n\nat Find\n\n{details}"
    assert judged == Failed("The robot was stopped after its time limit of 10 minutes.", details)


@pytest.mark.parametrize("outcome", [None, Failed("Find a comic: Execution terminated by signal")])
def test_a_run_that_the_worker_stopped_costs_no_try_and_no_time(outcome):
    judged = judge(RunEnd(ROBOT, -9, 2, outcome=outcome, stopped=Stop.WORKER))
    assert judged.message == "The worker was stopped before the robot ended."
    assert (judged.retries, judged.retry_timeout) == (2, timedelta())


@pytest.mark.parametrize("decided", [{"retries": 0}, {"retry_timeout": timedelta(hours=1)}])
@pytest.mark.parametrize("stopped", [Stop.WORKER, Stop.TIME_LIMIT])
def test_what_report_failure_said_holds_also_for_a_stopped_run(decided, stopped):
    outcome = Failed("No access.", **decided)
    assert judge(RunEnd(ROBOT, 1, 3, outcome=outcome, stopped=stopped)) == outcome


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (RunEnd(ROBOT, 1, 3, outcome=REPORTED), "Find a comic: Page is gone."),
        (RunEnd(ROBOT, -11, 3), "The robot was killed by signal 11 (SIGSEGV)."),
        (
            RunEnd(ROBOT, -9, 3, stopped=Stop.TIME_LIMIT),
            "The robot was stopped after its time limit of 1 hour.",
        ),
    ],
    ids=["failed", "crashed", "timed out"],
)
def test_a_failed_run_becomes_the_bpmn_error_that_the_topic_asks_for(end, message):
    assert judge(end._replace(bpmn_error="TASK_ERROR")) == BpmnError("TASK_ERROR", message)


@pytest.mark.parametrize(
    "end",
    [
        RunEnd(ROBOT, -9, 3, outcome=REPORTED, stopped=Stop.WORKER),
        RunEnd(ROBOT, -9, 3, stopped=Stop.LOCK_LOST),
        RunEnd(ROBOT, -9, 3, broken="The fork server died."),
        RunEnd(ROBOT, 1, 3, outcome=Failed("No access.", retries=0)),
    ],
    ids=["worker stopped", "lock lost", "fork server died", "decided by Report Failure"],
)
def test_what_is_no_failure_of_the_run_does_not_become_a_bpmn_error(end):
    assert judge(end._replace(bpmn_error="TASK_ERROR")) == judge(end)
    assert isinstance(judge(end), Failed)


def test_a_run_that_the_machine_ended_costs_no_try_and_no_time():
    judged = judge(RunEnd(ROBOT, -9, 2, broken="The fork server died, and the robot with it.", console="tail"))
    assert judged == Failed(
        "The fork server died, and the robot with it.", "Last lines of the console:\ntail", 2, timedelta()
    )
