"""What a run means for its task: the rows of the outcome table, each seen in the engine."""

import json
import time
from datetime import timedelta

import pytest

from CamundaLibrary.engines.contract import Engine


def test_a_run_that_passes_completes_the_task_with_its_variables(start_task, run_robot) -> None:
    task = start_task({"query": "robots"})
    run = run_robot(
        """
            ${query}=    Get Task Variable    query
            Set Task Variable    results    ${{[$query, 'b']}}
            Set Task Variable    seen    ${True}    scope=TASK
        """,
        task_id=task.id,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert task.state == "COMPLETED"
    assert task.ends == ["done"]
    assert task.variables["results"] == ["robots", "b"]
    assert task.variables["seen"] is True
    assert f"reported to {task.engine.url} for task '{task.id}'" in run.stdout


def test_complete_task_lets_the_robot_go_on(start_task, run_robot) -> None:
    task = start_task()
    run_robot(
        """
            Complete Task    count=${3}    self=me
            Set Task Variable    later    yes
        """,
        task_id=task.id,
    )
    assert task.ends == ["done"]
    assert (task.variables["count"], task.variables["self"], task.variables["later"]) == (3, "me", "yes")


def test_complete_task_and_a_failure_afterwards_is_a_failure(start_task, run_robot) -> None:
    task = start_task()
    run_robot("    Complete Task    count=${3}\n    Fail    The printer is out of paper.", task_id=task.id)
    assert task.failures[0].error_message == "Do it: The printer is out of paper."
    assert "count" not in task.variables


def test_failures_count_down_to_an_incident(start_task, run_robot) -> None:
    task = start_task()
    for left in (2, 1, 0):
        run = run_robot("    Fail    No connection.", task_id=task.id)
        assert run.returncode == 1
        assert task.retries == left
    assert "no tries left: an incident" in run.stdout
    (incident,) = task.engine.incidents.list(process_instance_id=task.instance)
    assert incident.message == "Do it: No connection."
    assert "Where it failed:\nBuiltIn.Fail" in task.details


def test_an_operators_number_of_retries_wins(start_task, run_robot) -> None:
    task = start_task()
    task.engine.external_tasks.set_retries(task.id, 7)
    run_robot("    Fail    No connection.", task_id=task.id)
    assert task.retries == 6


def test_number_and_pauses_of_tries_are_settings(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot("    Fail    x", task_id=task.id, retries="5", retry_timeout="10s, 2m")
    assert task.retries == 4
    assert "tries left: 4, the next after 10 seconds" in run.stdout
    run = run_robot("    Fail    x", task_id=task.id, retries="5", retry_timeout="10s, 2m")
    assert "tries left: 3, the next after 2 minutes" in run.stdout


def test_variables_of_a_failed_run_are_not_sent(start_task, run_robot) -> None:
    task = start_task()
    run_robot("    Set Task Variable    half    done\n    Fail    x", task_id=task.id)
    assert "half" not in task.variables


def test_report_failure_carries_variables_and_its_own_retries(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot(
        """
            Set Task Variable    half    done
            Report Failure    The shop is closed.    details=Until noon.    retries=${9}    retry_timeout=1 hour
        """,
        task_id=task.id,
    )
    assert run.returncode == 1
    assert task.retries == 9
    assert task.variables["half"] == "done"
    assert task.details == "Until noon."


def test_a_bpmn_error_is_a_skip_and_is_caught_with_its_variables(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot(
        """
            Set Task Variable    note    for the task    scope=TASK
            TRY
                Throw BPMN Error    not_found    No comic matches.    query=cats    self=me
            EXCEPT    AS    ${error}
                Set Task Variable    caught    ${error}
            END
        """,
        task_id=task.id,
    )
    assert run.returncode == 0
    assert "| SKIP |\nBPMN error 'not_found': No comic matches." in run.stdout
    assert task.ends == ["ended-by-error"]
    variables = task.variables
    assert variables["errorCode"] == "not_found"
    assert variables["errorMessage"] == "No comic matches."
    assert (variables["query"], variables["self"], variables["note"]) == ("cats", "me", "for the task")
    assert "caught" not in variables
    assert "BPMN error" in task.log()


def test_a_bpmn_error_holds_whatever_fails_afterwards_and_that_is_said(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot(
        """
            *** Settings ***
            Library           CamundaLibrary
            Suite Teardown    Fail    The browser did not close.

            *** Tasks ***
            Do it
                Throw BPMN Error    not_found
        """,
        task_id=task.id,
    )
    assert task.ends == ["ended-by-error"]
    assert "The run failed besides its outcome, which holds: " in run.stderr
    assert "The browser did not close." in run.stderr


def test_a_bpmn_error_that_nothing_catches_is_an_incident(start_task, run_robot) -> None:
    task = start_task(boundary=False)
    run = run_robot("    Throw BPMN Error    nobody_knows    Text.    extra=1", task_id=task.id)
    assert task.state == "ACTIVE"
    assert task.retries == 0
    assert task.failures[0].error_message == "BPMN error 'nobody_knows' is not caught by the model."
    assert "extra" not in task.variables
    kept = json.loads((run.folder / f"{task.id}.outcome.json").read_text())
    assert kept["errorCode"] == "nobody_knows"
    assert kept["variables"] == {"extra": {"type": "String", "value": "1"}}
    assert str(run.folder / f"{task.id}.outcome.json") in run.stderr


def test_uncaught_errors_are_thrown_where_that_is_asked_for(start_task, run_robot) -> None:
    task = start_task(boundary=False)
    run_robot("    Throw BPMN Error    nobody_knows", task_id=task.id, uncaught="throw")
    assert task.state == "COMPLETED"
    assert task.ends == []


def test_a_second_different_outcome_fails_and_the_first_holds(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot(
        """
            *** Settings ***
            Library          CamundaLibrary
            Task Teardown    Complete Task

            *** Tasks ***
            Do it
                Throw BPMN Error    not_found    No comic.
            Never runs
                Fail    It ran.
        """,
        task_id=task.id,
    )
    assert "The outcome of the task is already decided: BPMN error 'not_found': No comic." in run.stdout
    assert "It ran." not in run.stdout
    assert task.ends == ["ended-by-error"]


def test_a_task_given_back_at_once_is_free(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot("    Give Back Task    after=0s", task_id=task.id)
    assert run.returncode == 0
    found = task.engine.external_tasks.get(task.id)
    assert (found.worker_id, found.retries) == (None, None)


def test_a_task_given_back_for_a_while_stays_locked_for_it(start_task, run_robot) -> None:
    task = start_task()
    run_robot("    Give Back Task    after=10 minutes", task_id=task.id)
    found = task.engine.external_tasks.get(task.id)
    assert found.retries is None
    assert found.lock_expiration
    assert found.create_time
    assert timedelta(minutes=9) < found.lock_expiration - found.create_time < timedelta(minutes=11)


@pytest.mark.parametrize(("on_skip", "ends", "retries"), [("complete", ["done"], None), ("fail", [], 2)])
def test_a_run_that_skipped_everything_follows_the_setting(start_task, run_robot, on_skip, ends, retries) -> None:
    task = start_task()
    run_robot("    Skip    Nothing to do on Sundays.", listener=f"CamundaListener:on_skip={on_skip}", task_id=task.id)
    assert task.ends == ends
    if retries:
        assert task.retries == retries
        assert task.failures[0].error_message == "Every robot task was skipped: Nothing to do on Sundays."


def test_a_topic_gives_the_oldest_waiting_task_and_without_one_no_robot_code_runs(
    start_task, run_robot, engine: Engine
) -> None:
    task = start_task({"query": "x"})
    run_robot("    Set Task Variable    found    ${True}", topic=task.topic)
    assert task.variables["found"] is True
    run = run_robot("    Fail    It ran.", topic=task.topic)
    assert run.returncode == 0
    assert f"No task of topic '{task.topic}' is waiting." in run.stdout
    assert "It ran." not in run.stdout


def test_a_library_that_cannot_be_imported_is_a_failure_though_nothing_uses_it(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot(
        "*** Settings ***\nLibrary    NoSuchLibrary\n*** Tasks ***\nDo it\n    No Operation", task_id=task.id
    )
    assert run.returncode == 0
    assert task.failures[0].error_message == (
        "Importing library 'NoSuchLibrary' failed: ModuleNotFoundError: No module named 'NoSuchLibrary'"
    )


def test_a_signal_during_a_keyword_is_a_failure_with_log(start_task, start_robot, await_start) -> None:
    task = start_task()
    process = start_robot("    Log To Console    started\n    Sleep    60s", task_id=task.id)
    await_start(process)
    process.terminate()
    process.communicate(timeout=30)
    assert task.failures[0].error_message == "Do it: Execution terminated by signal"
    assert "Execution terminated by signal" in task.log()


def test_a_run_that_is_stopped_by_force_is_a_failure_without_log(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot("    Evaluate    sys.exit(3)    modules=sys", task_id=task.id)
    assert run.returncode == 253
    assert task.failures[0].error_message == "The run was stopped before its end."


def test_a_dry_run_touches_nothing(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot("    Complete Task", "--dryrun", task_id=task.id)
    assert run.returncode == 0
    assert task.engine.external_tasks.get(task.id).worker_id is None


def test_without_listener_the_library_reports_and_warns_once(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot(
        "    Set Task Variable    a    1\n    Set Task Variable    b    2",
        listener="robot.utils.NullMarkup",
        task_id=task.id,
    )
    assert task.variables["b"] == "2"
    assert (run.stderr).count("No CamundaListener is attached") == 1


def test_two_listeners_report_once(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot("    No Operation", "--listener", "CamundaListener", task_id=task.id)
    assert task.ends == ["done"]
    assert run.stderr.count("CamundaListener is attached twice. The first one works, this one does nothing.") == 1


def test_a_wrong_argument_fails_the_task_and_runs_nothing(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot("    Log To Console    It ran.", listener="CamundaListener:on_skp=fail", task_id=task.id)
    assert run.returncode == 1
    assert "It ran." not in run.stdout
    assert task.failures[0].error_message == "There is no listener argument 'on_skp'. Did you mean 'on_skip'?"


def test_the_lock_is_kept_while_the_robot_runs_longer_than_it(start_task, start_robot) -> None:
    task = start_task()
    process = start_robot("    Sleep    4s\n    Task Should Still Be Locked", task_id=task.id, lock_duration="1500ms")
    time.sleep(3)
    assert task.engine.external_tasks.list(topic=task.topic, locked=False) == []
    process.communicate(timeout=30)
    assert task.ends == ["done"]


def test_a_lost_lock_is_told_and_nothing_is_reported(start_task, start_robot, await_start, tmp_path) -> None:
    task = start_task()
    process = start_robot(
        """
            Log To Console    started
            Wait Until Keyword Succeeds    20s    100ms    Lock Is Lost
            Task Should Still Be Locked

            *** Keywords ***
            Lock Is Lost
                ${is held}    Run Keyword And Return Status    Task Should Still Be Locked
                Should Not Be True    ${is held}
        """,
        task_id=task.id,
        lock_duration="2s",
    )
    await_start(process)
    task.engine.external_tasks.unlock(task.id)
    task.engine.external_tasks.lock(task.id, "another", timedelta(minutes=5))
    stdout, stderr = process.communicate(timeout=60)
    assert f"The lock of task '{task.id}' is lost" in stdout
    assert "locked by worker 'another'" in stderr
    assert f"Nothing was reported for task '{task.id}': its lock is lost." in stderr
    assert task.engine.external_tasks.get(task.id).worker_id == "another"
    assert (tmp_path / "output" / f"{task.id}.outcome.json").exists()
