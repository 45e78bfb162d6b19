"""Workers that end by themselves: when nothing waits, after some tasks, after idleness."""

import time
from datetime import timedelta

import pytest
from faults import drop_reply
from scripts_stage import write_scripts
from worker_stage import Instance

TWO_TASKS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="to-first" sourceRef="start" targetRef="first"/>
    <serviceTask id="first" camunda:type="external" camunda:topic="{key}-1"/>
    <sequenceFlow id="to-second" sourceRef="first" targetRef="second"/>
    <serviceTask id="second" camunda:type="external" camunda:topic="{key}-2"/>
    <sequenceFlow id="to-end" sourceRef="second" targetRef="done"/><endEvent id="done"/>
  </process>
</definitions>"""


@pytest.fixture
def script(tmp_path, topic):
    """A bundle for the topic with that script."""
    return lambda script, **options: write_scripts(tmp_path / "script", {topic: script}, **options)


def test_once_does_all_that_waits_also_what_comes_of_it_and_ends(engine, unique, deploy, make_worker, tmp_path):
    key = unique("chain")
    deploy(TWO_TASKS.format(key=key))
    instances = [Instance(engine, engine.processes.start(key).id) for _ in range(3)]
    folder = write_scripts(tmp_path / "chain", {f"{key}-1": "sleep 0.2", f"{key}-2": "true"})
    assert make_worker(folder, slots=2, once=True).run() == 0
    assert all(instance.ends == ["done"] for instance in instances)


def test_once_with_nothing_to_do_ends_at_once(script, make_worker):
    begun = time.monotonic()
    assert make_worker(script("true"), once=True).run() == 0
    assert time.monotonic() - begun < 2


def test_once_does_not_wait_for_retries_that_are_due_later(script, start, make_worker):
    instance = start()
    assert make_worker(script("exit 1", retryTimeout="1m"), once=True).run() == 0
    assert sorted(instance.events) == ["created", "failed"]
    assert instance.task.retries == 2


def test_once_does_also_what_a_lost_reply_brought(script, start, make_worker, proxy, monkeypatch):
    proxy.fail_once("POST", "/fetchAndLock", drop_reply())
    instance = start()
    assert make_worker(script("true"), url=proxy.url, once=True).run() == 0
    assert instance.ends == ["done"]


def test_a_limit_ends_the_worker_after_so_many_tasks(script, start, make_worker):
    instances = [start() for _ in range(4)]
    assert make_worker(script("true"), slots=2, limit=3).run() == 0
    assert sum(bool(instance.ends) for instance in instances) == 3
    (left,) = [instance for instance in instances if not instance.ends]
    assert not left.is_locked


def test_idleness_ends_the_worker_but_not_a_robot(script, start, make_worker):
    instance = start()
    begun = time.monotonic()
    assert make_worker(script("sleep 1.5"), idle_exit=timedelta(seconds=0.8)).run() == 0
    assert 2.3 <= time.monotonic() - begun < 6
    assert instance.ends == ["done"]


def test_a_batch_can_be_stopped_like_any_worker(script, start, start_worker):
    instance = start()
    worker = start_worker(script("sleep 30"), limit=1)
    instance.await_lock()
    assert worker.stop() == 0
    assert instance.ends == []
