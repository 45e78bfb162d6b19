"""`camunda-robot retry`: tasks tried again, and results sent again without a run."""

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from faults import answer
from worker_stage import Instance, wait_until

from CamundaLibrary.cli.group import group
from CamundaLibrary.settings import Settings
from CamundaLibrary.variables import encode_all

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="to-task" sourceRef="start" targetRef="task"/>
    <serviceTask id="task" camunda:type="external" camunda:topic="{key}"/>
    <sequenceFlow id="to-end" sourceRef="task" targetRef="done">
      <conditionExpression xsi:type="tFormalExpression">${{accepted}}</conditionExpression>
    </sequenceFlow><endEvent id="done"/>
  </process>
</definitions>"""
ONCE = "Append To File    ${OUT}/runs    x\nSet Task Variable    found    42"


@pytest.fixture
def topic(unique, deploy) -> str:
    """A process that fails behind its task unless there is a variable `accepted`."""
    key = unique("refusing")
    deploy(MODEL.format(key=key))
    return key


@pytest.fixture
def retry(engine_url: str, tmp_path: Path) -> Callable[..., Result]:
    """Calls the command as users do."""

    def retry(*arguments: str) -> Result:
        environment = {"CAMUNDA_API_BASE_URL": engine_url, "CAMUNDA_ROBOT_STATE": str(tmp_path / "state")}
        return CliRunner().invoke(group, ["retry", *arguments], env=environment)

    return retry


@pytest.fixture
def refused(bundle, start, start_worker, engine) -> Instance:
    """An instance whose robot did its work, for a worker that goes on; the engine refused the result."""
    instance = start()
    start_worker(bundle(ONCE))
    instance.await_failure()
    wait_until(lambda: not engine.external_tasks.list(process_instance_id=instance.id, has_retries_left=True))
    return instance


def accept(engine, instance):
    engine.variables.of_process_instance(instance.id).set(encode_all({"accepted": True}))


def test_a_refused_result_is_sent_again_with_its_log_and_without_a_run(refused, retry, engine, tmp_path):
    task = refused.task
    accept(engine, refused)
    done = retry(task.id, "--report-only")
    assert done.output == f"The result of task '{task.id}' of topic '{task.topic}' was sent: completed.\n"
    assert done.exit_code == 0
    refused.await_end()
    assert refused.ends == ["done"]
    assert refused.variables["found"] == "42"
    assert b"Append To File" in refused.file("log")
    assert (tmp_path / "runs").read_text() == "x"
    assert list((tmp_path / "state/worker-1/runs").iterdir()) == []


def test_a_result_that_is_refused_again_stays(refused, retry, engine, tmp_path):
    task = refused.task
    done = retry(task.id[:18], "--report-only")
    assert done.exit_code == 1
    assert re.search(
        rf"The result of task '{task.id}' was not taken\. The engine refused it again: Completing external task .*"
        r" It stays in '.*/state/worker-1/runs/.*'\.$",
        done.output.strip(),
        re.DOTALL,
    )
    assert refused.task.retries == 0
    accept(engine, refused)
    assert retry(task.id, "--report-only", "--json").exit_code == 0
    refused.await_end()
    assert (tmp_path / "runs").read_text() == "x"


def test_what_was_sent_is_told_as_json(refused, retry, engine):
    task = refused.task
    accept(engine, refused)
    done = retry(task.id, "--report-only", "--json")
    assert json.loads(done.output) == {"id": task.id, "topicName": task.topic, "outcome": "completed"}


def test_a_task_gets_tries_and_is_run_again(refused, retry, engine, tmp_path):
    task = refused.task
    accept(engine, refused)
    done = retry(task.id[:18], "--retries", "2")
    assert done.output == (
        f"Task '{task.id}' of topic '{task.topic}' has 2 tries again: a worker takes it once it is free.\n"
        "The result of its last run is still there, and could be sent without a run: --report-only.\n"
    )
    refused.await_end()
    assert (tmp_path / "runs").read_text() == "xx"
    said = f"Error: There is no result of task '{task.id}' below '{tmp_path / 'state'}' that could be sent again.\n"
    wait_until(lambda: retry(task.id, "--report-only").output == said)  # once the worker has settled its report
    assert retry(task.id, "--report-only").exit_code == 1


def test_tries_are_told_as_json(start, retry, engine):
    task = start().task
    done = retry(task.id, "--json")
    assert json.loads(done.output) == {"id": task.id, "topicName": task.topic, "retries": 1, "hasResult": False}
    assert engine.external_tasks.get(task.id).retries == 1


def test_a_result_whose_task_is_gone(refused, retry, engine, engine_url):
    task = refused.task
    engine.processes.delete(refused.id)
    done = retry(task.id, "--report-only")
    assert done.exit_code == 1
    assert done.output.startswith(
        f"Error: There is no external task '{task.id}' at {engine_url} any more: it was completed, or its process "
        "instance was cancelled. The files of its run are in '"
    )


def test_a_result_whose_task_somebody_else_has(refused, retry, engine):
    task = refused.task
    engine.external_tasks.lock(task.id, "another", timedelta(minutes=1))
    done = retry(task.id, "--report-only")
    assert done.exit_code == 1
    assert done.output == (
        f"Error: Task '{task.id}' is locked by 'another': try again when that worker is done with it.\n"
    )


def test_a_result_whose_instance_is_suspended(refused, retry, engine):
    task = refused.task
    engine.processes.suspend(refused.id)
    done = retry(task.id, "--report-only")
    assert done.exit_code == 1
    assert done.output == (
        f"Error: The process instance of task '{task.id}' is suspended: activate it, then try again.\n"
    )


def test_a_result_whose_files_were_removed(refused, retry, tmp_path):
    task = refused.task
    (run,) = (tmp_path / "state/worker-1/runs").iterdir()
    (run / "task.outcome.json").unlink()
    done = retry(task.id, "--report-only")
    assert done.exit_code == 1
    path = run / "task.outcome.json"
    assert done.output == f"Error: The result of task '{task.id}' cannot be read: There is no file '{path}'.\n"


def test_an_undelivered_result_is_sent_by_hand_and_the_worker_forgets_it(
    bundle, start, start_worker, proxy, retry, engine, tmp_path, caplog
):
    caplog.set_level(logging.INFO, "CamundaLibrary")
    for path in ("/complete", "/extendLock"):
        proxy.fail("POST", path, answer(502, "<html>Bad Gateway</html>"))
    instance = start({"accepted": True})
    folder = bundle(ONCE, lockDuration="1s")
    start_worker(folder, url=proxy.url, settings=Settings(base_url=proxy.url))
    wait_until(lambda: "not reported, the engine did not take it: completed" in caplog.text)
    task = instance.task

    done = retry(task.id, "--report-only")

    assert done.output == f"The result of task '{task.id}' of topic '{task.topic}' was sent: completed.\n"
    instance.await_end()
    assert (tmp_path / "runs").read_text() == "x"
    wait_until(lambda: "its result was sent by hand meanwhile." in caplog.text)


@pytest.mark.parametrize("arguments", ["", "a b", "a --retries 0", "a --report-only --retries 2"])
def test_wrong_usage_is_exit_code_2(retry, arguments):
    assert retry(*arguments.split()).exit_code == 2


def test_a_task_that_there_is_not(retry, engine_url, tmp_path):
    done = retry("no-such-task")
    assert done.output == (
        f"Error: There is no external task 'no-such-task' at {engine_url}, "
        "and none without tries left whose id begins so.\n"
    )
    done = retry("no-such-task", "--report-only")
    assert done.output == (
        f"Error: There is no result of task 'no-such-task' below '{tmp_path / 'state'}' that could be sent again.\n"
    )
    assert done.exit_code == 1


def test_a_beginning_that_is_not_enough(refused, retry, engine, start, start_worker, bundle):
    second = start()
    second.await_failure()
    wait_until(lambda: second.task.retries == 0)
    done = retry("", "--report-only")
    assert done.exit_code == 1
    assert re.fullmatch(r"Error: '' is the beginning of several ids: '.*', '.*'\. Give more of it\.\n", done.output)
