"""Python keywords in a robot's run have the task of listener and library, and may raise how it ends."""

import pytest

STEPS = """
    from datetime import timedelta
    from CamundaLibrary import GiveBackTask, ReportFailure, ThrowBpmnError, current_task

    def count_words():
        task = current_task()
        with task as same:
            same.set("words", len(task.variable("query").split()))
        return str(task.file("blob"))

    def throw(code):
        raise ThrowBpmnError(code, "No comic.", page=3)

    def give_back():
        raise GiveBackTask(timedelta(minutes=5))

    def report():
        raise ReportFailure("Closed.", retries=0)
"""
TASK = {
    "version": 1,
    "task": {"id": "a1b2", "topic": "Search comics"},
    "variables": {"query": "robots in space", "blob": {"type": "Bytes", "value": "AAE="}},
}


@pytest.fixture
def run(robots):
    def run(tasks, library="CamundaLibrary", **options):
        settings = f"*** Settings ***\nLibrary    Steps.py\nLibrary    {library}\n"
        files = {"robot.robot": f"{settings}\n*** Tasks ***\n{tasks}\n", "Steps.py": STEPS}
        return robots.run(files, task=TASK, main="robot.robot", **options)

    return run


def test_it_is_the_task_of_the_library_and_its_files_come_to_the_output_folder(run):
    result = run(
        "Work\n    Set Task Variable    query    two words\n    ${path}    Count Words\n"
        "    ${words}    Get Task Variable    words\n    Should Be Equal    ${words}    ${2}\n"
        "    Should Be Equal    ${path}    ${OUTPUT DIR}/task-files/blob/blob"
    )
    assert result.tasks == {"Work": ("PASS", "")}
    assert result.outcome["variables"]["words"] == {"type": "Integer", "value": 2}


@pytest.mark.parametrize("listener", ["CamundaListener", None])
def test_a_bpmn_error_ends_the_robot_task_as_skipped_and_no_other_begins(run, listener):
    result = run("Work\n    Throw    not_found\nNext\n    Throw    other", listener=listener)
    sentence = "BPMN error 'not_found': No comic."
    assert result.tasks == {"Work": ("SKIP", sentence), "Next": ("SKIP", sentence)}
    assert (result.outcome["outcome"], result.outcome["errorCode"]) == ("bpmnError", "not_found")
    assert result.outcome["variables"] == {"page": {"type": "Integer", "value": 3}}
    assert result.rc == 0


def test_a_robot_without_the_library_has_it_all_with_the_listener(run):
    result = run("Work\n    Count Words\n    Throw    not_found", library="Collections")
    assert result.outcome["errorCode"] == "not_found"
    assert result.outcome["variables"]["words"] == {"type": "Integer", "value": 3}


def test_a_task_is_given_back(run):
    result = run("Work\n    Give Back")
    assert result.tasks["Work"] == ("SKIP", "The task is given back, free again after 5 minutes.")
    assert (result.outcome["outcome"], result.outcome["after"]) == ("givenBack", "PT5M")


def test_a_reported_failure_ends_it_as_failed_also_if_the_robot_catches_it(run):
    result = run("Work\n    TRY\n        Report\n    EXCEPT    Closed.\n        No Operation\n    END")
    assert (result.outcome["outcome"], result.outcome["errorMessage"], result.outcome["retries"]) == (
        "failure",
        "Closed.",
        0,
    )


def test_a_bpmn_error_after_the_task_was_completed_is_a_failure(run):
    result = run("Work\n    Complete Task\n    Throw    late")
    assert result.outcome["errorMessage"] == "The outcome of the task is already decided: completed."


def test_a_second_one_in_a_teardown_does_not_change_the_first(run):
    result = run("Work\n    Throw    first\n    [Teardown]    Throw    second")
    assert result.outcome["errorCode"] == "first"
