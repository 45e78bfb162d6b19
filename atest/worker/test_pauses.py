"""Topics that are not fetched for a while: they fail again and again, are closed at this hour, or paused by hand."""

import time
from datetime import datetime, timedelta

import pytest
from scripts_stage import write_scripts
from worker_stage import Instance, model, wait_until

from CamundaLibrary.worker.fetching import breaker
from CamundaLibrary.worker.fetching.pauses import pause, resume


@pytest.fixture
def topics(unique, deploy):
    """Two topics with a process each."""
    topics = [unique("first"), unique("second")]
    deploy(*map(model, topics))
    return topics


@pytest.fixture
def start_in(engine):
    """Starts an instance with a task of the topic."""
    return lambda topic: Instance(engine, engine.processes.start(topic).id)


def count_failures(instances):
    return sum("failed" in instance.events for instance in instances)


def test_a_topic_that_fails_again_and_again_pauses_while_another_goes_on_until_a_probe_succeeds(
    topics, start_in, start_worker, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(breaker, "_PAUSES", (2.0, 60.0))
    caplog.set_level("INFO", "CamundaLibrary")
    first, second = topics
    script = f"echo x >> {tmp_path / 'runs'}; sleep 0.2; test ! -e {tmp_path / 'down'}"
    folder = write_scripts(tmp_path / "two", {first: script, second: "true"}, retryTimeout="1m")
    (tmp_path / "down").touch()
    failing = [start_in(first) for _ in range(12)]
    start_worker(folder, slots=2)
    wait_until(lambda: "times in a row: it is paused for" in caplog.text)
    start_in(second).await_end()
    wait_until(lambda: count_failures(failing) == (tmp_path / "runs").read_text().count("x"))
    assert 5 <= count_failures(failing) <= 8  # two run, and two are being reported
    (tmp_path / "down").unlink()
    wait_until(lambda: f"Topic '{first}' works again." in caplog.text)
    for instance in failing:
        if "failed" not in instance.events:
            instance.await_end()


def test_while_a_topic_is_tried_again_it_has_one_task_at_a_time(
    topics, start_in, start_worker, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(breaker, "_PAUSES", (0.5,))
    first, _ = topics
    script = f"echo + >> {tmp_path / 'runs'}; sleep 0.3; echo - >> {tmp_path / 'runs'}; exit 1"
    folder = write_scripts(tmp_path / "one", {first: script}, retryTimeout="1m")
    for _ in range(6):
        start_in(first)
    start_worker(folder, slots=3, breaker_after=1)
    wait_until(lambda: caplog.text.count("in a row: it is paused") >= 3)
    runs = (tmp_path / "runs").read_text().split()
    assert runs[6:10] == ["+", "-"] * 2  # three at first


def test_outside_its_hours_a_topic_is_not_fetched(topics, start_in, start_worker, proxy, tmp_path):
    first, second = topics
    hour = (datetime.now() + timedelta(hours=2)).strftime("%H:%M")
    later = (datetime.now() + timedelta(hours=3)).strftime("%H:%M")
    closed = write_scripts(tmp_path / "closed", {first: "true"}, hours=f"{hour}-{later}")
    waiting = start_in(first)
    start_worker(closed, url=proxy.url)
    wait_until(lambda: proxy.find_requests("GET", "/version"))
    time.sleep(1)
    assert not proxy.find_requests("POST", "/fetchAndLock")
    assert not waiting.is_locked
    start_worker(write_scripts(tmp_path / "open", {second: "true"}, hours="24/7"))
    start_in(second).await_end()


def test_a_topic_can_be_paused_and_resumed_by_hand(topics, start_in, start_worker, tmp_path, caplog):
    first, second = topics
    pause(tmp_path / "state", first)
    waiting = start_in(first)
    worker = start_worker(write_scripts(tmp_path / "two", {first: "true", second: "true"}))
    start_in(second).await_end()
    assert not waiting.is_locked
    assert f"Topic '{first}' is paused by hand." in caplog.text
    resume(tmp_path / "state", first)
    waiting.await_end(5)
    assert worker.stop() == 0


def test_a_pause_by_hand_holds_for_a_poll_that_is_under_way(
    topics, start_in, start_worker, proxy, tmp_path, monkeypatch
):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", timedelta(seconds=5))
    first, _ = topics
    start_worker(write_scripts(tmp_path / "one", {first: f"touch {tmp_path / 'ran'}"}), url=proxy.url)
    wait_until(lambda: proxy.find_requests("POST", "/fetchAndLock"))
    pause(tmp_path / "state", first)
    instance = start_in(first)
    wait_until(lambda: proxy.find_requests("POST", "/unlock"))
    wait_until(lambda: not instance.is_locked)
    assert not (tmp_path / "ran").exists()


def test_a_worker_all_of_whose_topics_are_paused_stops_at_once(topics, start_worker, tmp_path, caplog):
    first, _ = topics
    pause(tmp_path / "state", first)
    worker = start_worker(write_scripts(tmp_path / "one", {first: "true"}))
    wait_until(lambda: "is paused by hand" in caplog.text)
    begun = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - begun < 2
