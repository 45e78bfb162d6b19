"""Keywords on the current task, called by robots."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from CamundaLibrary.task.handover import Handover

SETTINGS = """
*** Settings ***
Library    CamundaLibrary
Library    Collections
Library    OperatingSystem
"""


@pytest.fixture
def run(robots):
    """Runs the lines of one robot task; `variables` and `task` go to the task file."""

    def run(*lines, variables=None, **task):
        content = {"version": 1, "task": {"id": "a1b2", "topic": "t", **task}, "variables": variables or {}}
        body = "\n".join(f"    {line}" for line in lines)
        return robots.run(f"{SETTINGS}*** Tasks ***\nWork\n{body}\n", task=content)

    return run


@pytest.fixture
def check(run):
    """Runs lines that must pass without a word on stderr; returns what is set."""

    def check(*lines, **more):
        result = run(*lines, **more)
        assert (result.tasks, result.err) == ({"Work": ("PASS", "")}, "")
        return result.outcome["variables"]

    return check


@pytest.fixture
def refuse(run):
    """Runs lines that must fail; returns the message of the robot task."""

    def refuse(*lines, **more):
        result = run(*lines, **more)
        status, message = result.tasks["Work"]
        assert status == "FAIL"
        assert result.outcome["outcome"] == "failure"
        return message

    return refuse


class TestGetTask:
    FULL = {
        "businessKey": "A-17",
        "processInstanceId": "p",
        "processDefinitionId": "comics:1:d",
        "processDefinitionKey": "comics",
        "activityId": "Search",
        "retries": 2,
        "priority": 50,
        "tenantId": "shop",
        "extensionProperties": {"robot.retries": "5"},
    }

    def test_all_that_is_known_with_dot_access(self, check):
        variables = check(
            "${task}    Get Task",
            "Set Task Variable    all    ${task}",
            "Set Task Variable    dots    ${task.business_key} ${task.extension_properties}[robot.retries] ${task.id}",
            **self.FULL,
        )
        assert variables["all"]["value"] == {
            "id": "a1b2",
            "topic": "t",
            "business_key": "A-17",
            "process_instance_id": "p",
            "process_definition_id": "comics:1:d",
            "process_definition_key": "comics",
            "activity_id": "Search",
            "retries": 2,
            "priority": 50,
            "tenant_id": "shop",
            "extension_properties": {"robot.retries": "5"},
            "idempotency_key": "a1b2",
        }
        assert variables["dots"]["value"] == "A-17 5 a1b2"

    def test_what_a_task_file_does_not_say_is_none(self, check):
        variables = check("${task}    Get Task", "Set Task Variable    all    ${task}")
        missing = [name for name, value in variables["all"]["value"].items() if value is None]
        assert missing == [
            *("business_key", "process_instance_id", "process_definition_id", "process_definition_key"),
            *("activity_id", "retries", "tenant_id"),
        ]
        assert variables["all"]["value"]["extension_properties"] == {}

    def test_its_text_shows_everything(self, check):
        check("${task}    Get Task", "Should Contain    ${task}[id] ${task}    'business_key': 'A-17'", **self.FULL)


class TestGetVariables:
    def test_values_have_their_python_types(self, check):
        check(
            "${v}    Get Task Variables",
            "Should Be True    $v.text == 'x' and $v.whole == 3 and $v.number == 0.5",
            "Should Be True    $v.yes is True and $v.no is None and $v.json == {'a': [1]}",
            "Should Be True    $v.raw == b'A' and $v.date.year == 2026 and $v.date.tzinfo",
            "${one}    Get Task Variable    whole",
            "Should Be True    $one == 3",
            variables={
                "text": "x",
                "whole": 3,
                "number": 0.5,
                "yes": True,
                "no": None,
                "json": {"a": [1]},
                "raw": {"type": "Bytes", "value": "QQ=="},
                "date": {"type": "Date", "value": "2026-01-31T00:00:00.000+0000"},
            },
        )

    def test_names_have_dot_access(self, check):
        check("${v}    Get Task Variables", "Should Be Equal    ${v.query}    robots", variables={"query": "robots"})

    def test_a_missing_one_lists_the_names_that_exist(self, refuse):
        message = refuse("Get Task Variable    Query", variables={"query": 1, "limit": 2})
        assert message == "Task 'a1b2' has no variable 'Query'. It has 'query', 'limit'."

    @pytest.mark.parametrize("default", ["x", "${NONE}", "${EMPTY}", "${{[1]}}"])
    def test_a_missing_one_with_default(self, check, default):
        check(f"${{v}}    Get Task Variable    q    default={default}", f"Should Be Equal    ${{v}}    {default}")

    def test_a_default_is_not_taken_for_a_variable_that_is_null(self, check):
        check(
            "${v}    Get Task Variable    q    default=x", "Should Be Equal    ${v}    ${NONE}", variables={"q": None}
        )

    def test_what_this_run_has_set_is_seen(self, check):
        check(
            "Set Task Variable    q    new",
            "${v}    Get Task Variable    q",
            "Should Be Equal    ${v}    new",
            variables={"q": "old"},
        )

    def test_one_that_cannot_be_read_is_left_out_of_all_with_a_warning(self, run):
        unreadable = {"type": "Object", "value": "rO0ABXNy"}
        result = run(
            "${v}    Get Task Variables", "Should Be True    $v == {'q': 1}", variables={"o": unreadable, "q": 1}
        )
        assert result.rc == 0
        assert result.err.startswith(
            "[ WARN ] Variable 'o' is left out: A Java object cannot be read: it is serialized as "
        )

    def test_one_that_cannot_be_read_fails_when_it_is_asked_for(self, refuse):
        message = refuse("Get Task Variable    o", variables={"o": {"type": "Object", "value": "rO0ABXNy"}})
        assert message == (
            "A Java object cannot be read: it is serialized as application/x-java-serialized-object, and only "
            "application/json can be read. The process can store it as Json instead."
        )


class TestSetVariables:
    @pytest.mark.parametrize(
        ("arguments", "item"),
        [
            ("5", {"type": "String", "value": "5"}),
            ("${5}", {"type": "Integer", "value": 5}),
            ("${{2**40}}", {"type": "Long", "value": 2**40}),
            ("${0.5}", {"type": "Double", "value": 0.5}),
            ("${True}", {"type": "Boolean", "value": True}),
            ("${None}", {"type": "Null", "value": None}),
            ("${{b'A'}}", {"type": "Bytes", "value": "QQ=="}),
            ("${{[1]}}", {"type": "Json", "value": [1]}),
            ("5    type=Integer", {"type": "Integer", "value": 5}),
            ("5    type=long", {"type": "Long", "value": 5}),
            ("12.50    type=Double", {"type": "Double", "value": 12.5}),
            ("true    type=Boolean", {"type": "Boolean", "value": True}),
            ("2026-01-31T00:00:00Z    type=Date", {"type": "Date", "value": "2026-01-31T00:00:00.000+0000"}),
            ("[1]    type=Json", {"type": "Json", "value": "[1]"}),
            ("[1]    type=JsonText", {"type": "Json", "value": [1]}),
            ("<a/>    type=Xml", {"type": "Xml", "value": "<a/>"}),
            ("${None}    type=Long", {"type": "Long", "value": None}),
            ("value=5", {"type": "String", "value": "5"}),
        ],
    )
    def test_types(self, check, arguments, item):
        assert check(f"Set Task Variable    v    {arguments}") == {"v": item}

    def test_the_variable_of_the_process_and_that_of_the_task(self, run):
        result = run(
            "Set Task Variable    a    1",
            "Set Task Variable    a    2    scope=TASK",
            "VAR    &{more}    b=3",
            "Set Task Variables    ${more}    scope=task",
            "Set Task Variables    ${more}",
        )
        values = {
            scope: {n: v["value"] for n, v in result.outcome[scope].items()} for scope in ("variables", "taskVariables")
        }
        assert values == {"variables": {"a": "1", "b": "3"}, "taskVariables": {"a": "2", "b": "3"}}

    @pytest.mark.parametrize(
        "name", ["self", "code", "message", "a b", "a.b", "a/b", "100%", "ü", "🙂", "name", "value"]
    )
    def test_any_name_goes_as_a_named_argument(self, check, name):
        assert check(f"Complete Task    {name}=x") == {name: {"type": "String", "value": "x"}}

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            (
                "Set Task Variable    v    x    type=Integer",
                "'x' cannot be stored as Integer: write it with digits only.",
            ),
            (
                "Set Task Variable    v    ${{2**63}}",
                "9223372036854775808 cannot be stored as Long: the range is -9223372036854775808 to "
                "9223372036854775807. Larger numbers can be stored as text.",
            ),
            (
                "Set Task Variable    v    ${{'x' * 4001}}",
                "Text of 4001 characters cannot be stored as String, which holds at most 4000: use type=Json, or write "
                "it to a file and use `Set Task File`.",
            ),
            ("Set Task Variable    ${EMPTY}    x", "The name of a variable must not be empty."),
            (
                "Set Task Variable    ${{'x' * 256}}    x",
                f"The variable name '{'x' * 77}...' is longer than 255 characters.",
            ),
            ("Complete Task    total = 5", "The variable name 'total ' begins or ends with a space."),
            (
                "Set Task Variable    log    x",
                "Variable 'log' is where the log of the run is kept. Take another name, or set CAMUNDA_LOG_VARIABLE.",
            ),
            (
                "Complete Task    a=${{object()}}",
                "Variable 'a' cannot be set: A value of Python type object cannot be stored: convert it to text, "
                "a number, a list or a dictionary.",
            ),
        ],
    )
    def test_what_the_engine_would_refuse_is_refused_at_its_line(self, refuse, line, sentence):
        assert refuse(line) == sentence

    def test_an_unknown_type_is_refused_by_robot_framework(self, refuse):
        message = refuse("Set Task Variable    v    x    type=Lnog")
        assert "Argument 'type' got value 'Lnog' that cannot be converted to VariableType or None" in message

    @pytest.mark.parametrize("value", ["${secret}", "${{[$secret]}}", "${{{'a': $secret}}}"])
    def test_secrets_are_refused_and_not_shown(self, run, value):
        result = run("VAR    ${secret: Secret}    %{HOME}", f"Set Task Variable    v    {value}")
        message = result.tasks["Work"][1]
        assert "secrets are not stored in process variables" in message
        assert result.outcome["variables"] == {}

    def test_robot_framework_does_not_warn_of_its_own_keyword_of_that_name(self, run):
        result = run("Set Task Variable    v    x", "BuiltIn.Set Task Variable    ${y}    x")
        assert (result.rc, result.err) == (0, "")


class TestFiles:
    PHOTO = {"photo": {"type": "File", "path": "photo.png", "filename": "My photo.png"}}

    @pytest.fixture(autouse=True)
    def _photo(self, robots):
        (robots.folder / "photo.png").write_bytes(b"content")

    def test_a_file_gets_a_folder_of_its_own_under_the_output_folder(self, robots, check):
        check("${path}    Get Task File    photo", "File Should Exist    ${path}", variables=self.PHOTO)
        path = robots.folder / "output" / "task-files" / "photo" / "My photo.png"
        assert path.read_bytes() == b"content"

    def test_a_path_is_taken_as_it_is_and_its_folders_are_made(self, robots, check):
        check(
            f"${{path}}    Get Task File    photo    path={robots.folder / 'a' / 'b' / 'x.png'}",
            f"Should Be Equal    ${{path}}    {robots.folder / 'a' / 'b' / 'x.png'}",
            variables=self.PHOTO,
        )
        assert (robots.folder / "a" / "b" / "x.png").read_bytes() == b"content"

    def test_bytes_are_a_file_too(self, robots, check):
        check("Get Task File    raw", variables={"raw": {"type": "Bytes", "value": "QQ=="}})
        assert (robots.folder / "output" / "task-files" / "raw" / "raw").read_bytes() == b"A"

    def test_a_file_that_was_set_is_got_as_it_was_set(self, check):
        variables = check(
            "Create File    ${OUTPUT DIR}/a.txt    first",
            "Set Task File    letter    ${OUTPUT DIR}/a.txt",
            "Create File    ${OUTPUT DIR}/a.txt    second",
            "${path}    Get Task File    letter    ${OUTPUT DIR}/back.txt",
            "${content}    Get File    ${path}",
            "Should Be Equal    ${content}    first",
        )
        assert variables["letter"] == {
            "type": "File",
            "path": "task.outcome/a.txt",
            "filename": "a.txt",
            "mimeType": "text/plain",
        }

    def test_a_kind_of_content_and_the_scope_of_the_task(self, run, robots):
        result = run(
            f"Set Task File    photo    {robots.folder / 'photo.png'}    mime_type=image/x-photo    scope=TASK"
        )
        assert result.outcome["taskVariables"]["photo"]["mimeType"] == "image/x-photo"

    def test_an_empty_file(self, check):
        variables = check("Create File    ${OUTPUT DIR}/empty", "Set Task File    empty    ${OUTPUT DIR}/empty")
        assert variables["empty"]["filename"] == "empty"

    @pytest.mark.parametrize(
        ("line", "begin"),
        [
            ("Get Task File    query", "Variable 'query' is of type String, not a file. Use `Get Task Variable`."),
            ("Get Task File    no", "Task 'a1b2' has no variable 'no'. It has 'query', 'photo'."),
            ("Get Task File    photo    ${CURDIR}", "Writing file variable 'photo' to '"),
            ("Get Task File    photo    ${CURDIR}/robot.robot/x", "Writing file variable 'photo' to '"),
            ("Set Task File    f    ${CURDIR}/no.txt", "Copying '"),
            ("Set Task File    f    ${CURDIR}", "Copying '"),
            ("Set Task File    log    ${CURDIR}/robot.robot", "Variable 'log' is where the log of the run is kept. "),
        ],
    )
    def test_what_goes_wrong_is_told(self, refuse, line, begin):
        assert refuse(line, variables={"query": "x", **self.PHOTO}).startswith(begin)

    @pytest.mark.parametrize(
        ("filename", "safe"),
        [
            ("../../x", "x"),
            ("C:\\x", "x"),
            ("/etc/x", "x"),
            ("a/b/c.txt", "c.txt"),
            ("", "photo.png"),
            ("ü" * 300, "ü" * 100),
            ("CON", "_CON"),
            ("x\0y", "xy"),
        ],
    )
    def test_a_filename_from_outside_never_chooses_where_a_file_is_written(self, robots, check, filename, safe):
        check("Get Task File    f", variables={"f": {"type": "File", "path": "photo.png", "filename": filename}})
        (path,) = (path for path in (robots.folder / "output" / "task-files").rglob("*") if path.is_file())
        assert path == robots.folder / "output" / "task-files" / "f" / safe


class TestLock:
    def test_without_a_worker_it_is_held(self, check):
        check("Task Should Still Be Locked")

    @pytest.mark.parametrize(
        ("held_for", "lost", "problem"),
        [
            (timedelta(hours=1), False, None),
            (timedelta(hours=-1), False, "it ran out"),
            (timedelta(hours=1), True, "another worker has it, or it is gone"),
        ],
    )
    def test_under_a_worker_its_lock_file_tells(self, robots, run, held_for, lost, problem):
        Handover(robots.folder / "task.json").write_lock(datetime.now(timezone.utc) + held_for, lost=lost)
        result = run("Task Should Still Be Locked")
        expected = ("FAIL", f"The lock of task 'a1b2' is lost: {problem}.") if problem else ("PASS", "")
        assert result.tasks["Work"] == expected
        assert json.loads((robots.folder / "task.started.json").read_text()) == {}
        assert "Outcome of the task" not in result.out
