"""What we foresee of a BPMN error against what the engine does with it.

Each file in `errors` is one rule. Its external task `task` throws `x`; the engine must take it to the event `catcher`,
or to none if the file has no such event.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faults import Fault, FaultProxy, answer

from CamundaLibrary import connect
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineUnreachable
from CamundaLibrary.task.reporting.catchers import Catchers

if TYPE_CHECKING:
    from models.conftest import RunningModel

    Start = Callable[..., RunningModel]

Warnings = Callable[[], list[str]]
RULES = sorted(Path(__file__).with_name("errors").glob("*.bpmn"))


def test_the_rules_are_there() -> None:
    assert len(RULES) == 44


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_engine_does_as_foreseen(rule: Path, start: "Start", engine: Engine) -> None:
    expected = ["catcher"] if 'id="catcher"' in rule.read_text(encoding="utf-8") else []
    run = start(f"errors/{rule.stem}")
    task = run.lock("task")

    foreseen = Catchers(engine).is_caught(engine.external_tasks.get(task["id"]), "x")
    caught_by = run.throw(task, "x")

    assert caught_by == expected
    assert foreseen is bool(expected)


@pytest.mark.parametrize(
    "model",
    [
        "sub_process_where_nothing_catches",
        "call_activity_where_nothing_catches",
        "call_activity_that_names_another_code",
    ],
)
def test_behind_an_uncaught_error_the_flow_goes_on_as_after_success(model: str, start: "Start") -> None:
    run = start(f"errors/{model}")

    run.throw(run.lock("task"), "x")

    assert run.has_reached("after")
    assert run.state() == "COMPLETED"


def test_an_uncaught_error_ends_the_instance_as_completed(start: "Start") -> None:
    run = start("errors/nothing_catches")

    run.throw(run.lock("task"), "x")

    assert run.state() == "COMPLETED"


def test_a_caught_error_runs_output_mappings_and_fills_the_variables_of_the_catcher_in_the_caller(
    start: "Start", engine: Engine
) -> None:
    run = start("variables/variables_of_a_caught_error")
    task = run.lock("task")

    foreseen = Catchers(engine).is_caught(engine.external_tasks.get(task["id"]), "x")
    run.throw(task, "x", errorMessage="No comic.", variables={"sent": {"value": "along"}})

    assert foreseen
    assert run.last_variables(task["processInstanceId"]) == {"sent": "along", "mapped": "along"}
    assert run.last_variables(run.instance_id) == {"received": "along", "code": "x", "message": "No comic."}


def test_a_model_is_read_once(start: "Start", engine: Engine, proxy: FaultProxy) -> None:
    task = engine.external_tasks.get(start("errors/call_activity_where_nothing_catches").lock("task")["id"])
    catchers = Catchers(connect(proxy.url))

    assert not catchers.is_caught(task, "x")
    assert not catchers.is_caught(task, "y")
    assert not catchers.shadowed_names(task)

    assert len(proxy.find_requests("GET", "/xml")) == len(["of the called process", "of the caller"])


@pytest.mark.parametrize(
    ("model", "expected"),
    [("call_activity_that_names_the_code", True), ("call_activity_that_names_another_code", False)],
)
def test_without_history_the_only_call_activity_of_the_caller_is_the_one(
    model: str, expected: bool, start: "Start", engine: Engine, proxy: FaultProxy
) -> None:
    task = engine.external_tasks.get(start(f"errors/{model}").lock("task")["id"])
    proxy.fail("*", "/history/", answer(200, []))

    assert Catchers(connect(proxy.url)).is_caught(task, "x") is expected


def test_without_history_an_error_is_taken_for_caught_if_it_depends_on_the_call_activity(
    start: "Start", engine: Engine, proxy: FaultProxy, warnings: Warnings
) -> None:
    run = start("errors/call_activity_that_does_not_catch_beside_one_that_does")
    task = engine.external_tasks.get(run.lock("task")["id"])
    proxy.fail("*", "/history/", answer(200, []))

    assert Catchers(connect(proxy.url)).is_caught(task, "x")

    assert warnings() == [
        "BPMN error 'x' is thrown without knowing whether it is caught: "
        f"Which call activity started process instance '{task.process_instance_id}' is not known."
    ]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            answer(200, {"id": "a:1", "bpmn20Xml": "<!DOCTYPE html><html/>"}),
            "The BPMN model has a document type (DOCTYPE), which is refused.",
        ),
        (
            answer(403, {"type": "AuthorizationException", "message": "Not your model.", "code": 0}),
            "Reading the model of process definition '{definition}' failed: Not your model.",
        ),
    ],
    ids=["doctype", "forbidden"],
)
def test_where_the_model_cannot_be_read_an_error_is_taken_for_caught_and_no_name_for_shadowed(
    fault: Fault, sentence: str, start: "Start", engine: Engine, proxy: FaultProxy, warnings: Warnings
) -> None:
    task = engine.external_tasks.get(start("errors/nothing_catches").lock("task")["id"])
    proxy.fail("GET", "/xml", fault)
    catchers = Catchers(connect(proxy.url))

    assert catchers.is_caught(task, "x")
    assert catchers.shadowed_names(task) == frozenset()

    said = sentence.format(definition=task.process_definition_id)
    assert warnings() == [
        f"BPMN error 'x' is thrown without knowing whether it is caught: {said}",
        f"Variables of task '{task.id}' are sent without regard to input parameters: {said}",
    ]


def test_an_engine_that_is_not_there_is_no_answer(start: "Start", engine: Engine, proxy: FaultProxy) -> None:
    task = engine.external_tasks.get(start("errors/nothing_catches").lock("task")["id"])
    catchers = Catchers(connect(proxy.url))
    proxy.go_down()

    with pytest.raises(EngineUnreachable):
        catchers.is_caught(task, "x")
    with pytest.raises(EngineUnreachable):
        catchers.shadowed_names(task)
