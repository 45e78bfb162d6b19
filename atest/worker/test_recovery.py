"""Workers that are killed at any point: every result comes once, nothing runs twice while its lock holds."""

import os
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from faults import answer, hold, once_done, pass_on
from worker_stage import is_alive, wait_until

from CamundaLibrary.errors import LockedByAnother
from CamundaLibrary.variables import FileValue
from CamundaLibrary.worker.state.spool import Spool

LONG = {"lockDuration": "1h"}
OUTCOMES = ("/complete", "/bpmnError", "/failure")
"""Nobody waits for the end of such a lock here: who goes on has given it back, or used it."""
ONCE = """
    ${task}=    Get Task
    Append To File    ${OUT}/runs    ${task.idempotency_key}\\n
    """
SLOW_AT_FIRST = f"""{ONCE}
    ${{is_first}}=    Evaluate    not os.path.exists($OUT + '/first')
    IF    ${{is_first}}
        ${{left}}=    Evaluate    subprocess.Popen(['sleep', '60'], start_new_session=True).pid    subprocess
        Create File    ${{OUT}}/first    ${{{{os.getpid()}}}} ${{left}}
        Sleep    60s
    END
    """


@pytest.fixture
def start_command(start_command) -> Callable[..., "subprocess.Popen[str]"]:
    """Here, polls end soon."""
    return partial(start_command, poll=timedelta(seconds=1))


@pytest.fixture
def runs(tmp_path: Path) -> Callable[[], list[str]]:
    """The idempotency keys of all runs so far."""
    return lambda: (tmp_path / "runs").read_text().split() if (tmp_path / "runs").exists() else []


@pytest.fixture
def entries(tmp_path: Path) -> Callable[[], list[object]]:
    """What is in the spools of all workers."""

    def entries() -> list[object]:
        found = []
        for folder in (tmp_path / "state").glob("worker-*"):
            with closing(Spool(folder)) as spool:
                found += spool.entries()
        return found

    return entries


def kill(worker: "subprocess.Popen[str]") -> None:
    worker.kill()
    worker.wait(10)


def end(worker: "subprocess.Popen[str]") -> str:
    """Stops a worker in order and returns what it said."""
    worker.terminate()
    said = worker.stderr.read()
    assert worker.wait(30) == 0, said
    return said


def is_taken_over(engine, task_id, worker_id):
    """The poll of the dead worker may be faster."""
    engine.external_tasks.unlock(task_id)
    with suppress(LockedByAnother):
        engine.external_tasks.lock(task_id, worker_id, timedelta(hours=1))
        return True
    return False


def until(event, fault):
    """A fault that is none any more after an event."""
    return lambda exchange: (pass_on() if event.is_set() else fault)(exchange)


def list_workers(folder, url):
    """Returns the names under which tasks may still be locked in the engine."""
    with closing(Spool(folder / "state" / "worker-1")) as spool:
        return spool.workers(url)


def fail_reports(proxy, fault, times=1):
    """Holds or breaks what is told of outcomes."""
    for path in OUTCOMES:
        proxy.fail("POST", path, fault, times=times)


def reports(proxy):
    return [request for path in OUTCOMES for request in proxy.find_requests("POST", path)]


def test_killed_when_tasks_were_locked_but_the_reply_is_not_there(bundle, start, start_command, proxy, runs):
    proxy.fail_once("POST", "/fetchAndLock", once_done(hold(Event())))
    instance = start()
    folder = bundle(ONCE, lockDuration="2s")
    first = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    instance.await_lock()
    kill(first)
    start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    instance.await_end()
    assert len(runs()) == 1
    assert sorted(instance.events) == ["created", "succeeded"]


def test_killed_before_the_robot_was_started(bundle, start, start_command, proxy, runs):
    going = Event()
    proxy.fail_once("GET", "/photo/data", hold(going))
    instance = start(photo=FileValue("photo.png", content=b"picture"))
    folder = bundle(ONCE, **LONG)
    first = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: proxy.find_requests("GET", "/photo/data"))
    kill(first)
    going.set()
    second = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    instance.await_end()
    assert "given back, as its worker died before it began." in end(second)
    assert len(runs()) == 1
    assert sorted(instance.events) == ["created", "succeeded"]


@pytest.mark.parametrize("runner", ["process", "fork"])
def test_killed_while_the_robot_runs(bundle, start, start_command, runs, tmp_path, runner):
    instance = start()
    folder = bundle(SLOW_AT_FIRST, runner=runner, **LONG)
    first = start_command(folder)
    wait_until(lambda: (tmp_path / "first").exists() and (tmp_path / "first").read_text())
    pids = [int(pid) for pid in (tmp_path / "first").read_text().split()]
    kill(first)
    second = start_command(folder)
    failed = instance.await_failure()
    assert failed.error_message == "The worker died before the robot ended."
    assert not any(map(is_alive, pids))
    instance.await_end()
    assert [entry.retries for entry in instance.log if entry.event == "succeeded"] == [3]
    assert len(runs()) == 2
    end(second)


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (ONCE, "succeeded"),
        (f"{ONCE}\nThrow BPMN Error    not_found", "deleted"),
        (f"{ONCE}\nFail    Page is gone.", "failed"),
    ],
    ids=["completed", "BPMN error", "failure"],
)
def test_killed_when_the_robot_had_ended_and_nothing_was_reported(
    bundle, start, start_command, proxy, runs, entries, body, event
):
    fail_reports(proxy, hold(Event()))
    instance = start()
    folder = bundle(body, retryTimeout="1h", **LONG)
    first = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: reports(proxy))
    kill(first)
    assert instance.events == ["created"]
    second = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: entries() == [])
    assert len(runs()) == 1
    assert sorted(instance.events) == sorted(["created", event])
    assert b"Append To File" in instance.file("log")
    end(second)


@pytest.mark.parametrize(
    ("body", "path", "event"),
    [
        (ONCE, "/complete", "succeeded"),
        (f"{ONCE}\nThrow BPMN Error    not_found", "/bpmnError", "deleted"),
        (f"{ONCE}\nFail    Page is gone.", "/failure", "failed"),
        (f"{ONCE}\nReport Failure    Again.    retries=3    retry_timeout=1h", "/failure", "failed"),
    ],
    ids=["completed", "BPMN error", "failure", "failure without a try"],
)
def test_killed_when_the_engine_had_the_report_and_nobody_knew(
    bundle, start, start_command, proxy, runs, entries, tmp_path, body, path, event
):
    proxy.fail_once("POST", path, once_done(hold(Event())))
    instance = start()
    folder = bundle(body, retryTimeout="1h", **LONG)
    first = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: event in instance.events)
    kill(first)
    assert len(entries()) == 1
    second = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: entries() == [])
    wait_until(lambda: len(list_workers(tmp_path, proxy.url)) == 1)  # and what the dead one may have fetched was found
    said = end(second)
    assert len(runs()) == 1
    assert sorted(instance.events) == sorted(["created", event])
    assert "lost" not in said
    assert instance.is_locked == (event == "failed")  # until its pause is over


def test_two_killed_workers_leave_their_results_to_the_next_one(bundle, start, start_command, proxy, runs, entries):
    fail_reports(proxy, hold(Event()), times=2)
    instances = [start(), start()]
    folder = bundle(ONCE, **LONG)
    workers = [start_command(folder, "--slots", "1", CAMUNDA_API_BASE_URL=proxy.url) for _ in instances]
    wait_until(lambda: len(reports(proxy)) == 2)
    for worker in workers:
        kill(worker)
    assert len(entries()) == 2
    start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    for instance in instances:
        instance.await_end()
    assert sorted(runs()) == sorted(set(runs()))
    wait_until(lambda: entries() == [])


def test_results_of_a_killed_worker_wait_for_an_engine_that_is_away(bundle, start, start_command, proxy, runs):
    fail_reports(proxy, hold(Event()))
    instance = start()
    folder = bundle(ONCE, **LONG)
    first = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: reports(proxy))
    kill(first)
    proxy.go_down()
    second = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    line = wait_until(lambda: second.stderr.readline())
    while "The engine cannot be reached yet" not in line:
        line = second.stderr.readline()
    proxy.come_back()
    instance.await_end()
    assert len(runs()) == 1
    end(second)


def test_a_lock_that_another_worker_has_by_now_makes_the_result_lost_and_says_so(
    bundle, start, start_command, proxy, engine, runs, entries, unique
):
    fail_reports(proxy, hold(Event()))
    instance = start()
    folder = bundle(ONCE, **LONG)
    first = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: reports(proxy))
    kill(first)
    task, another = instance.task, unique("another")
    wait_until(lambda: is_taken_over(engine, task.id, another))
    second = start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: [entry.phase.value for entry in entries()] == ["lost"])
    said = end(second)
    assert re.search(rf"Task '{task.id}' .*: lock lost, nothing was reported .* Its files are in '.*'\.", said)
    assert instance.task.worker_id == another
    assert len(runs()) == 1


def test_an_undelivered_result_is_reported_after_a_restart_and_not_run_again(
    bundle, start, start_command, proxy, runs, entries
):
    is_back = Event()
    for path in ("/complete", "/extendLock"):
        proxy.fail("POST", path, until(is_back, answer(502, "<html>Bad Gateway</html>")))
    instance = start()
    folder = bundle(ONCE, lockDuration="1s")
    first = start_command(folder, "--slots", "1", CAMUNDA_API_BASE_URL=proxy.url)
    wait_until(lambda: [entry.phase.value for entry in entries()] == ["undelivered"])
    end(first)
    is_back.set()
    start_command(folder, CAMUNDA_API_BASE_URL=proxy.url)
    instance.await_end()
    assert len(runs()) == 1
    assert sorted(instance.events) == ["created", "succeeded"]
    wait_until(lambda: entries() == [])


def test_the_result_for_a_suspended_instance_is_reported_after_a_restart(
    bundle, start, start_command, engine, runs, entries
):
    instance = start()
    folder = bundle(f"{ONCE}\nSleep    1s", lockDuration="2s")
    first = start_command(folder)
    wait_until(runs)
    engine.processes.suspend(instance.id)
    wait_until(lambda: [entry.phase.value for entry in entries()] == ["undelivered"])
    end(first)
    second = start_command(folder)
    time.sleep(0.5)
    engine.processes.activate(instance.id)
    instance.await_end()
    assert len(runs()) == 1
    assert b"Append To File" in instance.file("log")
    end(second)


def test_a_robot_of_a_killed_worker_ends_by_itself(bundle, start, start_command, tmp_path):
    start()
    first = start_command(bundle(SLOW_AT_FIRST, **LONG))
    wait_until(lambda: (tmp_path / "first").exists() and (tmp_path / "first").read_text())
    robot = int((tmp_path / "first").read_text().split()[0])
    kill(first)
    wait_until(lambda: not is_alive(robot), seconds=5)


def test_nothing_of_a_killed_workers_run_is_left(bundle, start, start_command, tmp_path, entries):
    instance = start()
    folder = bundle(SLOW_AT_FIRST, **LONG)
    first = start_command(folder)
    wait_until(lambda: (tmp_path / "first").exists())
    (run,) = (tmp_path / "state/worker-1/runs").iterdir()
    (temporary,) = Path(os.environ.get("TMPDIR", "/tmp")).glob(f"camunda-{run.name[-16:]}")
    kill(first)
    second = start_command(folder)
    instance.await_end()
    end(second)
    assert entries() == []
    assert not temporary.exists()
    assert {path.name for path in (tmp_path / "state/worker-1/runs").iterdir()} == {run.name}
    assert not (run / "robot").exists()
