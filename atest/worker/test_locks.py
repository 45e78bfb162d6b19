"""Locks of running tasks: kept, lost, run out."""

import re
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest
from faults import answer, delay, hold, once_done
from worker_stage import is_alive, wait_until

from CamundaLibrary.errors import EngineError

LONG_RUN = """
    ${left}=    Evaluate    subprocess.Popen(['sleep', '60'], start_new_session=True).pid    subprocess
    Create File    ${OUT}/pids    ${{os.getpid()}} ${left}
    Sleep    60s
    """


@pytest.fixture
def pids(tmp_path):
    """The processes of the robot `LONG_RUN`, as soon as it is there."""

    def pids() -> list[int]:
        wait_until(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text())
        return [int(pid) for pid in (tmp_path / "pids").read_text().split()]

    return pids


def test_a_lock_is_kept_while_the_robot_runs_longer(bundle, start, start_worker):
    folder = bundle("Sleep    2s\nTask Should Still Be Locked", lockDuration="1s")
    instance = start()
    first, second = start_worker(folder), start_worker(folder)
    instance.await_end()
    assert sorted(instance.events) == ["created", "succeeded"]
    assert (first.stop(), second.stop()) == (0, 0)


@pytest.mark.parametrize("way", ["instance cancelled", "locked by another"])
def test_a_lost_lock_stops_the_whole_tree_and_nothing_is_reported(
    bundle, start, start_worker, engine, tmp_path, pids, caplog, way
):
    instance = start()
    start_worker(bundle(LONG_RUN, lockDuration="1500ms"))
    running = pids()
    assert all(map(is_alive, running))
    task = instance.task

    if way == "instance cancelled":
        engine.processes.delete(instance.id)
    else:
        engine.external_tasks.unlock(task.id)
        engine.external_tasks.lock(task.id, "another", timedelta(minutes=1))

    wait_until(lambda: not any(map(is_alive, running)), seconds=5)
    wait_until(lambda: "lock lost, nothing was reported" in caplog.text)
    assert "failed" not in instance.events
    assert "succeeded" not in instance.events
    if way == "locked by another":
        assert instance.task.worker_id == "another"
    (kept,) = (tmp_path / "state/worker-1/runs").iterdir()
    assert (kept / "output").is_dir()


def test_a_robot_that_is_stopped_is_told_that_its_lock_is_lost(bundle, start, start_worker, engine, tmp_path):
    folder = bundle(
        """
        Create File    ${OUT}/running
        Sleep    60s
        [Teardown]    Run Keywords
        ...    Run Keyword And Expect Error    *another worker has it, or it is gone*    Task Should Still Be Locked
        ...    AND    Create File    ${OUT}/told
        """,
        lockDuration="1s",
    )
    instance = start()
    start_worker(folder)
    wait_until((tmp_path / "running").exists)
    engine.processes.delete(instance.id)
    wait_until((tmp_path / "told").exists, seconds=5)


def test_a_task_that_is_fetched_again_while_its_robot_runs_is_not_run_twice(
    bundle, start, start_worker, proxy, tmp_path, caplog
):
    folder = bundle("Append To File    ${OUT}/runs    x\nSleep    2s", lockDuration="1s")
    proxy.fail("POST", "/extendLock", answer(502, "<html>Bad Gateway</html>"), times=15)
    instance = start()
    start_worker(folder, url=proxy.url, slots=2)
    instance.await_end()
    assert "was fetched again while its robot runs: its lock had run out." in caplog.text
    assert (tmp_path / "runs").read_text() == "x"
    assert "failed" not in instance.events


def test_a_next_try_that_comes_before_the_reply_to_the_report_is_made(bundle, start, start_worker, proxy, tmp_path):
    folder = bundle(
        """
        ${task}=    Get Task
        Append To File    ${OUT}/runs    ${task.retries},
        IF    ${task.retries} is ${None}    Report Failure    First try.    retry_timeout=0s
        """
    )
    proxy.fail_once("POST", "/failure", once_done(delay(1, answer(204))))
    instance = start()
    start_worker(folder, url=proxy.url)
    instance.await_end()
    assert (tmp_path / "runs").read_text() == "None,2,"
    assert sorted(instance.events) == ["created", "failed", "succeeded"]


def test_a_next_try_is_given_back_when_the_worker_stops_before_it_begins(bundle, start, start_worker, proxy):
    replied = Event()
    proxy.fail_once("POST", "/failure", once_done(hold(replied, answer(204))))
    instance = start()
    worker = start_worker(bundle("Report Failure    First try.    retry_timeout=0s"), url=proxy.url)
    instance.await_failure()
    instance.await_lock()
    time.sleep(0.3)
    worker.worker.stop()
    replied.set()
    assert worker.wait() == 0
    assert not instance.is_locked
    assert sorted(instance.events) == ["created", "failed"]


def test_a_task_that_comes_again_while_it_is_completed_is_not_run_twice(bundle, start, start_worker, proxy, tmp_path):
    folder = bundle("Append To File    ${OUT}/runs    x", lockDuration="1s")
    proxy.fail_once("POST", "/extendLock", delay(2))
    instance = start()
    worker = start_worker(folder, url=proxy.url)
    instance.await_end()
    assert worker.stop() == 0
    assert (tmp_path / "runs").read_text() == "x"
    assert sorted(instance.events) == ["created", "succeeded"]


def test_the_result_for_a_suspended_instance_is_reported_when_it_is_active_again(
    bundle, start, start_worker, engine, tmp_path, caplog
):
    folder = bundle("Append To File    ${OUT}/runs    x\nSleep    1s\nSet Task Variable    a    b", lockDuration="2s")
    instance = start()
    start_worker(folder)
    wait_until((tmp_path / "runs").exists)
    engine.processes.suspend(instance.id)
    wait_until(lambda: "not reported, the process instance is suspended: completed" in caplog.text)
    engine.processes.activate(instance.id)
    instance.await_end()
    assert instance.variables["a"] == "b"
    assert b"Append To File" in instance.file("log")
    assert (tmp_path / "runs").read_text() == "x"


def test_a_task_completed_elsewhere_ends_the_robot(bundle, start, start_worker, engine, pids):
    instance = start()
    start_worker(bundle(LONG_RUN, lockDuration="1s"))
    running = pids()
    task = instance.task
    with suppress(EngineError):
        engine.external_tasks.complete(task.id, task.worker_id, {}, {})
    instance.await_end()
    wait_until(lambda: not any(map(is_alive, running)), seconds=5)
    assert sorted(instance.events) == ["created", "succeeded"]


def test_one_extension_that_hangs_costs_no_lock(bundle, start, start_worker, proxy, caplog, tmp_path):
    held = Event()
    instances = [start() for _ in range(4)]
    folder = bundle("Append To File    ${OUT}/runs    x\nSleep    4s", lockDuration="2100ms")
    proxy.fail_once("POST", "/extendLock", hold(held, at_most=10))
    try:
        start_worker(folder, url=proxy.url, slots=4)
        for instance in instances:
            instance.await_end()
    finally:
        held.set()
    assert (tmp_path / "runs").read_text() == "xxxx"
    assert "no answer from" in caplog.text
    assert "its lock had run out" not in caplog.text
    assert all(sorted(instance.events) == ["created", "succeeded"] for instance in instances)


def test_a_lock_that_ran_out_while_the_instance_was_suspended_is_taken_anew(
    bundle, start, start_worker, engine, tmp_path
):
    robot = "Create File    ${OUT}/running\nSleep    3s\nTask Should Still Be Locked"
    instance = start()
    start_worker(bundle(robot, lockDuration="900ms"))
    wait_until((tmp_path / "running").exists)
    engine.processes.suspend(instance.id)
    time.sleep(1.2)
    engine.processes.activate(instance.id)
    instance.await_end()
    assert sorted(instance.events) == ["created", "succeeded"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_an_engine_whose_clock_is_wrong_changes_nothing(bundle, start, start_worker, proxy, tmp_path, hours):
    proxy.fail("POST", "/fetchAndLock", shift_times(timedelta(hours=hours)))
    robot = """
        Append To File    ${OUT}/runs    x
        ${runs}=    Get File    ${OUT}/runs
        IF    $runs == "x"    Report Failure    no    retry_timeout=1s
        Sleep    2s
        Task Should Still Be Locked
        """
    instance = start()
    start_worker(bundle(robot, lockDuration="1200ms"), url=proxy.url, slots=2)
    instance.await_end()
    assert (tmp_path / "runs").read_text() == "xx"
    assert sorted(instance.events) == ["created", "failed", "succeeded"]


def shift_times(shift):
    """The engine does it, but all times in its reply are by another clock."""

    def moved(match):
        time = datetime.strptime(match[0].decode(), "%Y-%m-%dT%H:%M:%S.%f%z") + shift
        return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}{time:%z}".encode()

    def fault(exchange):
        reply = exchange.forward()
        body, count = re.subn(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}", moved, reply.body)
        assert count >= reply.body.count(b"lockExpirationTime")
        exchange.send(replace(reply, body=body))

    return fault
