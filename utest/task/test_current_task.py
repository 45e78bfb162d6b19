"""The face of a task for Python code: the same facts, variables and decisions as the keywords have."""

import json
from datetime import datetime, timedelta, timezone

import pytest

import CamundaLibrary
from CamundaLibrary.errors import (
    LockLost,
    NoCurrentTask,
    OutcomeAlreadyDecided,
    TaskFileError,
    ValueRefused,
    ValueUnreadable,
    VariableMissing,
)
from CamundaLibrary.settings import Source
from CamundaLibrary.task import current
from CamundaLibrary.task.current_task import current_task
from CamundaLibrary.task.endings import ThrowBpmnError
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, RunResult
from CamundaLibrary.variables import BytesValue, FileValue, encode_all

TASK = {
    "id": "a1b2",
    "topic": "count",
    "businessKey": "A-17",
    "processInstanceId": "p1",
    "processDefinitionId": "c:1:d1",
    "processDefinitionKey": "c",
    "activityId": "count",
    "retries": 2,
    "priority": 50,
    "tenantId": "north",
    "extensionProperties": {"robot.retries": "5"},
}
VARIABLES = {
    "text": "one two",
    "limit": {"type": "Long", "value": 3},
    "photo": {"type": "File", "path": "photo.png"},
    "blob": {"type": "Bytes", "value": "AAE="},
    "order": {"type": "Object", "value": "rO0AB"},
}


@pytest.fixture(autouse=True)
def _no_runs(monkeypatch):
    monkeypatch.setattr(current, "_runs", [])


@pytest.fixture
def handover(tmp_path):
    (tmp_path / "photo.png").write_bytes(b"picture")
    path = tmp_path / "task.json"
    path.write_text(json.dumps({"version": 1, "task": TASK, "variables": VARIABLES}), "utf-8")
    return Handover(path)


@pytest.fixture
def state(handover, tmp_path):
    """A run as a listener or a handler opens it."""
    state = current.begin_with_python(tmp_path / "output")
    state.task_run.open([Source("argument", {"task_file": str(handover.task_file)})])
    return state


@pytest.fixture
def task(state):
    return current_task()


def test_it_is_a_public_name():
    assert CamundaLibrary.current_task is current_task


def test_the_facts_are_those_of_the_keyword_and_its_text_shows_them_all(task):
    facts = {
        "id": "a1b2",
        "topic": "count",
        "business_key": "A-17",
        "process_instance_id": "p1",
        "process_definition_id": "c:1:d1",
        "process_definition_key": "c",
        "activity_id": "count",
        "retries": 2,
        "priority": 50,
        "tenant_id": "north",
        "extension_properties": {"robot.retries": "5"},
        "idempotency_key": "a1b2",
    }
    assert {name: getattr(task, name) for name in facts} == facts
    assert str(task) == ", ".join(f"{name}={value!r}" for name, value in facts.items())
    assert repr(task) == "<CurrentTask 'a1b2' of topic 'count'>"


def test_what_one_face_sets_another_one_of_the_same_run_reads(task):
    task.set("words", 2)
    assert current_task().variable("words") == 2


class TestVariables:
    def test_they_have_their_python_types(self, task):
        assert (task.variable("text"), task.variable("limit"), task.variable("blob")) == ("one two", 3, b"\x00\x01")

    def test_a_missing_one_names_those_that_exist(self, task):
        with pytest.raises(VariableMissing) as error:
            task.variable("txt")
        assert str(error.value) == (
            "Task 'a1b2' has no variable 'txt'. It has 'text', 'limit', 'photo', 'blob', 'order'."
        )

    def test_a_default_is_returned_for_a_missing_one_only(self, task):
        assert (task.variable("txt", None), task.variable("text", "x")) == (None, "one two")

    def test_all_of_them_are_a_mapping_that_is_read_only_and_knows_what_was_set(self, task):
        task.set("words", 2)
        assert list(task.variables) == ["text", "limit", "photo", "blob", "order", "words"]
        assert (task.variables["words"], task.variables["photo"]) == (2, "photo.png")
        assert task.variables.get("txt", 7) == 7
        assert ("words" in task.variables, "txt" in task.variables, len(task.variables)) == (True, False, 6)
        assert "'words': <Integer 2>" in repr(task.variables)
        with pytest.raises(TypeError):
            task.variables["a"] = 1

    def test_one_that_python_cannot_read_harms_no_other(self, task):
        assert task.variables["text"] == "one two"
        with pytest.raises(ValueUnreadable, match=r"^A Java object cannot be read"):
            _ = task.variables["order"]

    def test_the_type_and_the_scope_are_as_asked(self, task, state):
        task.set("words", 2, type="Long")
        task.set("note", "seen", scope="task")
        context = state.task_run.context
        assert context.variables["words"].type == "Long"
        assert context.task_variables == encode_all({"note": "seen"})

    def test_a_value_that_the_engine_would_refuse_is_refused_where_it_is_set(self, task):
        with pytest.raises(ValueRefused, match=r"^A value of Python type set cannot be stored"):
            task.set("a", {1})

    def test_there_are_two_scopes(self, task):
        with pytest.raises(ValueRefused) as error:
            task.set("a", 1, scope="PROCESS")
        assert str(error.value) == "There is no scope 'PROCESS'. Variables are set in 'process' or 'task'."


class TestFiles:
    def test_a_file_comes_to_the_output_folder_of_the_run(self, task, tmp_path):
        path = task.file("photo")
        assert path == tmp_path / "output" / "task-files" / "photo" / "photo.png"
        assert path.read_bytes() == b"picture"

    def test_a_file_comes_to_exactly_the_path_that_was_asked_for(self, task, tmp_path):
        path = task.file("blob", tmp_path / "new" / "blob.bin")
        assert (path, path.read_bytes()) == (tmp_path / "new" / "blob.bin", b"\x00\x01")
        assert task.file("photo", str(tmp_path / "p.png")) == tmp_path / "p.png"

    def test_what_is_no_file_is_refused(self, task):
        with pytest.raises(ValueRefused, match=r"^Variable 'text' is of type String, not a file"):
            task.file("text")

    def test_a_file_is_set_as_it_is_now(self, task, state, tmp_path):
        (tmp_path / "answer.txt").write_text("now")
        task.set_file("answer", tmp_path / "answer.txt", scope="task")
        (tmp_path / "answer.txt").write_text("later")
        (value,) = state.task_run.context.task_variables.values()
        assert isinstance(value, FileValue)
        assert (value.filename, value.path.read_text()) == ("answer.txt", "now")

    def test_a_file_that_is_not_there_is_refused(self, task, tmp_path):
        with pytest.raises(ValueRefused, match=r"^Copying '.*no\.txt' for file variable 'answer' failed: "):
            task.set_file("answer", str(tmp_path / "no.txt"))


class TestOutcomes:
    def test_completing_sets_variables_and_those_set_later_are_sent_too(self, task, state, handover):
        task.complete(words=2, self="me")
        task.set("more", True)
        state.task_run.close(RunResult("PASS"), None, handover.task_file.parent)
        assert handover.read_outcome().outcome == Completed(encode_all({"words": 2, "self": "me", "more": True}))

    def test_a_block_in_a_run_that_somebody_else_ends_ends_nothing(self, task, state):
        def fail():
            with task as same:
                same.set("a", 1)
                raise ThrowBpmnError("boom")

        with pytest.raises(ThrowBpmnError):
            fail()
        assert state.task_run.context.decided is None

    def test_a_second_other_outcome_is_refused(self, task, state):
        state.task_run.context.decide(BpmnError("x"))
        with pytest.raises(OutcomeAlreadyDecided):
            task.complete()


class TestLock:
    def test_without_a_worker_it_passes(self, task):
        task.check_lock()

    def test_a_lock_that_the_worker_lost_is_an_error(self, task, handover):
        handover.write_lock(datetime.now(timezone.utc) + timedelta(minutes=1), lost=True)
        with pytest.raises(LockLost) as error:
            task.check_lock()
        assert str(error.value) == "The lock of task 'a1b2' is lost: another worker has it, or it is gone."


class TestSecrets:
    def test_without_any_there_are_none(self, task, monkeypatch):
        monkeypatch.delenv("CAMUNDA_SECRETS_FILE", raising=False)
        assert dict(task.secrets) == {}

    def test_they_are_read_and_hidden(self, task, monkeypatch, tmp_path):
        (tmp_path / "secrets.json").write_text('{"shop": {"user": "me", "password": "s3cret"}, "pin": "4711"}')
        monkeypatch.setenv("CAMUNDA_SECRETS_FILE", str(tmp_path / "secrets.json"))
        assert (task.secrets["pin"], task.secrets["shop"]["password"]) == ("4711", "s3cret")
        assert not (tmp_path / "secrets.json").exists()
        assert repr(task.secrets) == "HiddenMapping(shop=***, pin=***)"

    def test_a_file_that_another_process_took_is_an_error(self, task, monkeypatch, tmp_path):
        monkeypatch.setenv("CAMUNDA_SECRETS_FILE", str(tmp_path / "no.json"))
        with pytest.raises(TaskFileError, match=r"^There is no secrets file '.*no\.json': another process has read it"):
            _ = task.secrets


def test_a_run_for_no_task_says_how_to_give_one(tmp_path):
    current.begin_with_listener()
    with pytest.raises(NoCurrentTask, match=r"^This run is for no task\. Give one by CAMUNDA_TASK_FILE "):
        current_task()


def test_bytes_come_back_as_bytes(task, state):
    task.set("raw", b"\x01")
    assert isinstance(state.task_run.context.variables["raw"], BytesValue)
