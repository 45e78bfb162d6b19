"""The outcome of a run, as the table of the documentation says it. The engine's rows are tested in atest."""

from datetime import timedelta

import pytest

from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack, RunResult, decide
from CamundaLibrary.variables import encode

SET = {"results": encode(["a"])}
LOCAL = {"note": encode("seen")}

PASSED = RunResult("PASS")
FAILED = RunResult("FAIL", "Search: Timeout.", "Where it failed:\nBrowser.Click")
FAILED_WITHOUT_MESSAGE = RunResult("FAIL")
SKIPPED = RunResult("SKIP", skip_message="It is the weekend.")
SKIPPED_WITHOUT_REASON = RunResult("SKIP")
SKIPPED_WITH_FAILED_TEARDOWN = RunResult("SKIP", "Search: No browser.", "Where it failed:\nX", "It is the weekend.")
STOPPED = RunResult(None)
STOPPED_WITH_REASON = RunResult(None, "Importing library 'X' failed.")

NOTHING = None
COMPLETE_TASK = Completed({"count": encode(3)})
THROW_BPMN_ERROR = BpmnError("not_found", "No comic matches.")
REPORT_FAILURE = Failed("The shop is closed.", "since 6", 2, timedelta(minutes=30))
GIVE_BACK_TASK = GivenBack(timedelta(minutes=5))

COMPLETED = Completed(SET, LOCAL)
BPMN_ERROR = BpmnError("not_found", "No comic matches.", SET, LOCAL)
REPORTED = Failed("The shop is closed.", "since 6", 2, timedelta(minutes=30), SET, LOCAL)
GIVEN_BACK = GivenBack(timedelta(minutes=5))
FAILURE = Failed("Search: Timeout.", "Where it failed:\nBrowser.Click")
INTERRUPTED = Failed("The run was stopped before its end.")

TABLE = [
    # the run                       decided             on skip      outcome
    (PASSED, NOTHING, "fail", COMPLETED),
    (FAILED, NOTHING, "fail", FAILURE),
    (FAILED_WITHOUT_MESSAGE, NOTHING, "fail", INTERRUPTED),
    (STOPPED, NOTHING, "fail", INTERRUPTED),
    (STOPPED_WITH_REASON, NOTHING, "fail", Failed("Importing library 'X' failed.")),
    # `Complete Task`: completed if nothing failed afterwards
    (PASSED, COMPLETE_TASK, "fail", COMPLETED),
    (SKIPPED, COMPLETE_TASK, "fail", COMPLETED),
    (SKIPPED, COMPLETE_TASK, "give_back", COMPLETED),
    (FAILED, COMPLETE_TASK, "complete", FAILURE),
    (STOPPED, COMPLETE_TASK, "complete", INTERRUPTED),
    # the three that end a task: whatever fails afterwards
    *((run, THROW_BPMN_ERROR, "fail", BPMN_ERROR) for run in (PASSED, SKIPPED, FAILED, STOPPED)),
    *((run, REPORT_FAILURE, "complete", REPORTED) for run in (PASSED, SKIPPED, FAILED, STOPPED)),
    *((run, GIVE_BACK_TASK, "fail", GIVEN_BACK) for run in (PASSED, SKIPPED, FAILED, STOPPED)),
    # everything skipped, nothing decided
    (SKIPPED, NOTHING, "fail", Failed("Every robot task was skipped: It is the weekend.")),
    (SKIPPED_WITHOUT_REASON, NOTHING, "fail", Failed("Every robot task was skipped.")),
    (SKIPPED_WITH_FAILED_TEARDOWN, NOTHING, "fail", Failed("Every robot task was skipped: It is the weekend.")),
    (SKIPPED, NOTHING, "complete", COMPLETED),
    (SKIPPED, NOTHING, "give_back", GivenBack(timedelta(minutes=1))),
    # which says nothing about runs that passed or failed
    (PASSED, NOTHING, "give_back", COMPLETED),
    (FAILED, NOTHING, "complete", FAILURE),
    (FAILED, NOTHING, "give_back", FAILURE),
    (STOPPED, NOTHING, "complete", INTERRUPTED),
    (STOPPED, NOTHING, "give_back", INTERRUPTED),
]


@pytest.mark.parametrize(("run", "decided", "on_skip", "outcome"), TABLE)
def test_one_run_one_outcome(run, decided, on_skip, outcome):
    assert decide(decided, run, on_skip, SET, LOCAL) == outcome


def test_variables_of_a_run_that_failed_by_itself_are_not_sent():
    outcome = decide(None, FAILED, "fail", SET, LOCAL)
    assert (dict(outcome.variables), dict(outcome.task_variables)) == ({}, {})


def test_what_a_decision_was_made_with_is_not_lost_when_the_run_goes_on():
    """The context collects the variables of the keyword itself, and later ones; they replace those of the record."""
    assert decide(COMPLETE_TASK, PASSED, "fail", {**COMPLETE_TASK.variables, **SET}) == Completed(
        {"count": encode(3), "results": encode(["a"])}
    )


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Completed(), "completed"),
        (BpmnError("not_found", "No comic matches."), "BPMN error 'not_found': No comic matches."),
        (BpmnError("not_found"), "BPMN error 'not_found'"),
        (BpmnError("not_found", ""), "BPMN error 'not_found'"),
        (Failed("It broke."), "failure: It broke."),
        (GivenBack(), "given back, free again after 1 minute"),
        (GivenBack(timedelta(seconds=90)), "given back, free again after 1 minute 30 seconds"),
        (GivenBack(timedelta()), "given back"),
    ],
)
def test_outcomes_as_people_read_them(outcome, words):
    assert str(outcome) == words
