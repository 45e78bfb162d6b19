"""Reports under faults: nothing is lost, nothing is done twice, and what cannot be delivered is kept and said."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from threading import Event

import pytest
from faults import answer, drop_reply, hold, limit, once_done, reset

BUSY = {"type": "OptimisticLockingException", "message": "ENGINE-03005 was updated by another transaction", "code": 1}
OUT_OF_MEMORY = {"type": "OutOfMemoryError", "message": "Java heap space", "code": None}
SHADOWED = """<camunda:inputOutput><camunda:inputParameter name="query">${query}</camunda:inputParameter>
</camunda:inputOutput>"""
GATEWAY = """<sequenceFlow id="to-gateway" sourceRef="task" targetRef="gateway"/>
<exclusiveGateway id="gateway" default="no"/>
<sequenceFlow id="yes" sourceRef="gateway" targetRef="done"><conditionExpression
xsi:type="tFormalExpression">${accepted}</conditionExpression></sequenceFlow><endEvent id="done"/>
<sequenceFlow id="no" sourceRef="gateway" targetRef="rejected"/><endEvent id="rejected"/>"""


def test_reports_are_repeated_until_the_engine_answers(start_task, run_robot, proxy) -> None:
    for fault in (answer(502, "<html>Bad Gateway</html>"), reset(), answer(500, BUSY), answer(500, OUT_OF_MEMORY)):
        proxy.fail_once("POST", "/complete", fault)
    task = start_task()
    run = run_robot("    Set Task Variable    a    1", url=proxy.url, task_id=task.id)
    assert task.ends == ["done"]
    assert len(proxy.find_requests("POST", "/complete")) == 5
    assert f"reported to {proxy.url}" in run.stdout


def test_a_completion_whose_reply_was_lost_is_known_from_history(start_task, run_robot, proxy) -> None:
    for fault in (drop_reply(), once_done(answer(504, "<html>Gateway Timeout</html>"))):
        task = start_task()
        proxy.fail_once("POST", f"/{task.id}/complete", fault)
        run = run_robot("    No Operation", url=proxy.url, task_id=task.id)
        assert task.state == "COMPLETED"
        assert f"reported to {proxy.url}" in run.stdout
        assert run.stderr.count("Nothing was reported") == 0


def test_a_failure_whose_reply_was_lost_counts_once(start_task, run_robot, proxy) -> None:
    task = start_task()
    proxy.fail_once("POST", "/failure", drop_reply())
    run_robot("    Fail    x", url=proxy.url, task_id=task.id)
    assert task.retries == 2


def test_a_task_that_vanishes_while_the_robot_runs_is_not_reported(
    start_task, start_robot, await_start, tmp_path
) -> None:
    task = start_task()
    process = start_robot("    Log To Console    started\n    Sleep    1s", task_id=task.id)
    await_start(process)
    task.engine.processes.delete(task.instance)
    _, stderr = process.communicate(timeout=30)
    assert f"Nothing was reported for task '{task.id}': its lock is lost." in stderr
    assert json.loads((tmp_path / "output" / f"{task.id}.outcome.json").read_text())["outcome"] == "completed"


def test_a_suspended_instance_keeps_its_result_on_disk(start_task, start_robot, await_start, tmp_path) -> None:
    task = start_task()
    process = start_robot("    Log To Console    started\n    Sleep    1s", task_id=task.id)
    await_start(process)
    task.engine.processes.suspend(task.instance)
    _, stderr = process.communicate(timeout=30)
    assert f"Nothing was reported for task '{task.id}': its process instance is suspended." in stderr
    assert (tmp_path / "output" / f"{task.id}.outcome.json").exists()


def test_an_engine_that_is_gone_at_the_end_leaves_the_result_on_disk(
    start_task, start_robot, await_start, proxy, tmp_path
) -> None:
    task = start_task()
    lines = "    Log To Console    started\n    Set Task Variable    a    1\n    Sleep    1s"
    process = start_robot(lines, url=proxy.url, task_id=task.id, lock_duration="2s")
    await_start(process)
    proxy.go_down()
    _, stderr = process.communicate(timeout=60)
    assert f"The outcome of task '{task.id}' could not be delivered." in stderr
    assert "connection refused" in stderr.lower()
    kept = json.loads((tmp_path / "output" / f"{task.id}.outcome.json").read_text())
    assert kept["variables"] == {"a": {"type": "String", "value": "1"}}


def test_a_log_that_cannot_be_stored_does_not_block_the_outcome(start_task, run_robot, proxy) -> None:
    proxy.fail("POST", "/complete", limit(50_000))
    proxy.fail("POST", "/localVariables/log/data", answer(500, OUT_OF_MEMORY))
    task = start_task()
    run = run_robot("    No Operation", url=proxy.url, task_id=task.id)
    assert task.ends == ["done"]
    assert "File 'log.html' of the run was not kept with the task: " in run.stderr


def test_a_process_variable_behind_an_input_parameter_is_changed_all_the_same(start_task, run_robot) -> None:
    task = start_task({"query": "old"}, inside=SHADOWED)
    run_robot("    Set Task Variable    query    new", task_id=task.id)
    of_process = [
        each.value.value
        for each in task.engine.history.variables(task.instance, name="query")
        if each.activity_instance_id == task.instance
    ]
    assert of_process == ["new"]


def test_a_condition_behind_the_task_that_fails_is_an_incident_and_the_result_is_kept(start_task, run_robot) -> None:
    task = start_task(around=GATEWAY)
    run = run_robot("    Set Task Variable    accepted    true", task_id=task.id)
    assert task.retries == 0
    assert task.failures[0].error_message.startswith("The engine refused the outcome: Completing external task")
    assert "condition expression returns non-Boolean" in task.failures[0].error_message
    kept = run.folder / f"{task.id}.outcome.json"
    assert json.loads(kept.read_text())["variables"] == {"accepted": {"type": "String", "value": "true"}}
    assert f"The outcome of task '{task.id}' was refused" in run.stderr
    assert str(kept) in run.stderr


def test_files_of_any_size_arrive_byte_by_byte(start_task, run_robot, tmp_path) -> None:
    contents = {"empty": b"", "small": bytes(range(256)), "large": bytes(range(256)) * 4 * 1024 * 30}
    for name, content in contents.items():
        (tmp_path / f"{name} ü.bin").write_bytes(content)
    task = start_task()
    lines = "\n".join(f"    Set Task File    {name}    {tmp_path}/{name} ü.bin" for name in contents)
    run = run_robot(lines, task_id=task.id)
    assert task.ends == ["done"], run.stdout + run.stderr
    for name, content in contents.items():
        (found,) = task.engine.history.variables(task.instance, name=name)
        assert found.value.value == f"{name} ü.bin"
        assert task.engine.history.variable_file(found.id) == content


def test_the_holder_of_the_lock_is_read_from_the_engine_and_keeps_it(start_task, run_robot) -> None:
    task = start_task()
    task.engine.external_tasks.lock(task.id, "the-worker", timedelta(minutes=5))
    run_robot("    Task Should Still Be Locked", task_id=task.id)
    assert task.ends == ["done"]


def test_a_task_of_another_worker_is_refused_before_any_robot_code(start_task, run_robot) -> None:
    task = start_task()
    task.engine.external_tasks.lock(task.id, "the-worker", timedelta(minutes=5))
    run = run_robot("    Log To Console    It ran.", task_id=task.id, worker_id="me")
    assert run.returncode == 1
    assert "It ran." not in run.stdout
    assert "locked by worker 'the-worker'" in run.stdout
    assert task.failures == []


def test_an_expired_lock_that_nobody_took_is_renewed(start_task, run_robot) -> None:
    task = start_task()
    task.engine.external_tasks.lock(task.id, "the-worker", timedelta(milliseconds=300))
    time.sleep(0.5)
    run_robot("    No Operation", task_id=task.id, worker_id="the-worker")
    assert task.ends == ["done"]


def test_a_file_of_the_process_is_given_to_the_robot(start_task, run_robot, tmp_path, engine) -> None:
    from CamundaLibrary.variables import FileValue

    task = start_task()
    names = ["../../x.txt", "C:\\temp\\y.txt", "/etc/passwd", "bild-ü.png", "n" * 200]
    for number, name in enumerate(names):
        value = FileValue(name, content=f"content {number}".encode())
        engine.variables.of_process_instance(task.instance).set({f"file {number}/x": value})
    lines = "\n".join(
        f"    ${{path}}    Get Task File    file {number}/x\n    Set Task Variable    path{number}    ${{path}}"
        for number in range(len(names))
    )
    run_robot(lines, task_id=task.id)
    for number in range(len(names)):
        path = tmp_path / "output" / "task-files"
        given = task.variables[f"path{number}"]
        assert given.startswith(f"{path}/")
        assert (path / given).read_text() == f"content {number}"
        assert (path / given).resolve().is_relative_to(path)


def test_nothing_of_a_file_run_knows_the_engine(start_task, tmp_path) -> None:
    """A run with a task file asks no engine, even where one is configured that does not exist."""
    (tmp_path / "task.json").write_text('{"version": 1, "task": {"topic": "x"}}')
    (tmp_path / "x.robot").write_text("*** Settings ***\nLibrary    CamundaLibrary\n*** Tasks ***\nA\n    Get Task\n")
    settings = {"CAMUNDA_TASK_FILE": "task.json", "CAMUNDA_API_BASE_URL": "http://localhost:9/engine-rest"}
    command = [sys.executable, "-m", "robot", "--listener", "CamundaListener", "x.robot"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, **settings}, check=True)
    assert json.loads((tmp_path / "task.outcome.json").read_text())["outcome"] == "completed"


def test_signals_do_not_stop_a_report_that_is_under_way(start_task, start_robot, proxy) -> None:
    task = start_task()
    go_on = Event()
    proxy.fail_once("POST", "/complete", hold(go_on))
    process = start_robot("    No Operation", url=proxy.url, task_id=task.id)
    while not proxy.find_requests("POST", "/complete"):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    go_on.set()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert task.ends == ["done"]


@pytest.mark.parametrize("status", [401, 403, 302])
def test_an_engine_that_no_longer_lets_us_in_leaves_the_result_on_disk(start_task, run_robot, proxy, status) -> None:
    task = start_task()
    body = "" if status == 302 else {"type": "AuthorizationException", "message": "No.", "code": 0}
    proxy.fail("POST", "/complete", answer(status, body))
    started = time.monotonic()
    run = run_robot("    No Operation", url=proxy.url, task_id=task.id)
    assert time.monotonic() - started < 20
    assert f"The outcome of task '{task.id}' could not be delivered." in run.stderr
    assert (run.folder / f"{task.id}.outcome.json").exists()
