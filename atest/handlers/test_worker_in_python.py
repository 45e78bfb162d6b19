"""The worker as a class of a Python program, on the real engine: functions do tasks in the program's own process."""

import ast
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from worker_stage import Instance, model, wait_until

from CamundaLibrary import GiveBackTask, ReportFailure, ThrowBpmnError, Worker, current_task
from CamundaLibrary.variables import FileValue, encode_all
from CamundaLibrary.worker.fetching import fetcher

SECOND = timedelta(seconds=1)


@pytest.fixture
def make_worker(engine_url, tmp_path, monkeypatch):
    monkeypatch.setattr(fetcher, "POLL", timedelta(seconds=0.2))
    return lambda *arguments, **options: Worker(
        *(arguments or (engine_url,)), **{"slots": 2, "state": tmp_path / "state", "grace": timedelta(), **options}
    )


@pytest.fixture
def run_in_background():
    """Has a worker run in a thread; `codes` fills with exit codes. All are stopped after the test."""
    running = []
    codes = []

    def run(worker, **options):
        thread = threading.Thread(target=lambda: codes.append(worker.run(**options)))
        thread.start()
        running.append((worker, thread))
        return thread

    run.codes = codes
    yield run
    for worker, thread in running:
        while thread.is_alive():
            worker.stop()
            thread.join(5)


def test_functions_get_and_give_variables_and_files(make_worker, topic, start, engine, runs_left):
    worker = make_worker(engine)  # an engine that the program has already

    @worker.topic(topic, variables=["number", "photo"])
    def add(task):
        path = task.file("photo")
        path.with_name("answer.bin").write_bytes(path.read_bytes() + b"!")
        task.set_file("answer", path.with_name("answer.bin"))
        return {"sum": task.variable("number") + 1, "key": current_task().business_key, "seen": sorted(task.variables)}

    variables = encode_all({"number": 2**40, "hidden": 1})
    photo = FileValue("../köln.png", content=b"\x00\xff")
    instance = Instance(
        engine, engine.processes.start(topic, business_key="A-17", variables={**variables, "photo": photo}).id
    )
    assert worker.run(once=True) == 0
    assert instance.ends == ["done"]
    assert (instance.variables["sum"], instance.variables["key"]) == (2**40 + 1, "A-17")
    assert instance.variables["seen"] == ["answer", "number", "photo"]
    assert instance.file("answer") == b"\x00\xff!"
    assert runs_left() == []


def test_what_functions_raise_becomes_the_outcome(make_worker, topic, start, engine):
    worker = make_worker()

    @worker.topic(topic, retries=5, retry_timeout=timedelta(hours=1))
    def decide(task):
        if task.variable("way") == "bpmn":
            raise ThrowBpmnError("not_found", "No room.", page=3)
        if task.variable("way") == "failure":
            raise ReportFailure("No network.", retries=0)
        if task.variable("way") == "back":
            raise GiveBackTask(timedelta(hours=1))
        raise ValueError("boom")

    thrown, failed, given_back, broken = (start(way=way) for way in ("bpmn", "failure", "back", "error"))
    assert worker.run(once=True) == 0
    assert (thrown.ends, thrown.variables["page"]) == (["ended-by-error"], 3)
    assert [each.error_message for each in failed.log if each.event == "failed"] == ["No network."]
    assert failed.task.retries == 0
    assert given_back.events == ["created"]
    assert given_back.is_locked
    assert (broken.task.retries, broken.await_failure().error_message) == (4, "ValueError: boom")
    assert f'File "{__file__}"' in broken.details
    assert "robot" not in broken.details


def test_a_failed_task_is_tried_again_after_its_pause(make_worker, topic, start, run_in_background):
    worker = make_worker()
    calls = []

    @worker.topic(topic, retries=3, retry_timeout=["0.5s", "1h"])
    def fail_once(task):
        calls.append(time.monotonic())
        if len(calls) == 1:
            raise OSError("away")

    instance = start()
    run_in_background(worker)
    instance.await_end()
    assert instance.events == ["created", "failed", "succeeded"]
    assert calls[1] - calls[0] > 0.4


def test_the_lock_of_a_long_call_is_kept(make_worker, topic, start, run_in_background):
    worker = make_worker()
    calls = []

    @worker.topic(topic, lock_duration=SECOND)
    def work(task):
        calls.append(task.id)
        time.sleep(4)
        task.check_lock()

    instance = start()
    run_in_background(worker)
    instance.await_end()
    assert len(calls) == 1
    assert instance.events == ["created", "succeeded"]


def test_as_many_calls_at_once_as_there_are_slots(make_worker, topic, start):
    worker = make_worker(slots=3)
    at_once, most = [], []

    @worker.topic(topic)
    def work(task):
        at_once.append(task.id)
        most.append(len(at_once))
        time.sleep(0.5)
        at_once.remove(task.id)
        return {"mine": current_task().id == task.id}

    instances = [start() for _ in range(7)]
    assert worker.run(once=True) == 0
    assert max(most) == 3
    assert all(instance.variables["mine"] for instance in instances)


def test_a_call_may_end_within_the_grace_time(make_worker, topic, start, run_in_background):
    worker = make_worker(grace=timedelta(seconds=20), slots=1)
    begun = threading.Event()

    @worker.topic(topic)
    def work(task):
        begun.set()
        time.sleep(1)
        return {"done": True}

    instance = start()
    thread = run_in_background(worker)
    assert begun.wait(20)
    worker.stop()
    thread.join(20)
    assert run_in_background.codes == [0]
    assert instance.variables["done"] is True


def test_after_the_grace_time_a_call_is_interrupted_and_its_task_is_free_with_all_tries(
    make_worker, topic, start, run_in_background, engine
):
    worker = make_worker(slots=1)
    begun, tidied = threading.Event(), threading.Event()

    @worker.topic(topic)
    def work(task):
        begun.set()
        try:
            while True:
                time.sleep(0.05)
        finally:
            tidied.set()

    instance = start()
    thread = run_in_background(worker)
    assert begun.wait(20)
    worker.stop()
    thread.join(20)
    assert run_in_background.codes == [0]
    assert tidied.is_set()
    assert instance.await_failure().error_message == "The worker was stopped before the robot ended."
    assert instance.task.retries == 3
    assert not instance.is_locked


def test_a_call_over_its_time_limit_has_failed(make_worker, topic, start):
    worker = make_worker()

    @worker.topic(topic, timeout=SECOND, retries=1)
    def work(task):
        while True:
            time.sleep(0.05)

    instance = start()
    assert worker.run(limit=1) == 0
    assert instance.await_failure().error_message == "The robot was stopped after its time limit of 1 second."


def test_a_call_whose_lock_is_lost_is_interrupted_and_nothing_is_reported(
    make_worker, topic, start, run_in_background, engine
):
    worker = make_worker(slots=1)
    begun, interrupted = threading.Event(), threading.Event()

    @worker.topic(topic, lock_duration=timedelta(seconds=2))
    def work(task):
        begun.set()
        try:
            while True:
                time.sleep(0.05)
        except SystemExit:
            interrupted.set()
            raise

    instance = start()
    run_in_background(worker)
    assert begun.wait(20)
    engine.processes.delete(instance.id)
    assert interrupted.wait(10)
    wait_until(lambda: "deleted" in instance.events)
    assert "failed" not in instance.events


def test_functions_and_robots_work_side_by_side(
    make_worker, engine_url, topic, start, unique, deploy, engine, tmp_path
):
    other = unique("robot")
    deploy(model(other))
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "robot.yaml").write_text(f"tasks: {{{other}: {{robotTaskName: Do it}}}}\nartifactsDir: output\n")
    (folder / "tasks.robot").write_text(
        "*** Settings ***\nLibrary    CamundaLibrary\n\n*** Tasks ***\nDo it\n    Set Task Variable    by    robot\n"
    )
    worker = make_worker(engine_url, [folder])
    worker.topic(topic)(lambda task: {"by": "function"})
    one, two = start(), Instance(engine, engine.processes.start(other).id)
    assert worker.run(once=True) == 0
    assert (one.variables["by"], two.variables["by"]) == ("function", "robot")


PROGRAM = """
    import logging, sys, time
    from datetime import timedelta
    from CamundaLibrary import Worker
    from CamundaLibrary.worker import shift

    logging.basicConfig(level=logging.{level})
    shift._GONE, shift._LAST_REPORTS = 1, timedelta(seconds=1)
    worker = Worker({url!r}, slots=1, state={state!r}, grace=timedelta(seconds={grace}))

    @worker.topic({topic!r}, lock_duration="2s")
    def work(task):
        with open({runs!r}, "a") as file:
            file.write("x")
        time.sleep({seconds})
        return {{"done": True}}

    sys.exit(worker.run())
"""


@pytest.fixture
def start_program(engine_url, topic, tmp_path):
    processes = []

    def start_program(seconds, grace=20, level="CRITICAL", environment=None):
        names = {"url": engine_url, "state": str(tmp_path / "state"), "topic": topic, "runs": str(tmp_path / "runs")}
        code = textwrap.dedent(PROGRAM).format(**names, seconds=seconds, grace=grace, level=level)
        command = [sys.executable, "-c", code]
        processes.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment))
        return processes[-1]

    yield start_program
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_stops_a_program_in_order(start_program, start, tmp_path, number):
    instance = start()
    program = start_program(1)
    wait_until((tmp_path / "runs").exists)
    program.send_signal(number)
    _, said = program.communicate(timeout=30)
    assert (program.returncode, said) == (0, "")
    assert instance.variables["done"] is True


def test_a_call_that_cannot_be_interrupted_is_left_behind_with_its_lock(start_program, start, tmp_path):
    """Not traced: Python 3.11 does nothing else then while an exception is about to be raised in a thread."""
    instance = start()
    untraced = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    program = start_program(60, grace=0, level="WARNING", environment=untraced)
    wait_until((tmp_path / "runs").exists)
    program.terminate()
    _, said = program.communicate(timeout=30)
    assert program.returncode == 1
    assert "'__main__:work' was told to end, and does not: its slot and its lock are kept until it does." in said
    assert f"Task '{instance.task.id}' was not reported: it stays locked until its lock ends." in said
    assert instance.events == ["created"]


def test_the_task_of_a_program_that_was_killed_is_done_by_the_next_one_with_all_its_tries(
    start_program, start, tmp_path
):
    instance = start()
    program = start_program(60)
    wait_until((tmp_path / "runs").exists)
    time.sleep(0.5)
    program.kill()
    program.wait(10)
    start_program(0)
    instance.await_end(30)
    assert (tmp_path / "runs").read_text() == "xx"
    messages = [each.error_message for each in instance.log if each.event == "failed"]
    assert messages == ["The worker died before the robot ended."]
    assert instance.variables["done"] is True


def test_the_worker_of_the_page_on_python_does_the_tasks_of_the_page(unique, deploy, engine_url, tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")
    rooms, book = (each for each in re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S) if "localhost" in each)
    key = unique("check-room")
    deploy(model(key))
    for name, code in (("rooms.py", rooms), ("book.py", book)):
        replaced = code.replace("http://localhost:8080/engine-rest", engine_url)
        (tmp_path / name).write_text(
            replaced.replace('"check-room"', repr(key)).replace('"booking"', repr(key)), "utf-8"
        )
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    worker = subprocess.Popen(
        [sys.executable, "rooms.py"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        told = subprocess.run([sys.executable, "book.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert (told.returncode, told.stderr) == (0, "")
        assert ast.literal_eval(told.stdout) == {"room": "single", "available": True}
    finally:
        worker.terminate()
        _, said = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert ": completed (" in said
