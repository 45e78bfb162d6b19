"""What is wrong with settings, arguments or the task file: no robot code runs, and the sentence is told everywhere."""

import json

import pytest

from CamundaLibrary.settings import Settings

ROBOT = """
*** Settings ***
Library           CamundaLibrary    {arguments}
Suite Setup       Create File    ${{OUTPUT DIR}}/suite-setup.txt
Suite Teardown    Create File    ${{OUTPUT DIR}}/suite-teardown.txt
Library           OperatingSystem

*** Tasks ***
First
    [Setup]    Create File    ${{OUTPUT DIR}}/setup.txt
    Create File    ${{OUTPUT DIR}}/body.txt
    [Teardown]    Create File    ${{OUTPUT DIR}}/teardown.txt

Second
    Create File    ${{OUTPUT DIR}}/second.txt
"""
PLAIN = ROBOT.format(arguments="")
ALL_NAMES = ", ".join(Settings._fields)


def assert_refused(run, sentence):
    """No robot code ran, and every robot task and the external task failed with the sentence."""
    assert run.rc == 2
    assert {status for status, _ in run.tasks.values()} == {"FAIL"}
    assert {message.partition("\n")[2] for _, message in run.tasks.values()} == {sentence}
    assert sorted(path.name for path in (run.folder / "output").glob("*.txt")) == []
    assert (run.outcome["outcome"], run.outcome["errorMessage"]) == ("failure", sentence)
    assert run.outcome["variables"] == {}


MISTAKES = [
    ("CamundaListener:onskip=fail", "There is no listener argument 'onskip'. Did you mean 'on_skip'?"),
    (
        "CamundaListener:on_skip=maybe",
        "The listener argument 'on_skip' is wrong: 'maybe' is none of fail, complete, give_back.",
    ),
    ("CamundaListener:zzz", f"There is no listener argument 'zzz'. It takes {ALL_NAMES}."),
    (
        "CamundaListener;lock_duration=0s",
        "The listener argument 'lock_duration' is wrong: '0s' must be longer than nothing.",
    ),
    (
        "CamundaListener;lock_duration=99999999999 weeks",
        "The listener argument 'lock_duration' is wrong: '99999999999 weeks' is too long a duration.",
    ),
    (
        "CamundaListener:username=a:authorization=b",
        "More than one kind of credentials is given: CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME. "
        "Keep one of them.",
    ),
]


@pytest.mark.parametrize(("listener", "sentence"), MISTAKES)
def test_a_wrong_listener_argument(robots, listener, sentence):
    assert_refused(robots.run(PLAIN, listener=listener), sentence)


def test_wrong_variables_of_the_environment_and_of_robot(robots):
    run = robots.run(PLAIN, "--variable", "CAMUNDA_LOG:no", environment={"CAMUNDA_ON_SKIP": "no"})
    assert_refused(
        run,
        "The environment variable 'CAMUNDA_ON_SKIP' is wrong: 'no' is none of fail, complete, give_back. "
        "The Robot variable 'CAMUNDA_LOG' is wrong: 'no' is none of always, on_failure, never.",
    )


@pytest.mark.parametrize("listener", ["CamundaListener", None])
def test_a_wrong_library_argument(robots, listener):
    run = robots.run(ROBOT.format(arguments="onskip=fail"), listener=listener)
    assert_refused(run, "There is no library argument 'onskip'. Did you mean 'on_skip'?")


def test_a_wrong_library_argument_without_any_task(robots):
    run = robots.run(ROBOT.format(arguments="on_skip=no"), listener=None, task=None)
    assert run.rc == 2
    assert run.tasks["First"] == (
        "FAIL",
        "Parent suite setup failed:\n"
        "The library argument 'on_skip' is wrong: 'no' is none of fail, complete, give_back.",
    )
    assert list((run.folder / "output").glob("*.txt")) == []


def test_a_wrong_argument_of_a_library_import_that_comes_late_refuses_that_suite_and_fails_the_task(robots):
    settings = "*** Settings ***\nLibrary    CamundaLibrary"
    suites = {
        "1.robot": f"{settings}\n*** Tasks ***\nA\n    Set Task Variable    a    b\n",
        "2.robot": f"{settings}    onskip=fail\n*** Tasks ***\nB\n    Complete Task\n",
    }
    run = robots.run(suites)
    assert [status for status, _ in run.tasks.values()] == ["PASS", "FAIL"]
    sentence = "There is no library argument 'onskip'. Did you mean 'on_skip'?"
    assert (run.outcome["errorMessage"], run.outcome["variables"]) == (sentence, {})


def test_a_dry_run_tells_wrong_library_arguments(robots):
    run = robots.run(ROBOT.format(arguments="onskip=fail"), "--dryrun")
    assert "There is no library argument 'onskip'. Did you mean 'on_skip'?" in run.err
    assert run.outcome is None


def test_with_wrong_settings_every_suite_below_is_refused(robots):
    suites = {
        "__init__.robot": "*** Settings ***\nSuite Setup    Fail    ran\nSuite Teardown    Fail    ran\n",
        "inner/__init__.robot": "*** Settings ***\nSuite Setup    Fail    ran\nSuite Teardown    Fail    ran\n",
        "inner/1.robot": PLAIN,
        "2.robot": "*** Tasks ***\nThird\n    Fail    task ran\n",
    }
    run = robots.run(suites, listener="CamundaListener:onskip=fail")
    sentence = "There is no listener argument 'onskip'. Did you mean 'on_skip'?"
    assert run.tasks == dict.fromkeys(("First", "Second", "Third"), ("FAIL", f"Parent suite setup failed:\n{sentence}"))
    assert list((run.folder / "output").glob("*.txt")) == []
    assert run.outcome["errorMessage"] == sentence


@pytest.mark.parametrize(
    "sentence",
    ["${{6*7}}", "%{HOME}", r"a\n\\b", "@{x} &{y} ${EMPTY}", "msg=x", "*HTML*<b>x</b>", "a    b"],
)
def test_text_from_outside_in_a_sentence_is_never_evaluated(robots, sentence):
    run = robots.run(PLAIN, environment={"CAMUNDA_ON_SKIP": sentence})
    assert_refused(
        run,
        f"The environment variable 'CAMUNDA_ON_SKIP' is wrong: '{sentence}' is none of fail, complete, give_back.",
    )


class TestTaskFile:
    """A task file that is wrong: every robot task says so. The sentences themselves are tested with the handover."""

    def test_a_missing_file(self, robots):
        run = robots.run(PLAIN, task=None, environment={"CAMUNDA_TASK_FILE": "no/such/task.json"})
        assert run.rc == 2
        (message,) = {message.partition("\n")[2] for _, message in run.tasks.values()}
        assert message.startswith("There is no file '")
        assert message.endswith("no/such/task.json'.")
        assert list((run.folder / "output").glob("*.txt")) == []

    @pytest.mark.parametrize("path", [".", "/", ".."])
    def test_a_folder_in_its_place(self, robots, path):
        run = robots.run(PLAIN, task=None, environment={"CAMUNDA_TASK_FILE": path})
        assert run.tasks["First"] == ("FAIL", f"Parent suite setup failed:\n'{path}' is a folder, not a task file.")

    def test_not_json(self, robots):
        run = robots.run(PLAIN, task="{")
        assert run.rc == 2
        assert run.tasks["Second"] == (
            "FAIL",
            f"Parent suite setup failed:\n'{run.folder / 'task.json'}' is not JSON: "
            "Expecting property name enclosed in double quotes in line 1, column 2.",
        )
        assert list((run.folder / "output").glob("*.txt")) == []

    def test_the_outcome_of_an_earlier_run_does_not_outlive_a_refused_one(self, robots):
        robots.run(PLAIN)
        run = robots.run(PLAIN, task="{")
        assert run.outcome is None
        assert not (run.folder / "task.outcome").exists()

    def test_a_stale_outcome_that_cannot_be_removed(self, robots):
        (robots.folder / "task.outcome.json").mkdir()
        run = robots.run(PLAIN, task=json.dumps({"version": 1, "task": {"topic": "t"}}))
        assert run.rc == 2
        (message,) = {message.partition("\n")[2] for _, message in run.tasks.values()}
        assert message.startswith(f"Removing the stale outcome of '{run.folder / 'task.json'}' failed: ")
