"""Engines whose clock is one hour off, either way: nothing that the worker decides is by its own clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from threading import Event

import pytest
from engine_of_run import FAMILY
from engine_stage import BreakableEngine
from faults import hold, once_done
from worker_stage import wait_until

from CamundaLibrary.development_engine import build_engine

HOUR = timedelta(hours=1)
NOTE_RUN = """
    ${now}=    Evaluate    time.time()    time
    Append To File    ${OUT}/runs    ${now}\\n
    ${runs}=    Get File    ${OUT}/runs
    ${is_first}=    Evaluate    $runs.count(chr(10)) == 1
    """
FAILS_AT_FIRST = f"""{NOTE_RUN}
    IF    ${{is_first}}    Report Failure    no    retries=2    retry_timeout=2s
    """


@pytest.fixture(scope="module", params=[-HOUR, HOUR], ids=["behind", "ahead"])
def off(request) -> timedelta:
    """By how much the engine's clock is off."""
    return request.param


@pytest.fixture(scope="module")
def engine_url(off) -> Iterator[str]:
    """Here, all work on an engine whose clock is off."""
    with BreakableEngine(build_engine(print, family=FAMILY), family=FAMILY, clock=off) as engine:
        yield engine.url


@pytest.fixture
def runs(tmp_path):
    """When each run began."""
    file = tmp_path / "runs"
    return lambda: [float(line) for line in file.read_text().split()] if file.exists() else []


@pytest.fixture
def restart(start_command):
    """Kills a worker, and starts another one on the same files."""

    def restart(worker, *arguments, **options):
        worker.kill()
        worker.wait(10)
        return start_command(*arguments, poll=timedelta(seconds=1), **options)

    return restart


def test_the_clock_of_this_engine_is_off(start, off):
    created = start().task.create_time
    assert abs(created - datetime.now(timezone.utc) - off) < timedelta(minutes=1)


def test_locks_are_kept_tasks_done_once_and_own_retries_on_time(bundle, start, start_worker, off, runs, monkeypatch):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", timedelta(seconds=5))
    folder = bundle(f"{FAILS_AT_FIRST}\nSleep    2500ms\nTask Should Still Be Locked", lockDuration="1s")
    instance = start()
    start_worker(folder, slots=2)
    start_worker(folder, slots=2)
    instance.await_end()
    assert sorted(instance.events) == ["created", "failed", "succeeded"]
    (failed,) = [entry.time - off for entry in instance.log if entry.event == "failed"]
    assert 2 <= runs()[1] - failed.timestamp() <= 4
    assert len(runs()) == 2


def test_a_kept_result_is_not_taken_for_the_failure_of_the_try_before(
    proxy, bundle, start, start_command, restart, runs
):
    proxy.fail_once("POST", "/complete", hold(Event()))
    instance = start()
    folder = bundle(FAILS_AT_FIRST, lockDuration="1h")
    first = start_command(folder, poll=timedelta(seconds=1), CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: proxy.find_requests("POST", "/complete"))
    restart(first, folder, CAMUNDA_API_BASE_URL=proxy.url)
    instance.await_end()
    assert sorted(instance.events) == ["created", "failed", "succeeded"]
    assert len(runs()) == 2


def test_a_report_that_the_engine_had_is_found_in_its_history(proxy, bundle, start, start_command, restart, runs):
    proxy.fail_once("POST", "/complete", once_done(hold(Event())))
    instance = start()
    folder = bundle(NOTE_RUN, lockDuration="1h")
    first = start_command(folder, poll=timedelta(seconds=1), CAMUNDA_API_BASE_URL=proxy.url)
    instance.await_end()
    second = restart(first, folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: proxy.find_requests("POST", "/history/external-task-log"))
    wait_until(lambda: len(proxy.find_requests("POST", "/fetchAndLock")) >= 3)
    second.terminate()
    said = second.stderr.read()
    assert second.wait(30) == 0, said
    assert "lost" not in said
    assert "completed" in said
    assert sorted(instance.events) == ["created", "succeeded"]
    assert len(runs()) == 1
