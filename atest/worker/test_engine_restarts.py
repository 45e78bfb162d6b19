"""Engines that are restarted, and databases too, while robots run: on PostgreSQL, which keeps what there was."""

import logging
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from threading import Event

import pytest
import requests
from engine_of_run import FAMILY
from engine_stage import BreakableEngine, PostgreSQL, revived
from faults import Exchange, once_done
from worker_stage import Instance, wait_until

from CamundaLibrary.development_engine import build_engine

ROBOT = """
    ${task}=    Get Task
    ${until}=    Get Task Variable    until    default=${EMPTY}
    Append To File    ${OUT}/runs    ${task.id}\\n
    IF    $until    Wait Until Created    ${OUT}/${until}    timeout=90s
    Set Task Variable    said    ${task.id}
    """


@pytest.fixture(scope="module")
def database() -> Iterator[PostgreSQL]:
    with PostgreSQL() as database:
        yield database


@pytest.fixture(scope="module")
def breakable(database) -> Iterator[BreakableEngine]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPRING_DATASOURCE_HIKARI_CONNECTION_TIMEOUT", "500")  # ms that it waits for the database
        with BreakableEngine(build_engine(print, family=FAMILY), family=FAMILY, database=database.jdbc_url) as engine:
            yield engine


@pytest.fixture(scope="module")
def engine_url(breakable) -> str:
    """Here, all work on that engine."""
    return breakable.url


@pytest.fixture
def runs(tmp_path):
    """The tasks of all runs so far."""
    return lambda: (tmp_path / "runs").read_text().split() if (tmp_path / "runs").exists() else []


@pytest.fixture
def find_waits(caplog):
    """The waits of the fetches, in seconds."""
    caplog.set_level(logging.INFO, "CamundaLibrary")

    def find_waits() -> list[float]:
        said = [
            each.getMessage() for each in caplog.records if each.name == "CamundaLibrary.worker.fetching.engine_state"
        ]
        return [float(found[1]) for line in said if (found := re.search(r"Trying again in (\d+\.\d+) s", line))]

    return find_waits


def is_done_once(instance: Instance, task_id: str) -> bool:
    """Whether everything is there that one run gives."""
    assert sorted(instance.events) == ["created", "succeeded"]
    assert instance.variables["said"] == task_id
    assert instance.variables.keys() - {"until"} == {"said", "log"}
    assert b"Append To File" in instance.file("log")
    return instance.ends == ["done"]


@pytest.fixture
def kill_after(breakable, proxy):
    """Kills the engine when it has carried out the first such call, whose reply nobody gets; returns when it has."""

    def kill_after(call: str) -> Event:
        is_dead = Event()

        def die(exchange: Exchange) -> None:
            breakable.kill()
            exchange.reset()
            is_dead.set()

        proxy.fail_once("POST", call, once_done(die))
        return is_dead

    return kill_after


def test_an_engine_killed_while_robots_run_and_one_reports_comes_back_and_nothing_is_lost_or_repeated(
    proxy, breakable, kill_after, bundle, start, start_worker, tmp_path, runs, find_waits, caplog
):
    instances = [
        start({"until": "now"}),
        start({"until": "away"}),
        start({"until": "back"}),
        *(start() for _ in "1234"),
    ]
    tasks = [instance.task.id for instance in instances]
    is_dead = kill_after("/complete")
    worker = start_worker(bundle(ROBOT, lockDuration="1m"), url=proxy.url, slots=3)
    wait_until(lambda: sorted(runs()) == sorted(tasks[:3]))
    (tmp_path / "now").touch()
    with revived(breakable, is_dead):
        (tmp_path / "away").touch()
        wait_until(lambda: len(find_waits()) >= 3, 60)
    (tmp_path / "back").touch()
    for instance in instances:
        instance.await_end(60)
    assert all(map(is_done_once, instances, tasks))
    assert sorted(runs()) == sorted(tasks)
    assert all(after >= before for before, after in pairwise(find_waits()))
    assert find_waits()[2] >= 1
    assert "The engine answers again." in caplog.text
    assert worker.stop() == 0


def test_an_engine_stopped_for_longer_than_the_locks_last_repeats_no_robot_and_loses_no_result(
    breakable, bundle, start, start_worker, tmp_path, runs, find_waits
):
    instances = [start({"until": "away"}), start({"until": "back"}), *(start() for _ in "1234")]
    tasks = [instance.task.id for instance in instances]
    worker = start_worker(bundle(ROBOT, lockDuration="2s"), slots=2)
    wait_until(lambda: sorted(runs()) == sorted(tasks[:2]))
    breakable.stop()
    begun = time.monotonic()
    with revived(breakable):
        (tmp_path / "away").touch()
        wait_until(lambda: len(find_waits()) >= 3, 60)
    assert time.monotonic() - begun > 2.5
    (tmp_path / "back").touch()
    for instance in instances:
        instance.await_end(60)
    assert all(map(is_done_once, instances, tasks))
    assert sorted(runs()) == sorted(tasks)
    assert worker.stop() == 0


def test_what_an_engine_locked_for_us_just_before_it_was_killed_is_given_back_and_done(
    proxy, breakable, kill_after, bundle, start, start_worker, runs, find_waits, caplog
):
    instance = start()
    task = instance.task.id
    is_dead = kill_after("/fetchAndLock")
    worker = start_worker(bundle(ROBOT, lockDuration="5m"), url=proxy.url)
    with revived(breakable, is_dead):
        wait_until(find_waits)
    instance.await_end(60)
    assert f"Task '{task}' was locked for us by a fetch whose reply was lost: it is given back." in caplog.text
    assert is_done_once(instance, task)
    assert runs() == [task]
    assert worker.stop() == 0


def test_a_database_that_is_restarted_while_robots_run_and_end_costs_nothing(
    database, engine_url, bundle, start, start_worker, tmp_path, runs, find_waits
):
    instances = [start({"until": "away"}), start({"until": "back"}), *(start() for _ in "123")]
    tasks = [instance.task.id for instance in instances]
    worker = start_worker(bundle(ROBOT, lockDuration="1m"), slots=2)
    wait_until(lambda: sorted(runs()) == sorted(tasks[:2]))
    database.stop()
    with revived(database):
        (tmp_path / "away").touch()
        wait_until(lambda: len(find_waits()) >= 2, 60)
    wait_until(lambda: requests.get(f"{engine_url}/process-instance/count").ok)
    (tmp_path / "back").touch()
    for instance in instances:
        instance.await_end(60)
    assert all(map(is_done_once, instances, tasks))
    assert sorted(runs()) == sorted(tasks)
    assert worker.stop() == 0


def test_a_failover_of_the_database_in_the_middle_of_a_report_is_no_refusal_of_the_result(
    proxy, database, bundle, start, start_worker, tmp_path, runs, find_waits, caplog
):
    instance = start({"until": "locked"})
    task = instance.task.id

    def report() -> None:
        (tmp_path / "locked").touch()
        wait_until(lambda: proxy.find_requests("POST", "/complete"))
        time.sleep(0.5)  # for the engine to begin

    worker = start_worker(bundle(ROBOT, lockDuration="1m"), url=proxy.url)
    wait_until(runs)
    database.break_connections_of("act_hi_actinst", until=report)
    wait_until(lambda: re.search(r"(completed|tries left) \(\d", caplog.text))
    instance.await_end()
    assert is_done_once(instance, task)
    assert runs() == [task]
    assert len(proxy.find_requests("POST", "/complete")) >= 2
    assert worker.stop() == 0


def test_a_failure_whose_text_postgresql_cannot_store_is_a_failure_all_the_same(bundle, start, start_worker):
    instance = start()
    start_worker(bundle("Fail    binary ${{chr(0)}}!"))
    failed = instance.await_failure()
    assert failed.error_message == "Do it: binary \N{SYMBOL FOR NULL}!"
    assert "binary \N{SYMBOL FOR NULL}!" in instance.details
    assert instance.task.retries == 2
