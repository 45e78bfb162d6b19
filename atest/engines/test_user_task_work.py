"""What people do with tasks, beyond claiming and completing."""

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from small_models import END, START, flow, process

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import Candidates, UserTask
from CamundaLibrary.errors import EngineFailed, NotFound, RequestRefused, ValueRefused
from CamundaLibrary.variables import LongValue, NullValue, encode_all

Model = Callable[..., object]

FORM = (
    '<extensionElements><camunda:formData><camunda:formField id="amount" type="long"/>'
    "</camunda:formData></extensionElements>"
)
CATCHES = process(
    START
    + f'<userTask id="review" name="Review">{FORM}</userTask>'
    + END
    + flow("start", "review", "end")
    + '<boundaryEvent id="failed" attachedToRef="review"><errorEventDefinition errorRef="error"/></boundaryEvent>'
    + '<boundaryEvent id="late" attachedToRef="review" cancelActivity="false">'
    + '<escalationEventDefinition escalationRef="escalation"/></boundaryEvent>'
    + '<endEvent id="bad"/><userTask id="help"/>'
    + flow("failed", "bad")
    + flow("late", "help")
)
CATCHES += '<error id="error" errorCode="damaged"/><escalation id="escalation" escalationCode="slow"/>'


@pytest.fixture
def task(engine: Engine, model: Model) -> UserTask:
    instance = model(CATCHES).start(variables=encode_all({"query": "robots"}))
    (task,) = engine.user_tasks.list(process_instance_id=instance)
    return task


def test_it_goes_from_hand_to_hand(engine: Engine, task: UserTask) -> None:
    tasks = engine.user_tasks
    tasks.claim(task.id, "kim")
    tasks.unclaim(task.id)
    assert tasks.get(task.id).assignee is None
    tasks.assign(task.id, "kim")
    tasks.delegate(task.id, "alex")
    delegated = tasks.get(task.id)
    assert (delegated.owner, delegated.assignee, delegated.delegation_state) == ("kim", "alex", "PENDING")
    tasks.resolve(task.id, encode_all({"checked": True}))
    resolved = tasks.get(task.id)
    assert (resolved.owner, resolved.assignee, resolved.delegation_state) == ("kim", "kim", "RESOLVED")
    assert tasks.variables(task.id).get("checked").value is True
    tasks.assign(task.id, None)
    assert tasks.get(task.id).assignee is None


def test_candidates_come_and_go(engine: Engine, task: UserTask) -> None:
    tasks = engine.user_tasks
    assert tasks.candidates(task.id) == Candidates((), ())
    tasks.add_candidate(task.id, user_id="kim")
    tasks.add_candidate(task.id, group_id="sales")
    tasks.assign(task.id, "alex")
    assert tasks.candidates(task.id) == Candidates(("kim",), ("sales",))
    tasks.remove_candidate(task.id, user_id="kim")
    assert tasks.candidates(task.id) == Candidates((), ("sales",))


def test_what_is_changed_leaves_the_rest(engine: Engine, task: UserTask) -> None:
    due = datetime(2030, 1, 31, 12, 30, tzinfo=timezone.utc)
    engine.user_tasks.assign(task.id, "kim")
    engine.user_tasks.update(task.id, priority=0, due=due)
    engine.user_tasks.update(task.id, description="the blue one", follow_up=due)
    changed = engine.user_tasks.get(task.id)
    assert (changed.priority, changed.due, changed.follow_up) == (0, due, due)
    assert (changed.description, changed.name, changed.assignee) == ("the blue one", "Review", "kim")


def test_completing_returns_the_variables_if_asked(engine: Engine, task: UserTask) -> None:
    variables = engine.user_tasks.complete_and_read(task.id, encode_all({"pages": [1, 2]}))
    assert {name: value.value for name, value in variables.items()} == {"query": "robots", "pages": [1, 2]}


def test_a_form_is_read_and_submitted(engine: Engine, task: UserTask) -> None:
    assert engine.user_tasks.form_variables(task.id)["amount"] == NullValue("Long")
    with pytest.raises(RequestRefused) as caught:
        engine.user_tasks.form(task.id)
    assert "must be supplied but none were set" in str(caught.value)
    engine.user_tasks.submit_form(task.id, encode_all({"amount": "12"}))
    (amount,) = engine.history.variables(task.process_instance_id, name="amount")
    assert amount.value == LongValue(12)


def test_a_bpmn_error_takes_the_way_of_the_model(engine: Engine, task: UserTask) -> None:
    engine.user_tasks.bpmn_error(task.id, "damaged", "wet", encode_all({"where": "cellar"}))
    ends = engine.history.activities(task.process_instance_id)
    assert ends[-1].activity_id == "bad"
    assert [each.value.value for each in engine.history.variables(task.process_instance_id, name="where")] == ["cellar"]


def test_an_escalation_leaves_the_task_open(engine: Engine, task: UserTask) -> None:
    engine.user_tasks.escalate(task.id, "slow", encode_all({"days": 3}))
    found = engine.user_tasks.list(process_instance_id=task.process_instance_id)
    assert {each.task_definition_key for each in found} == {"review", "help"}
    with pytest.raises(EngineFailed) as caught:
        engine.user_tasks.escalate(task.id, "unknown", {})
    assert "no escalation handler was defined" in str(caught.value)


def test_comments_are_kept_in_order(engine: Engine, task: UserTask) -> None:
    notes = engine.user_tasks.notes
    first = notes.comment(task.id, "Is it blue?")
    notes.comment(task.id, "Ja, schön blau.")
    assert [each.message for each in notes.comments(task.id)] == ["Is it blue?", "Ja, schön blau."]
    assert notes.comments(task.id)[0] == first
    assert (first.task_id, first.user_id) == (task.id, None)


def test_attachments_are_files_or_addresses(engine: Engine, task: UserTask, tmp_path: Path) -> None:
    notes, path = engine.user_tasks.notes, tmp_path / "schön blau.pdf"
    path.write_bytes(bytes(range(256)))
    attached = notes.attach_file(task.id, path, description="Wie gewünscht")
    assert (attached.name, attached.description) == ("schön blau.pdf", "Wie gewünscht")
    assert attached.type == "application/pdf"
    notes.attach_url(task.id, "http://localhost/x?y=1", name="Order")
    first, second = notes.attachments(task.id)
    assert first == attached
    assert notes.file(first.id, task.id) == bytes(range(256))
    assert (second.name, second.url) == ("Order", "http://localhost/x?y=1")
    notes.delete_attachment(second.id, task.id)
    assert notes.attachments(task.id) == [first]


def test_a_file_that_is_missing_is_not_attached(engine: Engine, task: UserTask, tmp_path: Path) -> None:
    with pytest.raises(ValueRefused) as caught:
        engine.user_tasks.notes.attach_file(task.id, tmp_path / "x.pdf")
    assert str(caught.value) == f"File '{tmp_path / 'x.pdf'}' cannot be read: No such file or directory."


@pytest.mark.parametrize(
    ("attempt", "action"),
    [
        (lambda tasks: tasks.unclaim("gone"), "Unclaiming user task 'gone'"),
        (lambda tasks: tasks.assign("gone", "kim"), "Assigning user task 'gone' to 'kim'"),
        (lambda tasks: tasks.delegate("gone", "kim"), "Delegating user task 'gone' to 'kim'"),
        (lambda tasks: tasks.resolve("gone", {}), "Resolving user task 'gone'"),
        (lambda tasks: tasks.update("gone", priority=1), "Changing user task 'gone'"),
        (lambda tasks: tasks.submit_form("gone", {}), "Submitting the form of user task 'gone'"),
        (lambda tasks: tasks.form_variables("gone"), "Reading the form variables of user task 'gone'"),
        (lambda tasks: tasks.form("gone"), "Reading the form of user task 'gone'"),
        (lambda tasks: tasks.candidates("gone"), "Reading the candidates of user task 'gone'"),
        (lambda tasks: tasks.add_candidate("gone", user_id="kim"), "Adding a candidate to user task 'gone'"),
        (lambda tasks: tasks.bpmn_error("gone", "x", None, {}), "Throwing BPMN error 'x' for user task 'gone'"),
        (lambda tasks: tasks.escalate("gone", "x", {}), "Escalating user task 'gone' by 'x'"),
        (lambda tasks: tasks.notes.comment("gone", "x"), "Commenting on user task 'gone'"),
        (lambda tasks: tasks.notes.comments("gone"), "Reading the comments of user task 'gone'"),
        (lambda tasks: tasks.notes.attachments("gone"), "Reading the attachments of user task 'gone'"),
        (lambda tasks: tasks.notes.attach_url("gone", "x"), "Attaching 'x' to user task 'gone'"),
    ],
)
def test_a_task_that_is_gone_is_not_found(engine: Engine, attempt: Callable[..., object], action: str) -> None:
    with pytest.raises(NotFound) as caught:
        attempt(engine.user_tasks)
    assert str(caught.value).startswith(f"{action} failed: ")
    assert "gone" in caught.value.reason
