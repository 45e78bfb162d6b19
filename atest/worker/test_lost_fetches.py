"""Fetches that the engine carried out although their reply never came: their tasks do not wait for a lock to end."""

from datetime import timedelta

import pytest
from faults import answer, cut, drop_reply, once_done
from worker_stage import wait_until

LONG_POLL = timedelta(seconds=3)


def looks_at(proxy):
    """The queries for tasks that are locked."""
    return [request for request in proxy.requests if request.path.endswith("/external-task")]


@pytest.fixture(autouse=True)
def _long_polls(make_worker, monkeypatch):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", LONG_POLL)


@pytest.mark.parametrize(
    "fault",
    [drop_reply(), cut(), once_done(answer(504, "<html>Gateway Timeout</html>"))],
    ids=["dropped", "cut", "gateway timeout"],
)
def test_a_task_whose_fetch_reply_was_lost_runs_within_seconds(bundle, start, start_worker, proxy, caplog, fault):
    caplog.set_level("INFO", "CamundaLibrary")
    proxy.fail_once("POST", "/fetchAndLock", fault)
    instance = start()
    start_worker(bundle(), url=proxy.url)
    instance.await_end(8)
    assert "was locked for us by a fetch whose reply was lost: it is given back." in caplog.text
    assert sorted(instance.events) == ["created", "succeeded"]


def test_what_a_poll_takes_after_its_connection_broke_is_given_back(bundle, start, start_worker, proxy, caplog):
    caplog.set_level("INFO", "CamundaLibrary")
    start_worker(bundle(), url=proxy.url)
    wait_until(lambda: proxy.find_requests("POST", "/fetchAndLock"))
    proxy.go_down()
    instance = start().await_lock()
    proxy.come_back()
    instance.await_end(12)
    assert "was locked for us by a fetch whose reply was lost: it is given back." in caplog.text


def test_what_runs_and_what_rests_is_not_given_back(bundle, start, start_worker, proxy, tmp_path):
    robot = """
        ${task}=    Get Task
        Append To File    ${OUT}/runs    x
        IF    ${task.retries} is ${None}    Report Failure    no    retry_timeout=1m
        """
    resting = start()
    start_worker(bundle(robot), url=proxy.url)
    resting.await_failure()
    proxy.fail_once("POST", "/fetchAndLock", answer(504, "<html>Gateway Timeout</html>"))
    wait_until(lambda: len(looks_at(proxy)) >= 2, 10)
    assert not proxy.find_requests("POST", "/unlock")
    assert resting.is_locked
    assert (tmp_path / "runs").read_text() == "x"


def test_nothing_is_asked_while_no_reply_was_lost(bundle, start, start_worker, proxy):
    instance = start()
    start_worker(bundle(), url=proxy.url)
    instance.await_end()
    wait_until(lambda: len(proxy.find_requests("POST", "/fetchAndLock")) >= 3)
    assert not looks_at(proxy)


def test_a_worker_that_stops_gives_back_what_a_lost_fetch_took(bundle, start, start_worker, proxy):
    proxy.fail("POST", "/fetchAndLock", drop_reply())
    instance = start()
    worker = start_worker(bundle(), url=proxy.url)
    instance.await_lock()
    assert worker.stop() == 0
    assert not instance.is_locked
    assert instance.events == ["created"]
