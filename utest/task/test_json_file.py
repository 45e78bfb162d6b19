"""What is wrong with a task file or an outcome file is said with line and field; what is written is written whole."""

import json
import os
import re
import threading

import pytest

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.json_file import write_json

KNOWN = (
    "id, topic, workerId, businessKey, processInstanceId, processDefinitionId, processDefinitionKey, "
    "processDefinitionVersionTag, activityId, activityInstanceId, executionId, retries, priority, tenantId, "
    "errorMessage, errorDetails, extensionProperties"
)
TYPES = "Boolean, Bytes, Date, Double, File, Integer, Json, JsonText, Long, Null, Object, Short, String, Xml"
AS_JSON = 'A Json value that looks like it is written {"type": "Json", "value": …}'


@pytest.fixture
def handover(tmp_path):
    return Handover(tmp_path / "task.json")


def reading(read, path, text):
    """Returns the sentence about `text`, without the path it begins with."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TaskFileError) as error:
        read()
    sentence = str(error.value)
    assert sentence.startswith(f"'{path}'"), sentence
    return sentence.removeprefix(f"'{path}'")


def task_file(task='{"topic": "t"}', variables="{}"):
    """One line each for version, task and variables; a variable or a field of the task in lines of its own."""
    return f'{{\n"version": 1,\n"task": {task},\n"variables": {variables}\n}}'


TASK_FILES = [
    ("{", " is not JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
    ("", " is not JSON: Expecting value in line 1, column 1."),
    ('{"version": 1,\n "task": {"topic": "t"},}', "{trailing}"),
    ('{"version": 1}\n{}', " is not JSON: Extra data in line 2, column 1."),
    ("[]", ", line 1: the file must be an object."),
    ("null", ", line 1: the file must be an object."),
    ("{}", ", line 1: the file lacks 'version'."),
    ('{"task": {"topic": "t"}}', ", line 1: the file lacks 'version'."),
    ('{"version": null, "task": {"topic": "t"}}', ", line 1: the file lacks 'version'."),
    ('{\n"version": 2, "task": {}}', ", line 2: field 'version' is 2; this version reads 1."),
    ('{\n"version": "1", "task": {}}', ", line 2: field 'version' is '1'; this version reads 1."),
    ('{\n"version": true, "task": {}}', ", line 2: field 'version' is True; this version reads 1."),
    ('{"version": 1}', ", line 1: the file lacks 'task'."),
    (
        '{"version": 1,\n"task": {"topic": "t"},\n"variabels": {}}',
        ", line 3: field 'variabels' is unknown; known are $schema, version, task, variables.",
    ),
    (task_file("[]"), ", line 3: field 'task' must be an object."),
    (task_file("{}"), ", line 3: field 'task' lacks 'topic'."),
    (task_file('{"topic": null}'), ", line 3: field 'task' lacks 'topic'."),
    (task_file('{\n"topic": 5}'), ", line 4: field 'task.topic' must be text."),
    (
        task_file('{"topic": "t",\n"businesskey": "A"}'),
        f", line 4: field 'task.businesskey' is unknown; known are {KNOWN}.",
    ),
    (task_file('{"topic": "t",\n\n"businessKey": 17}'), ", line 5: field 'task.businessKey' must be text."),
    (task_file('{"topic": "t",\n"retries": "3"}'), ", line 4: field 'task.retries' must be a whole number."),
    (task_file('{"topic": "t",\n"retries": true}'), ", line 4: field 'task.retries' must be a whole number."),
    (task_file('{"topic": "t",\n"priority": 0.5}'), ", line 4: field 'task.priority' must be a whole number."),
    (
        task_file('{"topic": "t",\n"extensionProperties": []}'),
        ", line 4: field 'task.extensionProperties' must be an object.",
    ),
    (
        task_file('{"topic": "t", "extensionProperties": {\n"a": "1",\n"b": 2}}'),
        ", line 5: field 'task.extensionProperties.b' must be text.",
    ),
    (task_file(variables="[]"), ", line 4: field 'variables' must be an object."),
    (task_file(variables="null"), ", line 4: field 'variables' must be an object."),
    (
        task_file(variables='{"a": {"type": "Long", "value": 1},\n"b": {"type": "Lnog", "value": 1}}'),
        f", line 5: field 'variables.b' is wrong: There is no variable type 'Lnog'. The types are {TYPES}. {AS_JSON}.",
    ),
    (
        task_file(variables='{\n"a": {"type": "Long"}}'),
        ", line 5: field 'variables.a' is wrong: An object of type Long needs a value and no other keys.",
    ),
    (
        task_file(variables='{\n"a": {"type": "Integer", "value": "x"}}'),
        ", line 5: field 'variables.a' is wrong: 'x' cannot be stored as Integer: write it with digits only.",
    ),
    (
        task_file(variables='{\n"a": 9223372036854775808}'),
        ", line 5: field 'variables.a' is wrong: 9223372036854775808 cannot be stored as Long: the range is "
        "-9223372036854775808 to 9223372036854775807. Larger numbers can be stored as text.",
    ),
    (
        task_file(variables='{\n"a": NaN}'),
        ", line 5: field 'variables.a' is wrong: nan cannot be stored as Double: only finite numbers can.",
    ),
    (
        task_file(variables='{\n"a": {"type": "File", "path": "../task.json"}}'),
        ", line 5: field 'variables.a' is wrong: The path '../task.json' leaves the folder of the task file.",
    ),
    (
        task_file(variables='{\n"a": {"type": "File", "path": "/etc/passwd"}}'),
        ", line 5: field 'variables.a' is wrong: The path '/etc/passwd' leaves the folder of the task file.",
    ),
    (
        task_file(variables='{\n"a": {"type": "File", "path": "C:\\\\x"}}'),
        r", line 5: field 'variables.a' is wrong: The path 'C:\x' leaves the folder of the task file.",
    ),
    (
        task_file(variables='{\n"a": {"type": "File", "path": "missing.png"}}'),
        ", line 5: field 'variables.a' is wrong: There is no file '{folder}missing.png'.",
    ),
    (
        task_file(variables='{\n"a": {"type": "File"}}'),
        ", line 5: field 'variables.a' is wrong: An object of type File needs a path, and perhaps a filename and a "
        "mimeType.",
    ),
    # lines: of the key that is meant, not of one like it, and of the last of two
    (
        '{"version": 1,\n"task": {"topic": "t",\n"tenantId": "version"},\n'
        '"variables": {"task": {"topic": 1},\n"topic": {"type": "X", "value": "}{"}}}',
        f", line 5: field 'variables.topic' is wrong: There is no variable type 'X'. The types are {TYPES}. {AS_JSON}.",
    ),
    (
        task_file(variables='{"a": [{"b": {"c": 1}}, {"b": 2}],\n"\\u0062": {"type": "Long"}}'),
        ", line 5: field 'variables.b' is wrong: An object of type Long needs a value and no other keys.",
    ),
    (
        task_file(variables='{"a": 1,\n"a": {"type": "Long"}}'),
        ", line 5: field 'variables.a' is wrong: An object of type Long needs a value and no other keys.",
    ),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("text", "sentence"), TASK_FILES)
def test_what_is_wrong_with_a_task_file(handover, text, sentence, mark, newline):
    expected = sentence.replace("{folder}", f"{handover.task_file.parent}{os.sep}")
    actual = reading(handover.read_task, handover.task_file, mark + text.replace("\n", newline).encode())
    if expected == "{trailing}":  # Python 3.13 has other words for it
        assert re.fullmatch(
            r" is not JSON: (Expecting property name|Illegal trailing comma) .* in line 2, column \d+\.", actual
        )
    else:
        assert actual == expected


def outcome_file(outcome, more=""):
    more = f",\n{more}" if more else ""
    return f'{{"version": 1,\n"outcome": "{outcome}"{more}}}'


OUTCOME_FILES = [
    ("{", " is not JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
    ('{"version": 3,\n"outcome": "completed"}', ", line 1: field 'version' is 3; this version reads 1."),
    (
        '{"version": 1}',
        ", line 1: field 'outcome' is None; it must be one of completed, bpmnError, failure, givenBack.",
    ),
    (
        outcome_file("done"),
        ", line 2: field 'outcome' is 'done'; it must be one of completed, bpmnError, failure, givenBack.",
    ),
    (
        '{"version": 1,\n"outcome": {}}',
        ", line 2: field 'outcome' is {}; it must be one of completed, bpmnError, failure, givenBack.",
    ),
    (
        outcome_file("completed", '"errorCode": "x"'),
        ", line 3: field 'errorCode' is unknown; known are version, outcome, message, variables, taskVariables, log.",
    ),
    (outcome_file("completed", '"message": 5'), ", line 3: field 'message' must be text."),
    (outcome_file("completed", '"variables": []'), ", line 3: field 'variables' must be an object."),
    (outcome_file("completed", '"taskVariables": 0'), ", line 3: field 'taskVariables' must be an object."),
    (
        outcome_file("completed", '"variables": {"a": 1,\n" b": 2}'),
        ", line 4: field 'variables. b' is wrong: The variable name ' b' begins or ends with a space.",
    ),
    (
        outcome_file("completed", '"taskVariables": {\n"b": {"type": "Long"}}'),
        ", line 4: field 'taskVariables.b' is wrong: An object of type Long needs a value and no other keys.",
    ),
    (outcome_file("bpmnError"), ", line 1: the file lacks 'errorCode'."),
    (outcome_file("bpmnError", '"errorCode": 404'), ", line 3: field 'errorCode' must be text."),
    (outcome_file("bpmnError", '"errorCode": ""'), ", line 3: field 'errorCode' must not be empty."),
    (
        outcome_file("bpmnError", '"errorCode": "x",\n"errorMessage": {}'),
        ", line 4: field 'errorMessage' must be text.",
    ),
    (outcome_file("failure", '"errorDetails": []'), ", line 3: field 'errorDetails' must be text."),
    (outcome_file("failure", '"retries": "2"'), ", line 3: field 'retries' must be a whole number."),
    (
        outcome_file("failure", '"retryTimeout": "soon"'),
        ", line 3: field 'retryTimeout' is wrong: 'soon' is no duration. "
        "Write it like '90s', '5 minutes', '1:30' or 'PT5M'.",
    ),
    (outcome_file("failure", '"retryTimeout": 60'), ", line 3: field 'retryTimeout' must be text."),
    (outcome_file("givenBack"), ", line 1: the file lacks 'after'."),
    (
        outcome_file("givenBack", '"after": "P-1DT23H59M"'),
        ", line 3: field 'after' is wrong: 'P-1DT23H59M' is no duration. "
        "Write it like '90s', '5 minutes', '1:30' or 'PT5M'.",
    ),
    (outcome_file("completed", '"log": "log.html"'), ", line 3: field 'log' must be an object."),
    (outcome_file("completed", '"log": {"variable": "log"}'), ", line 3: field 'log' lacks 'scope'."),
    (
        outcome_file("completed", '"log": {"variable": "log",\n"scope": "global", "file": {}}'),
        ", line 4: field 'log.scope' is 'global'; it must be one of task, process.",
    ),
    (
        outcome_file("completed", '"log": {"variable": "log", "scope": "task",\n"file": "log.html"}'),
        ", line 4: field 'log.file' must be a file.",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), OUTCOME_FILES)
def test_what_is_wrong_with_an_outcome_file(handover, text, sentence):
    assert reading(handover.read_outcome, handover.outcome_file, text) == sentence


class TestUnreadable:
    def test_a_file_that_is_missing(self, handover):
        for read, path in ((handover.read_task, handover.task_file), (handover.read_outcome, handover.outcome_file)):
            with pytest.raises(TaskFileError) as error:
                read()
            assert str(error.value) == f"There is no file '{path}'."

    def test_a_file_that_is_no_utf_8(self, handover):
        handover.task_file.write_bytes('{"version": "ü"}'.encode("latin-1"))
        with pytest.raises(TaskFileError) as error:
            handover.read_task()
        assert str(error.value).startswith(
            f"Reading '{handover.task_file}' failed: 'utf-8' codec can't decode byte 0xfc"
        )

    def test_a_folder_in_its_place(self, handover):
        handover.task_file.mkdir()
        with pytest.raises(TaskFileError, match=r"^Reading '.*task\.json' failed: "):
            handover.read_task()

    def test_a_file_that_is_nested_too_deeply(self, handover):
        text = task_file(variables='{"a": ' + "[" * 200_000 + "]" * 200_000 + "}")
        assert reading(handover.read_task, handover.task_file, text) == " is not readable: it is nested too deeply."

    def test_a_number_of_more_digits_than_python_reads(self, handover):
        sentence = reading(handover.read_task, handover.task_file, task_file(variables='{"a": %s}' % ("9" * 5000)))
        assert sentence.startswith(" is not readable: Exceeds the limit (4300")

    def test_a_bit_too_many_levels_are_told_with_their_variable(self, handover):
        text = task_file(variables='{\n"a": ' + "[" * 250 + "]" * 250 + "}")
        assert reading(handover.read_task, handover.task_file, text) == (
            ", line 5: field 'variables.a' is wrong: A value that contains itself, or more than 200 levels, "
            "cannot be stored as Json."
        )


class TestWriting:
    def test_text_stays_readable(self, tmp_path):
        write_json(tmp_path / "a.json", {"text": "Bücher 🙂"})
        assert (tmp_path / "a.json").read_text("utf-8") == '{\n  "text": "Bücher 🙂"\n}'

    def test_half_a_surrogate_pair_does_not_stop_it(self, tmp_path):
        write_json(tmp_path / "a.json", {"text": "\ud83d"})
        assert json.loads((tmp_path / "a.json").read_text("utf-8")) == {"text": "\ud83d"}

    def test_an_interrupted_write_leaves_the_former_file(self, tmp_path, monkeypatch):
        path = tmp_path / "a.json"
        write_json(path, "former")

        def full_disk(self, target):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(type(path), "replace", full_disk)
        with pytest.raises(TaskFileError) as error:
            write_json(path, "new")
        assert str(error.value) == f"Writing '{path}' failed: [Errno 28] No space left on device."
        assert path.read_text() == '"former"'
        assert list(tmp_path.iterdir()) == [path]

    def test_a_file_that_a_virus_scanner_holds_open_is_waited_for(self, tmp_path, monkeypatch):
        path = tmp_path / "a.json"
        replace, refusals = type(path).replace, [PermissionError(13, "in use")] * 3

        def replace_at_the_fourth_attempt(self, target):
            if refusals:
                raise refusals.pop()
            return replace(self, target)

        monkeypatch.setattr(type(path), "replace", replace_at_the_fourth_attempt)
        write_json(path, "new")
        assert path.read_text() == '"new"'

    def test_a_folder_that_is_missing_or_a_file(self, tmp_path):
        (tmp_path / "file").write_text("")
        for folder in ("missing", "file"):
            path = tmp_path / folder / "a.json"
            with pytest.raises(TaskFileError, match=rf"^Writing '{re.escape(str(path))}' failed: \[Errno "):
                write_json(path, "x")

    def test_a_reader_never_sees_half_a_file(self, tmp_path):
        path = tmp_path / "a.json"
        contents = ["x" * 300_000, "y" * 300_000]
        write_json(path, contents[0])
        is_over, seen = threading.Event(), set()

        def read():
            while not is_over.is_set():
                seen.add(json.loads(path.read_text("utf-8")))

        reader = threading.Thread(target=read)
        reader.start()
        for turn in range(100):
            write_json(path, contents[turn % 2])
        is_over.set()
        reader.join()
        assert seen <= set(contents)
        assert seen
