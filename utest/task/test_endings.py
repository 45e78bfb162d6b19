"""What Python code raises to end its task: the outcome that it decides, refused where the engine would."""

from datetime import timedelta

import pytest

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.task.endings import GiveBackTask, ReportFailure, ThrowBpmnError
from CamundaLibrary.task.outcome import BpmnError, Failed, GivenBack
from CamundaLibrary.variables import encode_all


def test_a_bpmn_error_has_code_message_and_any_variables():
    ending = ThrowBpmnError("not_found", "No comic.", self=1, query="x")
    assert ending.outcome == BpmnError("not_found", "No comic.", encode_all({"self": 1, "query": "x"}))
    assert str(ending) == "BPMN error 'not_found': No comic."


def test_a_failure_has_all_that_the_keyword_takes():
    ending = ReportFailure("Closed.", "until May", 0, timedelta(hours=1))
    assert ending.outcome == Failed("Closed.", "until May", 0, timedelta(hours=1))
    assert str(ending) == "Closed."


def test_a_task_is_given_back_for_a_minute_unless_said_otherwise():
    assert GiveBackTask().outcome == GivenBack(timedelta(minutes=1))
    assert str(GiveBackTask(timedelta())) == "The task is given back."


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ThrowBpmnError(""), "A BPMN error needs a code that is not empty."),
        (
            lambda: ThrowBpmnError("x", price={1, 2}),
            "Variable 'price' cannot be set: A value of Python type set cannot be stored: convert it to a list.",
        ),
        (
            lambda: ReportFailure("x", retries=-1),
            "A failure cannot leave -1 retries; 0 is the least, and an incident now.",
        ),
        (
            lambda: ReportFailure("x", retry_timeout=timedelta(-1)),
            "The time until the next try cannot be negative.",
        ),
        (lambda: GiveBackTask(timedelta(-1)), "The time until the task is free again cannot be negative."),
    ],
)
def test_what_the_engine_would_refuse_is_refused_where_it_is_written(make, sentence):
    with pytest.raises(ValueRefused) as error:
        make()
    assert str(error.value) == sentence
