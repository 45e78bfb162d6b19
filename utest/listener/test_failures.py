"""How a failure is told: which robot task and why in the message, where in the details."""

import pytest

LIBRARY = """
from robot.api import ContinuableFailure

def fail_deep_inside(message):
    go_on(message)

def go_on(message):
    raise ValueError(message)

def fail_and_go_on(message):
    raise ContinuableFailure(message)
"""
SETTINGS = """
*** Settings ***
Library           CamundaLibrary
Library           ${CURDIR}/Steps.py
"""
KEYWORDS = """
*** Keywords ***
Outer
    [Arguments]    ${message}=boom
    Inner    ${message}

Inner
    [Arguments]    ${message}
    IF    True
        Fail Deep Inside    ${message}
    END
"""


@pytest.fixture
def fail(robots):
    """Runs robot tasks that fail; returns message and details of the outcome."""

    def fail(tasks, settings="", listener="CamundaListener"):
        text = f"{SETTINGS}{settings}\n*** Tasks ***\n{tasks}\n{KEYWORDS}"
        run = robots.run({"robot.robot": text, "Steps.py": LIBRARY}, main="robot.robot", listener=listener)
        assert run.outcome["outcome"] == "failure"
        assert run.rc > 0
        return run.outcome["errorMessage"], _without_markers(run.outcome["errorDetails"])

    return fail


def _without_markers(details):
    """Newer Pythons underline the part of a line that failed."""
    return details and "\n".join(line for line in details.splitlines() if not line or line.strip(" ~^"))


def traceback_of(message, folder):
    library = folder / "robots" / "Steps.py"
    return (
        "Traceback (most recent call last):\n"
        f'  File "{library}", line 5, in fail_deep_inside\n    go_on(message)\n'
        f'  File "{library}", line 8, in go_on\n    raise ValueError(message)\n'
        f"ValueError: {message}"
    )


PATH = "Outer\n  Inner\n    IF/ELSE ROOT\n      IF\n        Steps.Fail Deep Inside"


def test_the_way_to_the_keyword_that_failed_and_its_traceback(fail, tmp_path):
    assert fail("Work\n    Outer") == (
        "Work: ValueError: boom",
        f"Where it failed:\n{PATH}\n\nTraceback:\n{traceback_of('boom', tmp_path)}",
    )


def test_of_several_failed_robot_tasks_the_first_is_told(fail, tmp_path):
    message, details = fail("First\n    Outer    one\nSecond\n    Outer    two")
    assert message == "First: ValueError: one"
    assert traceback_of("one", tmp_path) in details


def test_a_failure_that_was_caught_is_not_told(fail, tmp_path):
    message, details = fail(
        "Work\n    TRY\n        Outer    caught\n    EXCEPT    AS    ${e}\n        Outer    second\n    END"
    )
    assert message == "Work: ValueError: second"
    assert details == (
        "Where it failed:\nTRY/EXCEPT ROOT\n  EXCEPT\n    "
        + PATH.replace("\n", "\n    ")
        + f"\n\nTraceback:\n{traceback_of('second', tmp_path)}"
    )


def test_a_teardown_that_fails_too_does_not_hide_where_the_body_failed(fail, tmp_path):
    message, details = fail("Work\n    Outer    body\n    [Teardown]    Outer    teardown")
    assert message == "Work: ValueError: body"
    assert details == f"Where it failed:\n{PATH}\n\nTraceback:\n{traceback_of('body', tmp_path)}"


@pytest.mark.parametrize(
    ("tasks", "message", "where"),
    [
        ("Work\n    [Setup]    Outer\n    No Operation", "Work: Setup failed: ValueError: boom", PATH),
        ("Work\n    No Operation\n    [Teardown]    Outer", "Work: Teardown failed: ValueError: boom", PATH),
        (
            "Work\n    TRY\n        No Operation\n    FINALLY\n        Outer\n    END",
            "Work: ValueError: boom",
            "TRY/EXCEPT ROOT\n  FINALLY\n    " + PATH.replace("\n", "\n    "),
        ),
        (
            "Work\n    FOR    ${i}    IN    1\n        Outer\n    END",
            "Work: ValueError: boom",
            "FOR\n  ITERATION\n    " + PATH.replace("\n", "\n    "),
        ),
        ("Work\n    [Template]    Outer\n    boom", "Work: ValueError: boom", PATH),
    ],
)
def test_wherever_in_a_robot_task_it_fails(fail, tmp_path, tasks, message, where):
    assert fail(tasks) == (message, f"Where it failed:\n{where}\n\nTraceback:\n{traceback_of('boom', tmp_path)}")


@pytest.mark.parametrize("fixture", ["Setup", "Teardown"])
def test_a_failed_setup_or_teardown_of_a_suite_is_told_with_its_keyword(fail, tmp_path, fixture):
    assert fail("Work\n    No Operation", f"Suite {fixture}    Outer") == (
        "Work: ValueError: boom",
        f"Where it failed:\n{PATH}\n\nTraceback:\n{traceback_of('boom', tmp_path)}",
    )


def test_a_failed_teardown_of_the_suite_does_not_hide_a_robot_task_that_failed_before(fail):
    assert fail("Work\n    Nonsense", "Suite Teardown    Outer") == (
        "Work: No keyword with name 'Nonsense' found.",
        "Where it failed:\nNonsense",
    )


def test_a_robot_task_without_a_body_has_no_details(fail):
    assert fail("Work\n    [Tags]    empty") == ("Work: Task cannot be empty.", None)


def test_several_failures_of_one_robot_task_begin_with_the_first(fail):
    message, details = fail("Work\n    Fail And Go On    one\n    Fail And Go On    two")
    assert message == "Work: Several failures occurred: 1) one"
    assert details.startswith("Where it failed:\nSteps.Fail And Go On\n\nTraceback:\n")
    assert details.endswith("ContinuableFailure: one")


def test_after_a_hundred_caught_failures_the_last_one_still_has_its_traceback(fail, tmp_path):
    message, details = fail(
        "Work\n    FOR    ${i}    IN RANGE    120\n"
        "        Run Keyword And Ignore Error    Fail Deep Inside    caught ${i}\n    END\n    Outer    at last"
    )
    assert message == "Work: ValueError: at last"
    assert traceback_of("at last", tmp_path) in details


def test_a_library_in_a_folder_named_robot_is_not_robot_framework_s(robots):
    text = "*** Settings ***\nLibrary    robot/Steps.py\n*** Tasks ***\nWork\n    Fail Deep Inside    boom"
    run = robots.run({"robot/Steps.py": LIBRARY, "one.robot": text}, main="one.robot")
    assert "robot/Steps.py" in run.outcome["errorDetails"].replace("\\", "/")


def test_without_the_listener_the_failure_is_told_as_well(fail, tmp_path):
    assert fail("Work\n    Outer", listener=None) == (
        "Work: ValueError: boom",
        f"Where it failed:\n{PATH}\n\nTraceback:\n{traceback_of('boom', tmp_path)}",
    )


IMPORTS = {
    "Library    NoSuchLibrary": "Importing library 'NoSuchLibrary' failed: "
    "ModuleNotFoundError: No module named 'NoSuchLibrary'",
    "Library    no_such.py": "Library 'no_such.py' does not exist.",
    "Library    OperatingSystem    1    2": "Library 'OperatingSystem' expected 0 arguments, got 2.",
    "Library    ${CURDIR}/Broken.py": "Initializing library 'Broken' with no arguments failed: ValueError: boom",
    "Library    ${CURDIR}/BrokenNames.py": "Getting keyword names from library 'BrokenNames' failed: "
    "Calling dynamic method 'get_keyword_names' failed: ValueError: boom",
    "Library    ${CURDIR}/BrokenSyntax.py": "Importing library '{folder}BrokenSyntax.py' failed: "
    "SyntaxError: invalid syntax (BrokenSyntax.py, line 1)",
    "Library    ${nothing at all}": "Replacing variables from setting 'Library' failed: "
    "Variable '${nothing at all}' not found.",
    "Library": "Library setting requires value.",
    "Library    CamundaLibrary.Engine    topik=x": "Getting keyword names from library 'CamundaLibrary.Engine' failed: "
    "Initializing library 'CamundaLibrary.Engine' with arguments [ topik=x ] failed: "
    "There is no library argument 'topik'. Did you mean 'topic'?",
    "Resource    no_such.resource": "Resource file 'no_such.resource' does not exist.",
    "Resource    ${CURDIR}/broken.resource": "Resource file with 'Tasks' section is invalid.",
    "Resource    ${CURDIR}/nested.resource": "Library 'no_such.py' does not exist.",
    "Resource    ${CURDIR}/Broken.py": "Invalid resource file extension '.py'.",
    "Variables    no_such.py": "Variable file 'no_such.py' does not exist.",
    "Variables    ${CURDIR}/BrokenSyntax.py": "Processing variable file '{folder}BrokenSyntax.py' failed: "
    "Importing variable file '{folder}BrokenSyntax.py' failed: SyntaxError: invalid syntax (BrokenSyntax.py, line 1)",
}
BROKEN_FILES = {
    "Broken.py": "class Broken:\n    def __init__(self):\n        raise ValueError('boom')\n    def kw(self): pass\n",
    "BrokenNames.py": "class BrokenNames:\n    def get_keyword_names(self): raise ValueError('boom')\n"
    "    def run_keyword(self, name, args): pass\n",
    "BrokenSyntax.py": "def (",
    "broken.resource": "*** Tasks ***\nWork\n    No Operation\n",
    "nested.resource": "*** Settings ***\nLibrary    no_such.py\n",
}


@pytest.mark.parametrize(("line", "sentence"), IMPORTS.items(), ids=IMPORTS)
def test_an_import_that_fails_is_a_failure_also_when_nothing_of_it_is_used(robots, line, sentence):
    text = f"*** Settings ***\n{line}\n*** Tasks ***\nWork\n    No Operation\n"
    run = robots.run({"robot.robot": text, **BROKEN_FILES}, main="robot.robot")
    assert run.tasks == {"Work": ("PASS", "")}
    assert run.outcome["outcome"] == "failure"
    folder = f"{run.folder / 'robots'}/"
    message = run.outcome["errorMessage"].replace("\\", "/")
    assert message.partition(" Supported extensions ")[0] == sentence.replace("{folder}", folder)


def test_an_import_that_fails_after_a_decision_does_not_change_it(robots):
    text = """
    *** Settings ***
    Library    CamundaLibrary
    Library    NoSuchLibrary
    *** Tasks ***
    Work
        Throw BPMN Error    not_found    No comic matches.
    """
    run = robots.run(text)
    assert (run.rc, run.outcome["outcome"], run.outcome["errorCode"]) == (0, "bpmnError", "not_found")
    assert "The run failed besides its outcome, which holds: Importing library 'NoSuchLibrary' failed: " in run.err


@pytest.mark.parametrize("line", ["Nonsense    value", "Suite Tags    x"])
def test_a_setting_that_does_not_exist_is_robot_framework_s_business(robots, line):
    run = robots.run(f"*** Settings ***\n{line}\n*** Tasks ***\nWork\n    No Operation\n")
    assert "[ ERROR ] Error in file" in run.err
    assert run.outcome["outcome"] == "completed"
