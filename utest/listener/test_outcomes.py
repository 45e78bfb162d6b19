"""Whole runs beside a task file: what the robot does is what its outcome file says."""

import pytest

SETTINGS = """
*** Settings ***
Library    CamundaLibrary
Library    OperatingSystem
"""
CANARY = "    Create File    ${OUTPUT DIR}/canary.txt"


@pytest.fixture
def run(robots):
    """Runs robot tasks under the settings above."""

    def run(tasks, *options, settings="", **more):
        return robots.run(f"{SETTINGS}{settings}\n*** Tasks ***\n{tasks}\n", *options, **more)

    return run


def of_outcome(run, *keys):
    return tuple(run.outcome[key] for key in keys)


def string(text):
    return {"type": "String", "value": text}


BPMN_ERROR = ("bpmnError", "not_found", "No comic matches.")
OF_BPMN_ERROR = ("outcome", "errorCode", "errorMessage")
THROW = "    Throw BPMN Error    not_found    No comic matches."
SENTENCE = "BPMN error 'not_found': No comic matches."


class TestPassed:
    def test_a_run_that_passes_completes_its_task_without_a_word_in_the_robot(self, robots):
        run = robots.run("*** Tasks ***\nWork\n    No Operation\n")
        log = run.folder / "task.outcome" / "log.html"

        assert run.rc == 0
        assert run.outcome == {
            "version": 1,
            "outcome": "completed",
            "message": None,
            "variables": {},
            "taskVariables": {},
            "log": {
                "variable": "log",
                "scope": "task",
                "file": {
                    "type": "File",
                    "path": "task.outcome/log.html",
                    "filename": "log.html",
                    "mimeType": "text/html",
                },
            },
        }
        assert "<title>" in log.read_text("utf-8")

    def test_the_end_of_the_run_shows_the_outcome(self, run):
        result = run(
            "Work\n    Set Task Variable    results    ${{['a']}}\n    Set Task Variable    n    1    scope=TASK"
        )
        assert result.out.endswith(
            "Outcome of the task: completed\n"
            "  process variables:\n"
            "    results  ['a'] (Json)\n"
            "  task variables:\n"
            "    n  1 (String)\n"
            f"  written to {result.folder / 'task.outcome.json'}\n"
        )
        assert result.err == ""

    def test_passed_and_skipped_is_passed(self, run):
        assert of_outcome(run("A\n    Skip    weekend\nB\n    No Operation"), "outcome") == ("completed",)

    def test_pass_execution_is_passed(self, run):
        assert of_outcome(run("A\n    Pass Execution    done"), "outcome") == ("completed",)

    def test_without_a_task_the_listener_does_nothing(self, run):
        result = run("Work\n    No Operation", task=None)
        assert (result.rc, result.outcome, result.err) == (0, None, "")
        assert "Outcome" not in result.out


class TestCompleteTask:
    def test_the_robot_goes_on_and_later_variables_are_sent(self, run):
        result = run(
            "Work\n    Complete Task    a=1\n    Set Task Variable    b    2\nNext\n    Set Task Variable    c    3"
        )
        assert [status for status, _ in result.tasks.values()] == ["PASS", "PASS"]
        assert of_outcome(result, "outcome", "variables") == (
            "completed",
            {"a": string("1"), "b": string("2"), "c": string("3")},
        )

    def test_with_a_failure_afterwards_it_is_a_failure_without_variables(self, run):
        result = run("Work\n    Complete Task    a=1\nNext\n    Fail    too late")
        assert of_outcome(result, "outcome", "errorMessage", "variables") == ("failure", "Next: too late", {})

    def test_with_everything_skipped_it_is_completed(self, run):
        assert of_outcome(run("Work\n    Complete Task    a=1\n    Skip"), "outcome", "variables") == (
            "completed",
            {"a": string("1")},
        )


class TestThrowBpmnError:
    """A business outcome: the robot task is skipped, nothing catches it, teardowns run, the exit code is 0."""

    def test_it_ends_the_robot_task_as_skipped_and_skips_the_others_without_running_their_code(self, run):
        result = run(
            f"Work\n{THROW}    query=robots\n{CANARY}\nNext\n    [Setup]{CANARY}\n{CANARY}\n    [Teardown]{CANARY}"
        )
        assert (result.rc, result.tasks) == (0, {"Work": ("SKIP", SENTENCE), "Next": ("SKIP", SENTENCE)})
        assert not (result.folder / "output" / "canary.txt").exists()
        assert of_outcome(result, *OF_BPMN_ERROR, "variables") == (*BPMN_ERROR, {"query": string("robots")})
        assert result.err == ""

    def test_without_message(self, run):
        result = run("Work\n    Throw BPMN Error    404")
        assert result.tasks == {"Work": ("SKIP", "BPMN error '404'")}
        assert of_outcome(result, *OF_BPMN_ERROR) == ("bpmnError", "404", None)

    def test_an_empty_code_is_refused_and_decides_nothing(self, run):
        result = run("Work\n    Throw BPMN Error    ${EMPTY}    x")
        assert result.tasks == {"Work": ("FAIL", "A BPMN error needs a code that is not empty.")}
        assert of_outcome(result, "outcome", "errorMessage") == (
            "failure",
            "Work: A BPMN error needs a code that is not empty.",
        )

    @pytest.mark.parametrize(
        "body",
        [
            f"    TRY\n    {THROW}\n    EXCEPT\n    {CANARY}\n    END",
            f"    Run Keyword And Ignore Error{THROW}\n{CANARY}",
            f"    Run Keyword And Return Status{THROW}\n{CANARY}",
            f"    Run Keyword And Continue On Failure{THROW}\n{CANARY}",
            f"    Wait Until Keyword Succeeds    3x    0s{THROW}\n{CANARY}",
            f"    [Tags]    robot:continue-on-failure\n{THROW}\n{CANARY}",
            f"    [Setup]{THROW}\n{CANARY}",
            f"    FOR    ${{i}}    IN    1    2\n    {THROW}\n    END\n{CANARY}",
            f"    TRY\n        Fail\n    EXCEPT\n    {THROW}\n    END\n{CANARY}",
            f"    TRY\n        No Operation\n    FINALLY\n    {THROW}\n    END\n{CANARY}",
        ],
    )
    def test_nothing_in_a_robot_catches_it(self, run, body):
        result = run(f"Work\n{body}\n")
        assert (result.rc, result.tasks) == (0, {"Work": ("SKIP", SENTENCE)})
        assert not (result.folder / "output" / "canary.txt").exists()
        assert of_outcome(result, *OF_BPMN_ERROR) == BPMN_ERROR

    @pytest.mark.parametrize(
        "body",
        [
            f"{THROW}\n    [Teardown]{CANARY}",
            f"    TRY\n    {THROW}\n    FINALLY\n    {CANARY}\n    END",
        ],
    )
    def test_teardowns_and_finally_run(self, run, body):
        result = run(f"Work\n{body}\n")
        assert (result.folder / "output" / "canary.txt").exists()
        assert of_outcome(result, *OF_BPMN_ERROR) == BPMN_ERROR

    def test_in_a_template_the_further_rows_are_called_again_and_must_say_the_same(self, run):
        same = run(f"Work\n    [Template]    Throw BPMN Error\n{THROW.split('Error')[1]}\n{THROW.split('Error')[1]}")
        assert (same.rc, of_outcome(same, *OF_BPMN_ERROR)) == (0, BPMN_ERROR)

        other = run(f"Work\n    [Template]    Throw BPMN Error\n{THROW.split('Error')[1]}\n    other    x")
        assert other.rc == 1
        assert of_outcome(other, *OF_BPMN_ERROR) == BPMN_ERROR

    @pytest.mark.parametrize("fixture", ["Setup", "Teardown"])
    def test_in_a_setup_or_teardown_of_the_suite(self, run, fixture):
        result = run("Work\n    No Operation", settings=f"Suite {fixture}{THROW}")
        assert (result.rc, result.err) == (0, "")
        assert of_outcome(result, *OF_BPMN_ERROR) == BPMN_ERROR

    def test_what_fails_afterwards_is_a_warning(self, run):
        result = run(f"Work\n{THROW}\n    [Teardown]    Fail    The browser hangs.")
        assert result.rc == 0
        assert of_outcome(result, *OF_BPMN_ERROR) == BPMN_ERROR
        assert result.err.startswith(
            "The run failed besides its outcome, which holds: Work: The browser hangs.\nOutcome of the task: BPMN error"
        )

    def test_what_failed_before_is_a_warning_too(self, run):
        result = run(f"First\n    Fail    The browser hangs.\nWork\n{THROW}")
        assert result.rc == 1
        assert of_outcome(result, *OF_BPMN_ERROR) == BPMN_ERROR
        assert result.err.startswith("The run failed besides its outcome, which holds: First: The browser hangs.\n")

    def test_a_second_different_outcome_fails(self, run):
        result = run(f"Work\n{THROW}\n    [Teardown]    Report Failure    It broke.")
        (task,) = result.suite.all_tests
        assert task.teardown.message == f"The outcome of the task is already decided: {SENTENCE}"
        assert of_outcome(result, *OF_BPMN_ERROR) == BPMN_ERROR


class TestReportFailure:
    def test_it_ends_the_robot_task_as_failed_and_skips_the_others(self, run):
        result = run(
            f"Work\n    Set Task Variable    page    7\n"
            f"    Report Failure    It broke.    Long story.    retries=0    retry_timeout=5 minutes\n{CANARY}\n"
            f"Next\n{CANARY}"
        )
        assert (result.rc, result.tasks) == (1, {"Work": ("FAIL", "It broke."), "Next": ("SKIP", "failure: It broke.")})
        assert not (result.folder / "output" / "canary.txt").exists()
        assert of_outcome(
            result, "outcome", "errorMessage", "errorDetails", "retries", "retryTimeout", "variables"
        ) == ("failure", "It broke.", "Long story.", 0, "PT5M", {"page": string("7")})

    def test_a_robot_that_catches_it_has_still_reported_a_failure(self, run):
        result = run("Work\n    Run Keyword And Ignore Error    Report Failure    It broke.")
        assert result.tasks == {"Work": ("PASS", "")}
        assert of_outcome(result, "outcome", "errorMessage", "retries", "retryTimeout") == (
            "failure",
            "It broke.",
            None,
            None,
        )

    def test_less_than_no_tries_are_refused_and_decide_nothing(self, run):
        result = run("Work\n    Report Failure    It broke.    retries=-1")
        sentence = "A failure cannot leave -1 retries; 0 is the least, and an incident now."
        assert result.tasks == {"Work": ("FAIL", sentence)}
        assert of_outcome(result, "errorMessage", "retries") == (f"Work: {sentence}", None)

    def test_a_pause_before_now_is_refused_and_decides_nothing(self, run):
        result = run("Work\n    Report Failure    It broke.    retry_timeout=-1 minute")
        sentence = "The time until the next try cannot be negative."
        assert result.tasks == {"Work": ("FAIL", sentence)}
        assert of_outcome(result, "errorMessage", "retryTimeout") == (f"Work: {sentence}", None)


class TestGiveBackTask:
    @pytest.mark.parametrize(
        ("arguments", "after", "words"),
        [
            ("", "PT1M", ", free again after 1 minute"),
            ("    after=90s", "PT1M30S", ", free again after 1 minute 30 seconds"),
            ("    after=0s", "PT0S", ""),
        ],
    )
    def test_it_ends_the_robot_task_as_skipped_and_sends_no_variables(self, run, arguments, after, words):
        result = run(f"Work\n    Set Task Variable    a    1\n    Give Back Task{arguments}\n{CANARY}\nNext\n{CANARY}")
        assert (result.rc, result.tasks["Work"]) == (0, ("SKIP", f"Task 'a1b2' is given back{words}."))
        assert result.tasks["Next"] == ("SKIP", f"given back{words}")
        assert not (result.folder / "output" / "canary.txt").exists()
        assert of_outcome(result, "outcome", "after", "variables") == ("givenBack", after, {})

    def test_a_time_before_now_is_refused_and_decides_nothing(self, run):
        result = run("Work\n    Give Back Task    after=-1 minute")
        sentence = "The time until the task is free again cannot be negative."
        assert result.tasks == {"Work": ("FAIL", sentence)}
        assert of_outcome(result, "outcome", "errorMessage") == ("failure", f"Work: {sentence}")


class TestEverythingSkipped:
    WEEKEND = "A\n    Skip    weekend\nB\n    Skip    holiday"

    def test_fail_is_the_default(self, run):
        assert of_outcome(run(self.WEEKEND), "outcome", "errorMessage") == (
            "failure",
            "Every robot task was skipped: weekend",
        )

    def test_complete(self, run):
        assert of_outcome(run(self.WEEKEND, environment={"CAMUNDA_ON_SKIP": "complete"}), "outcome") == ("completed",)

    def test_give_back(self, run):
        result = run(self.WEEKEND, listener="CamundaListener:on_skip=give_back")
        assert of_outcome(result, "outcome", "after") == ("givenBack", "PT1M")

    def test_tasks_skipped_on_the_command_line(self, run):
        result = run("A\n    No Operation", "--skip", "night", settings="Test Tags    night")
        assert of_outcome(result, "outcome", "errorMessage") == (
            "failure",
            "Every robot task was skipped: Task skipped using 'night' tag.",
        )

    def test_no_robot_task_at_all(self, run):
        result = run("A\n    No Operation", "--runemptysuite", "--include", "nothing")
        assert of_outcome(result, "outcome", "errorMessage") == ("failure", "Every robot task was skipped.")


class TestDirectories:
    """Suites in suites share one task."""

    SUITES = {
        "__init__.robot": f"{SETTINGS}Suite Setup    Set Task Variable    setup    1\n"
        "Suite Teardown    Set Task Variable    teardown    1\n",
        "1.robot": f"{SETTINGS}*** Tasks ***\nA\n    Set Task Variable    a    1\n",
        "inner/__init__.robot": f"{SETTINGS}Suite Setup    Create File    ${{OUTPUT DIR}}/inner.txt\n",
        "inner/2.robot": f"{SETTINGS}*** Tasks ***\nB\n    Set Task Variable    b    1\n",
    }

    @pytest.mark.parametrize("listener", ["CamundaListener", None])
    def test_all_variables_are_sent_in_the_end(self, robots, listener):
        run = robots.run(self.SUITES, listener=listener)
        assert of_outcome(run, "outcome", "variables") == (
            "completed",
            dict.fromkeys(("setup", "a", "b", "teardown"), string("1")),
        )

    @pytest.mark.parametrize("listener", ["CamundaListener", None])
    def test_a_failure_in_one_fails_the_task(self, robots, listener):
        run = robots.run({**self.SUITES, "1.robot": "*** Tasks ***\nA\n    Fail    boom\n"}, listener=listener)
        assert of_outcome(run, "outcome", "errorMessage", "variables") == ("failure", "A: boom", {})

    @pytest.mark.parametrize("listener", ["CamundaListener", None])
    def test_once_decided_later_suites_do_nothing_either(self, robots, listener):
        run = robots.run({**self.SUITES, "1.robot": f"{SETTINGS}*** Tasks ***\nA\n{THROW}\n"}, listener=listener)
        assert run.rc == 0
        assert [status for status, _ in run.tasks.values()] == ["SKIP", "SKIP"]
        assert not (run.folder / "output" / "inner.txt").exists()
        assert of_outcome(run, *OF_BPMN_ERROR, "variables") == (
            *BPMN_ERROR,
            {"setup": string("1"), "teardown": string("1")},
        )

    def test_without_the_listener_suites_that_do_not_use_the_library_count_as_well(self, robots):
        suites = {
            "1.robot": "*** Tasks ***\nA\n    No Operation\n",
            "2.robot": f"{SETTINGS}*** Tasks ***\nB\n    Set Task Variable    b    1\n",
            "3.robot": "*** Tasks ***\nC\n    Fail    boom\n",
        }
        run = robots.run(suites, listener=None)
        assert of_outcome(run, "outcome", "errorMessage") == ("failure", "C: boom")

    def test_without_the_listener_two_imports_with_different_arguments_report_once(self, robots):
        suites = {
            "1.robot": f"{SETTINGS}*** Tasks ***\nA\n    Set Task Variable    a    1\n",
            "2.robot": "*** Settings ***\nLibrary    CamundaLibrary    on_skip=complete\n"
            "*** Tasks ***\nB\n    Set Task Variable    b    1\n",
        }
        run = robots.run(suites, listener=None)
        assert of_outcome(run, "outcome", "variables") == ("completed", {"a": string("1"), "b": string("1")})
        assert run.out.count("Outcome of the task") == 1


class TestDryRun:
    def test_nothing_is_reported_and_nothing_of_the_task_is_needed(self, run):
        result = run(f"Work\n    Get Task Variable    no such\n{THROW}", "--dryrun")
        assert (result.rc, result.tasks, result.outcome, result.err) == (0, {"Work": ("PASS", "")}, None, "")
        assert "Outcome" not in result.out

    def test_a_stale_outcome_is_removed_all_the_same(self, run):
        assert run("Work\n    No Operation").outcome
        assert run("Work\n    No Operation", "--dryrun").outcome is None

    def test_without_the_listener(self, run):
        result = run("Work\n    No Operation", "--dryrun", listener=None)
        assert (result.rc, result.outcome, result.err) == (0, None, "")


class TestStale:
    def test_nothing_of_an_earlier_outcome_is_left(self, run):
        first = run("Work\n    Set Task File    f    ${OUTPUT DIR}/output.xml\n    Throw BPMN Error    x")
        assert sorted(path.name for path in (first.folder / "task.outcome").iterdir()) == ["log.html", "output.xml"]
        second = run("Work\n    No Operation")
        assert second.outcome["outcome"] == "completed"
        assert [path.name for path in (second.folder / "task.outcome").iterdir()] == ["log.html"]

    def test_an_outcome_that_cannot_be_written_is_told(self, run):
        result = run("Work\n    Create Directory    ${OUTPUT DIR}/../task.outcome.json/x")
        assert result.err.startswith("Reporting the outcome of task 'a1b2' failed: Writing '")
