"""The published schema, tested both ways: what it accepts the reader reads, what it refuses the reader refuses."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.attachment import attach_log
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.variables import FileValue, encode, encode_all

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "task-file.schema.json").read_text("utf-8"))
TASK_FILE = Draft202012Validator(SCHEMA)
OUTCOME_FILE = Draft202012Validator({**SCHEMA["$defs"]["outcomeFile"], "$defs": SCHEMA["$defs"]})


@pytest.fixture
def handover(tmp_path):
    (tmp_path / "photo.png").write_bytes(b"png")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "photo.png").write_bytes(b"png")
    return Handover(tmp_path / "task.json")


def is_readable(read, path, content):
    path.write_text(json.dumps(content), "utf-8")
    try:
        read()
    except TaskFileError:
        return False
    return True


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


VALID_TASKS = [
    {"topic": "t"},
    {"topic": ""},
    {"topic": "t", "id": None, "retries": None, "priority": None, "extensionProperties": None},
    {
        "id": "a1b2",
        "topic": "t",
        "workerId": "w",
        "businessKey": "A-17",
        "processInstanceId": "p",
        "processDefinitionId": "p:1:d",
        "processDefinitionKey": "p",
        "processDefinitionVersionTag": "1",
        "activityId": "a",
        "activityInstanceId": "a:1",
        "executionId": "e",
        "retries": 3,
        "priority": -5,
        "tenantId": "shop",
        "errorMessage": "It broke.",
        "errorDetails": "…",
        "extensionProperties": {"a": "1"},
    },
]
INVALID_TASKS = [
    {},
    [],
    None,
    "t",
    {"topic": None},
    {"topic": 5},
    {"topic": "t", "businessKey": 17},
    {"topic": "t", "business_key": "17"},
    {"topic": "t", "retries": "3"},
    {"topic": "t", "retries": 0.5},
    {"topic": "t", "retries": True},
    {"topic": "t", "extensionProperties": []},
    {"topic": "t", "extensionProperties": {"a": 1}},
]
VALID_VARIABLES = [
    *(None, True, 0, -(2**63), 2**63 - 1, 0.5, 1e300, "", "text", "x" * 4000, "a\nb", [], {}, [{"a": [None]}]),
    *(
        {"a": 1},
        {"value": 5},
        {"type": "circle"},
        {"type": 5},
        {"type": "Long", "value": 5, "unit": "kg"},
        {"path": "x"},
    ),
    *({"type": "Null", "value": None}, {"type": "Boolean", "value": True}, {"type": "Boolean", "value": "False"}),
    *({"type": "Short", "value": -32768}, {"type": "Integer", "value": "+5"}, {"type": "Long", "value": 2**63 - 1}),
    *({"type": "Double", "value": value} for value in (1, 0.5, "1e3", ".5", "NaN", "-Infinity")),
    *({"type": "String", "value": value} for value in ("", "x" * 4001, 5, 0.5)),
    *({"type": "Date", "value": "2026-01-31"}, {"type": "Date", "value": "2026-01-31T12:00:00.000+0000"}),
    *({"type": "Date", "value": "2026-01-31 12:00"}, {"type": "Date", "value": "2026-01-31T12:00:00,5Z"}),
    *({"type": "Bytes", "value": ""}, {"type": "Bytes", "value": "AP8="}, {"type": "Bytes", "value": "QQ=="}),
    *({"type": "Json", "value": value} for value in (None, 5, "x", {"type": "Long"}, [1])),
    *({"type": "JsonText", "value": "[1]"}, {"type": "JsonText", "value": 5}),
    *({"type": "Xml", "value": "<a/>"}, {"type": "Object", "value": {"a": 1}}, {"type": "Object", "value": "{}"}),
    *({"type": name, "value": None} for name in ("Boolean", "Integer", "String", "Date", "Bytes", "Xml", "JsonText")),
    *({"type": "File", "path": "photo.png"}, {"type": "File", "path": "deep/photo.png"}),
    *({"type": "File", "path": "deep/../photo.png"}, {"type": "File", "path": "./photo.png"}),
    {"type": "File", "path": "photo.png", "filename": "../../x", "mimeType": "image/png"},
]
INVALID_VARIABLES = [
    *("x" * 4001, "a\0b", float("inf")),
    *({"type": "Lnog", "value": 5}, {"type": 5, "value": 5}, {"type": None, "path": "x"}, {"type": "Long"}),
    *({"type": "Long", "value": 5, "filename": "x"}, {"type": "Long", "path": "photo.png"}, {"type": "String"}),
    *({"type": "Null", "value": 5}, {"type": "Boolean", "value": 1}, {"type": "Boolean", "value": "yes"}),
    *({"type": "Short", "value": 32768}, {"type": "Integer", "value": 2**31}, {"type": "Long", "value": 2**63}),
    *({"type": "Integer", "value": "5.0"}, {"type": "Integer", "value": 0.5}, {"type": "Integer", "value": True}),
    *({"type": "Double", "value": value} for value in ("x", "inf", True, [])),
    *({"type": "String", "value": value} for value in (True, [], {})),
    *({"type": "Date", "value": value} for value in ("today", "31.1.2026", 5, "2026-01-31T12:00:00+1")),
    *({"type": "Bytes", "value": value} for value in ("ü", "AP8", 5, [])),
    *({"type": "JsonText", "value": value} for value in (True, [1], {})),
    *({"type": "Xml", "value": value} for value in (5, True, [1])),
    *({"type": "File"}, {"type": "File", "value": "photo.png"}, {"type": "File", "path": "photo.png", "value": "x"}),
    *({"type": "File", "path": path} for path in ("", "../x", "..", "/photo.png", "C:/x", "c:x", "\\x", 5, None)),
    *({"type": "File", "path": "photo.png", "filename": None}, {"type": "File", "path": "photo.png", "mimeType": 5}),
]
# What no schema can say, or not in words that a person reads: only the reader refuses these.
BEYOND_THE_SCHEMA = [
    2**63,
    float("nan"),
    {"type": "Integer", "value": 5.0},
    {"type": "Integer", "value": "99999999999"},
    {"type": "long"},
    {"type": "Date", "value": "2026-02-31"},
    {"type": "Bytes", "value": "QR=="},
    {"type": "File", "path": "missing.png"},
    {"type": "File", "path": "deep/../../photo.png"},
    {"type": "File", "path": "deep"},
]
VALID_FILES = [
    {"version": 1, "task": {"topic": "t"}},
    {"version": 1.0, "task": {"topic": "t"}},
    {"version": 1, "task": {"topic": "t"}, "variables": {}},
    *({"version": 1, "task": {"topic": "t"}, "variables": {name: 1}} for name in ("", " x ", "y" * 300, "a/b", "self")),
    *({"version": 1, "task": task} for task in VALID_TASKS),
    *({"version": 1, "task": {"topic": "t"}, "variables": {"a": value}} for value in VALID_VARIABLES),
]
INVALID_FILES = [
    *(None, [], "x", {}, {"version": 1}, {"task": {"topic": "t"}}),
    *({"version": version, "task": {"topic": "t"}} for version in (None, 0, 2, "1", True)),
    *({"version": 1, "task": {"topic": "t"}, "variables": variables} for variables in (None, [], "x")),
    {"version": 1, "task": {"topic": "t"}, "other": 1},
    *({"version": 1, "task": task} for task in INVALID_TASKS),
    *({"version": 1, "task": {"topic": "t"}, "variables": {"a": value}} for value in INVALID_VARIABLES),
]


@pytest.mark.parametrize("content", VALID_FILES)
def test_a_valid_task_file_is_accepted_by_schema_and_reader(handover, content):
    assert TASK_FILE.is_valid(content)
    assert is_readable(handover.read_task, handover.task_file, content)


@pytest.mark.parametrize("content", INVALID_FILES)
def test_an_invalid_task_file_is_refused_by_schema_and_reader(handover, content):
    assert not TASK_FILE.is_valid(content)
    assert not is_readable(handover.read_task, handover.task_file, content)


@pytest.mark.parametrize("value", BEYOND_THE_SCHEMA)
def test_what_is_beyond_the_schema_the_reader_refuses(handover, value):
    content = {"version": 1, "task": {"topic": "t"}, "variables": {"a": value}}
    assert TASK_FILE.is_valid(content)
    assert not is_readable(handover.read_task, handover.task_file, content)


LOG = {"variable": "log", "scope": "task", "file": {"type": "File", "path": "photo.png"}}
VALID_OUTCOMES = [
    {"outcome": "completed"},
    {"outcome": "completed", "message": None, "variables": None, "taskVariables": {}, "log": None},
    {
        "outcome": "completed",
        "message": "Done.",
        "variables": {"a b": 1},
        "taskVariables": {"ü": {"type": "Long", "value": 1}},
    },
    {"outcome": "completed", "log": LOG},
    {"outcome": "bpmnError", "errorCode": "x"},
    {"outcome": "bpmnError", "errorCode": "x", "errorMessage": None, "variables": {"a": 1}},
    {"outcome": "failure"},
    {"outcome": "failure", "errorMessage": None, "errorDetails": None, "retries": None, "retryTimeout": None},
    {"outcome": "failure", "errorMessage": "x", "errorDetails": "y", "retries": 0, "retryTimeout": "PT5M"},
    *({"outcome": "givenBack", "after": after} for after in ("PT0S", "P1DT2H", "5 minutes", "1:30", "90", "1h 30m")),
]
INVALID_OUTCOMES = [
    *({}, {"outcome": None}, {"outcome": "done"}, {"outcome": 5}, {"outcome": "completed", "version": 2}),
    *({"outcome": "completed", key: value} for key, value in {"errorCode": "x", "after": "PT1M", "retries": 1}.items()),
    *({"outcome": "completed", "message": 5}, {"outcome": "completed", "other": 1}),
    *({"outcome": "completed", "variables": value} for value in ([], "x", 0, False)),
    *({"outcome": "completed", "variables": {name: 1}} for name in ("", " x", "x ", "\n", "x" * 256)),
    {"outcome": "completed", "taskVariables": {"a": {"type": "Long"}}},
    *({"outcome": "bpmnError", **more} for more in ({}, {"errorCode": ""}, {"errorCode": None}, {"errorCode": 404})),
    *({"outcome": "bpmnError", "errorCode": "x", **more} for more in ({"retries": 1}, {"errorMessage": 5})),
    *({"outcome": "failure", **more} for more in ({"errorCode": "x"}, {"retries": "1"}, {"retries": True})),
    *({"outcome": "failure", **more} for more in ({"errorMessage": 5}, {"errorDetails": []}, {"retryTimeout": 60})),
    *({"outcome": "failure", "retryTimeout": text} for text in ("soon", "", "-5s")),
    *({"outcome": "givenBack", **more} for more in ({}, {"after": None}, {"after": 60}, {"after": "soon"})),
    {"outcome": "givenBack", "after": "PT1M", "errorMessage": "x"},
    *({"outcome": "completed", "log": log} for log in ("log.html", [], {}, {**LOG, "scope": "all"}, {**LOG, "x": 1})),
    *({"outcome": "completed", "log": {**LOG, "file": file}} for file in (None, "photo.png", {"type": "File"})),
    {"outcome": "completed", "log": {**LOG, "variable": 5}},
]


@pytest.mark.parametrize("content", VALID_OUTCOMES)
def test_a_valid_outcome_file_is_accepted_by_schema_and_reader(handover, content):
    content = {"version": 1, **content}
    assert OUTCOME_FILE.is_valid(content)
    assert is_readable(handover.read_outcome, handover.outcome_file, content)


@pytest.mark.parametrize("content", INVALID_OUTCOMES)
def test_an_invalid_outcome_file_is_refused_by_schema_and_reader(handover, content):
    content = {"version": 1, **content}
    assert not OUTCOME_FILE.is_valid(content)
    assert not is_readable(handover.read_outcome, handover.outcome_file, content)


def test_what_we_write_ourselves_is_valid(handover):
    photo = FileValue("photo.png", path=handover.task_file.parent / "photo.png", mime_type="image/png")
    variables = {
        **encode_all({"a": None, "b": True, "c": 5, "d": 2**40, "e": 0.5, "f": "x", "g": b"\0", "h": {"type": "Long"}}),
        "i": encode(datetime(2026, 1, 31, tzinfo=timezone.utc)),
        "j": encode("<a/>", "Xml"),
        "k": photo,
        "l": encode(None, "Long"),
        "m": encode(5, "Short"),
        "n": encode("[1]", "JsonText"),
    }
    handover.write_task(ExternalTask("a1b2", "t", retries=3, extension_properties={"a": "1"}), variables)
    TASK_FILE.validate(json.loads(handover.task_file.read_text("utf-8")))
    for outcome in (
        Completed(variables, variables),
        BpmnError("x", None, variables),
        Failed("x", "y", 0, timedelta(minutes=1), variables),
        Failed("x"),
        GivenBack(),
    ):
        handover.write_outcome(outcome, attach_log(handover.task_file.parent / "photo.png", "log", "process"))
        OUTCOME_FILE.validate(json.loads(handover.outcome_file.read_text("utf-8")))


@pytest.mark.parametrize("path", sorted((ROOT / "robots").glob("*/try/*.json")), ids=lambda path: path.name)
def test_the_task_files_of_the_examples_are_valid(path):
    if not path.name.endswith(".outcome.json"):
        TASK_FILE.validate(json.loads(path.read_text("utf-8")))
        Handover(path).read_task()
