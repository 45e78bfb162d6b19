"""What a worker takes, and how it bears trouble with the engine."""

import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Event

import pytest
from faults import answer, cut, drop_reply, hold, reset
from scripts_stage import write_scripts
from worker_stage import Instance, model, wait_until

from CamundaLibrary.errors import NotAuthenticated

CONFLICT = answer(
    500,
    {"type": "OptimisticLockingException", "message": "ENGINE-03005 Execution of 'UPDATE ExecutionEntity'", "code": 1},
)


def test_no_more_tasks_are_taken_than_there_are_slots(bundle, start, start_worker, engine, topic):
    instances = [start() for _ in range(7)]
    worker = start_worker(bundle("Sleep    300ms"), slots=2)
    locked = []
    while not all(instance.ends for instance in instances):
        locked.append(engine.external_tasks.count(topic=topic, locked=True))
        time.sleep(0.02)
    assert 1 <= max(locked) <= 4  # two that run, and two that ended together and are being reported
    assert worker.stop() == 0


def test_nothing_is_fetched_while_no_slot_is_free(bundle, start, start_worker, proxy):
    instances = [start(), start()]
    start_worker(bundle("Sleep    1s"), url=proxy.url)
    instances[0].await_lock()
    time.sleep(0.7)
    fetches = proxy.find_requests("POST", "/fetchAndLock")
    assert len(fetches) == 1
    assert fetches[0].json["maxTasks"] == 1
    assert not instances[1].is_locked
    for instance in instances:
        instance.await_end()


def test_of_a_topic_with_a_limit_no_more_run_at_once(bundle, start, start_worker, tmp_path):
    robot = """
        Append To File    ${OUT}/runs    +
        Sleep    200ms
        Append To File    ${OUT}/runs    -
        """
    instances = [start() for _ in range(3)]
    start_worker(bundle(robot, maxTasks="1"), slots=3)
    for instance in instances:
        instance.await_end()
    assert (tmp_path / "runs").read_text() == "+-+-+-"


def test_only_the_named_variables_are_fetched(bundle, start, start_worker):
    instance = start({"query": "x", "other": "y"})
    start_worker(
        bundle("${all}=    Get Task Variables\nSet Task Variable    seen    ${{list($all)}}", variables="[query]")
    )
    instance.await_end()
    assert instance.variables["seen"] == ["query"]


def test_two_workers_share_a_queue_and_every_task_is_done_once(bundle, start, start_worker, tmp_path):
    folder = bundle("${task}=    Get Task\nAppend To File    ${OUT}/runs    ${task.id}\\n")
    with ThreadPoolExecutor(4) as pool:
        instances = list(pool.map(lambda _: start(), range(8)))
    ids = {instance.task.id for instance in instances}
    workers = [start_worker(folder), start_worker(folder)]
    for instance in instances:
        instance.await_end()
    runs = (tmp_path / "runs").read_text().split()
    assert sorted(runs) == sorted(ids)
    assert all(sorted(instance.events) == ["created", "succeeded"] for instance in instances)
    assert len({instance.log[-1].worker_id for instance in instances}) == 2
    assert [worker.stop() for worker in workers] == [0, 0]


def test_a_task_that_comes_with_the_answer_to_the_last_poll_is_unlocked(
    bundle, start, start_worker, proxy, monkeypatch
):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", timedelta(seconds=5))
    worker = start_worker(bundle(), url=proxy.url)
    wait_until(lambda: proxy.find_requests("POST", "/fetchAndLock"))
    worker.worker.stop()
    instance = start()
    assert worker.wait() == 0
    assert proxy.find_requests("POST", "/unlock")
    assert not instance.is_locked
    assert instance.events == ["created"]


@pytest.mark.parametrize(
    "fault",
    [
        CONFLICT,
        answer(502, "<html>Bad Gateway</html>"),
        answer(503, "<html>Unavailable</html>"),
        cut(),
        reset(),
        answer(200, "<html>Login</html>"),
    ],
    ids=["conflict", "bad gateway", "unavailable", "cut", "reset", "another page"],
)
def test_trouble_while_fetching_is_survived(bundle, start, start_worker, proxy, fault):
    proxy.fail("POST", "/fetchAndLock", fault, times=2)
    start_worker(bundle(), url=proxy.url)
    wait_until(lambda: len(proxy.find_requests("POST", "/fetchAndLock")) >= 3)
    start().await_end()


def test_an_engine_that_is_down_is_waited_for_at_the_start_and_later(
    bundle, start, start_worker, proxy, caplog, engine
):
    caplog.set_level(logging.INFO, "CamundaLibrary")
    proxy.go_down()
    start_worker(bundle(), url=proxy.url)
    wait_until(lambda: "The engine cannot be reached yet: " in caplog.text)
    proxy.come_back()
    start().await_end()
    assert f"Connected with engine {engine.version()} at " in caplog.text
    proxy.go_down()
    wait_until(lambda: "Trying again in " in caplog.text.partition("Connected with engine")[2])
    proxy.come_back()
    wait_until(lambda: "The engine answers again." in caplog.text)
    start().await_end()


def test_a_wrong_password_ends_the_worker_at_the_start(bundle, proxy, make_worker):
    proxy.fail("*", "", answer(401, ""))
    with pytest.raises(NotAuthenticated):
        make_worker(bundle(), url=proxy.url).run()


def test_a_login_that_fails_later_is_waited_for(bundle, start, start_worker, proxy):
    proxy.fail("*", "", answer(401, ""), times=2)
    proxy._rules[0].skip = 2
    start_worker(bundle(), url=proxy.url)
    wait_until(lambda: len(proxy.requests) >= 4)
    start().await_end()


def test_a_report_whose_reply_is_lost_is_not_made_twice(bundle, start, start_worker, proxy):
    proxy.fail_once("POST", "/complete", drop_reply())
    instance = start()
    worker = start_worker(bundle(), url=proxy.url)
    instance.await_end()
    assert worker.stop() == 0
    assert sorted(instance.events) == ["created", "succeeded"]


def test_reports_do_not_keep_the_next_robot_waiting(bundle, start, start_worker, proxy):
    held = Event()
    proxy.fail_once("POST", "/complete", hold(held))
    instances = [start(), start()]
    start_worker(bundle(), url=proxy.url)
    try:
        instances[1].await_end()
        assert not instances[0].ends
    finally:
        held.set()
    assert instances[0].await_end().ends == ["done"]


@pytest.fixture
def start_many(engine, unique, deploy):
    """Starts instances of a process with one task; returns its topic and them."""

    def start_many(count: int) -> tuple[str, list[Instance]]:
        topic = unique("many")
        deploy(model(topic))
        with ThreadPoolExecutor(4) as pool:
            return topic, list(pool.map(lambda _: Instance(engine, engine.processes.start(topic).id), range(count)))

    return start_many


def test_three_workers_do_sixty_tasks_once_each_and_none_takes_more_than_its_slots(
    start_many, start_worker, proxy, tmp_path
):
    topic, instances = start_many(60)
    folder = write_scripts(tmp_path / "many", {topic: f"echo x >> {tmp_path / 'runs'}"})
    workers = [start_worker(folder, url=proxy.url, slots=2) for _ in range(3)]
    wait_until(lambda: all(instance.ends for instance in instances[-3:]), 60)
    for instance in instances:
        instance.await_end()
    assert [worker.stop() for worker in workers] == [0, 0, 0]
    assert (tmp_path / "runs").read_text() == "x\n" * 60
    assert all(sorted(instance.events) == ["created", "succeeded"] for instance in instances)
    assert all(fetch.json["maxTasks"] <= 2 for fetch in proxy.find_requests("POST", "/fetchAndLock"))
    assert len({instance.log[-1].worker_id for instance in instances}) == 3
    assert not proxy.find_requests("POST", "/unlock")


def test_all_topics_are_asked_for_in_one_fetch_with_priority_and_the_oldest_first(
    start_worker, proxy, tmp_path, unique
):
    topics = [unique("topic"), unique("topic")]
    start_worker(write_scripts(tmp_path / "two", dict.fromkeys(topics, "true")), url=proxy.url, slots=3)
    (fetch,) = wait_until(lambda: proxy.find_requests("POST", "/fetchAndLock"))[:1]
    assert [each["topicName"] for each in fetch.json["topics"]] == topics
    assert (fetch.json["maxTasks"], fetch.json["usePriority"]) == (3, True)
    assert fetch.json["sorting"] == [{"sortBy": "createTime", "sortOrder": "asc"}]


def test_only_tasks_that_a_filter_lets_through_are_fetched(start_many, start_worker, engine, tmp_path):
    topic, (instance,) = start_many(1)
    other = Instance(engine, engine.processes.start(topic, business_key="B-1").id)
    start_worker(write_scripts(tmp_path / "some", {topic: "true"}, filter={"businessKey": "B-1"}))
    other.await_end()
    time.sleep(0.5)
    assert not instance.is_locked


@pytest.mark.parametrize("slots", [1, 3])
@pytest.mark.parametrize("way", ["retry", "give back"])
def test_what_this_worker_gave_a_pause_starts_within_a_second_of_its_end_without_further_queries(
    bundle, start, start_worker, proxy, monkeypatch, tmp_path, slots, way
):
    monkeypatch.setattr("CamundaLibrary.worker.fetching.fetcher.POLL", timedelta(seconds=10))
    again = "Report Failure    no    retry_timeout=2s" if way == "retry" else "Give Back Task    after=2s"
    robot = f"""
        Append To File    ${{OUT}}/runs    x
        ${{runs}}=    Get File    ${{OUT}}/runs
        IF    $runs == "x"    {again}
        """
    start_worker(bundle(robot), url=proxy.url, slots=slots)
    wait_until(lambda: proxy.find_requests("POST", "/fetchAndLock"))
    instance = start()
    instance.await_end(15)
    (paused,) = [each for each in proxy.requests if {"retryTimeout", "newDuration"} & find_durations(each, 2000)]
    fetches = [fetch.arrived - paused.arrived for fetch in proxy.find_requests("POST", "/fetchAndLock")]
    assert 2 <= min(pause for pause in fetches if pause > 1.9) <= 3
    assert len(fetches) <= 6


def find_durations(request, milliseconds):
    """Returns the fields of a request that hold that duration."""
    return {key for key, value in request.json.items() if value == milliseconds} if request.body[:1] == b"{" else set()


def test_waits_after_trouble_end_when_another_call_is_answered(bundle, start, start_worker, proxy, caplog, tmp_path):
    robot = "Create File    ${OUT}/running\nSleep    6s"
    start()
    start_worker(bundle(robot, lockDuration="3s"), url=proxy.url, slots=2)
    wait_until((tmp_path / "running").exists)
    proxy.fail("POST", "/fetchAndLock", answer(503, "<html/>"), times=5)
    wait_until(lambda: len(re.findall("Trying again in", caplog.text)) >= 5)
    waits = [float(seconds) for seconds in re.findall(r"Trying again in (\d+\.\d+) s", caplog.text)]
    arrivals = [fetch.arrived for fetch in proxy.find_requests("POST", "/fetchAndLock")][-5:]
    pauses = [after - before for before, after in pairwise(arrivals)]
    assert waits[3] >= 2
    assert any(pause < wait - 0.2 for pause, wait in zip(pauses, waits, strict=False))
