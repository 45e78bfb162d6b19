"""One worker for two engines: the second is the same engine through a proxy, with other topics."""

import threading
import time
from datetime import timedelta

import pytest
from faults import FaultProxy
from scripts_stage import write_scripts
from worker_stage import Instance, RunningWorker, model, wait_until

from CamundaLibrary.settings import Settings
from CamundaLibrary.worker import Worker
from CamundaLibrary.worker.configuration import Configuration, EngineOptions, WorkerOptions

LONG_POLL = timedelta(seconds=10)


@pytest.fixture
def topics(unique, deploy):
    """The topic of each engine."""
    topics = [unique("first"), unique("second")]
    deploy(*map(model, topics))
    return topics


@pytest.fixture
def start_in(engine):
    return lambda topic: Instance(engine, engine.processes.start(topic).id)


@pytest.fixture
def second(engine_url):
    """The way to the second engine."""
    with FaultProxy(engine_url) as second:
        yield second


@pytest.fixture
def start_both(make_worker, topics, proxy, second, tmp_path):
    """Starts a worker for both engines, each task running that script."""
    workers = []

    def start_both(script: str, **options: object) -> RunningWorker:
        engines = [
            EngineOptions(name, Settings(base_url=way.url), (topic,))
            for name, way, topic in zip(("prod", "test"), (proxy, second), topics, strict=True)
        ]
        bundle = write_scripts(tmp_path / "both", dict.fromkeys(topics, script), **options.pop("manifest", {}))
        worker = WorkerOptions(state=tmp_path / "state", grace=timedelta(), **options)
        workers.append(RunningWorker(Worker.of(Configuration((bundle,), tuple(engines), worker))))
        return workers[-1]

    yield start_both
    for worker in workers:
        worker.stop()


def fetches(way):
    return way.find_requests("POST", "/fetchAndLock")


def test_both_engines_get_their_tasks_done_within_the_slots(start_both, start_in, topics, proxy, second, tmp_path):
    instances = [start_in(topic) for topic in topics * 4]
    worker = start_both(f"echo + >> {tmp_path / 'runs'}; sleep 0.1; echo - >> {tmp_path / 'runs'}", slots=2)
    for instance in instances:
        instance.await_end()
    assert worker.stop() == 0
    running = [0]
    for mark in (tmp_path / "runs").read_text().split():
        running.append(running[-1] + (1 if mark == "+" else -1))
    assert max(running) <= 2
    for way, topic in zip((proxy, second), topics, strict=True):
        asked = {each["topicName"] for fetch in fetches(way) for each in fetch.json["topics"]}
        assert asked == {topic}


def test_with_one_slot_two_quiet_engines_take_turns_and_a_task_of_either_starts_soon(
    start_both, start_in, topics, proxy, second, monkeypatch
):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", LONG_POLL)
    start_both("true", slots=1)
    wait_until(lambda: len(fetches(proxy)) >= 2 and len(fetches(second)) >= 2)
    polls = [fetch.json["asyncResponseTimeout"] for way in (proxy, second) for fetch in fetches(way)]
    assert max(polls) <= 1000
    for topic in topics:
        start_in(topic).await_end(5)


def test_with_slots_for_both_quiet_engines_their_polls_are_long(
    start_both, start_in, topics, proxy, second, monkeypatch
):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", timedelta(seconds=3))
    start_both("true", slots=2)
    wait_until(lambda: fetches(proxy) and fetches(second))
    time.sleep(1.5)
    assert (len(fetches(proxy)), len(fetches(second))) == (1, 1)
    assert [fetch.json["asyncResponseTimeout"] > 2000 for fetch in (*fetches(proxy), *fetches(second))] == [True, True]
    for topic in topics:
        start_in(topic).await_end(5)


def test_an_engine_that_is_down_does_not_disturb_the_other(
    start_both, start_in, topics, proxy, second, caplog, monkeypatch
):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", timedelta(seconds=3))
    second.go_down()
    start_both("true", slots=1)
    for _ in range(3):
        start_in(topics[0]).await_end(5)
    wait_until(lambda: "The engine cannot be reached yet: " in caplog.text)
    wait_until(lambda: fetches(proxy)[-1].json["asyncResponseTimeout"] > 2000)  # the slot need not be shared
    second.come_back()
    start_in(topics[1]).await_end(35)


def test_a_resource_is_used_by_one_robot_at_a_time_over_engines_and_workers(start_both, start_in, topics, tmp_path):
    instances = [start_in(topic) for topic in topics * 2]
    script = f"echo + >> {tmp_path / 'runs'}; sleep 0.2; echo - >> {tmp_path / 'runs'}"
    for _ in range(2):
        start_both(script, slots=2, manifest={"resource": "desktop"})
    for instance in instances:
        instance.await_end()
    assert (tmp_path / "runs").read_text().split() == ["+", "-"] * 4


def test_a_batch_ends_when_nothing_waits_in_either_engine(start_both, start_in, topics):
    instances = [start_in(topic) for topic in topics * 2]
    worker = start_both("true", slots=1, once=True)
    assert worker.wait() == 0
    assert all(instance.ends == ["done"] for instance in instances)
    assert not [thread for thread in threading.enumerate() if thread.name == "fetcher"]
