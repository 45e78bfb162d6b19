"""What functions of a worker achieved is kept without files, and nothing of it is lost or done twice."""

import os
import subprocess
import sys
import textwrap
from contextlib import closing
from datetime import timedelta
from threading import Event

import pytest
from faults import hold, once_done
from worker_stage import wait_until

from CamundaLibrary import Worker
from CamundaLibrary.handlers import run_handler
from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.task.reporting.receipt import Delivery
from CamundaLibrary.variables import FileValue, encode_all
from CamundaLibrary.worker.runs.kept_results import find_results
from CamundaLibrary.worker.state.spool import Spool

PROGRAM = """
    import sys
    from datetime import timedelta
    from pathlib import Path
    from CamundaLibrary import Worker
    from CamundaLibrary.worker.fetching import fetcher

    fetcher.POLL = timedelta(seconds=1)
    here = Path(sys.argv[2])
    worker = Worker(sys.argv[1], slots=1, state=here / "state")

    @worker.topic(sys.argv[3], lock_duration="1h")
    def work(task):
        with open(here / "runs", "a") as file:
            file.write("x")
        (here / "answer.txt").write_text("42")
        task.set_file("answer", here / "answer.txt")
        return {"number": 2**40, "text": "J\\u00fcrgen", "nothing": None}

    sys.exit(worker.run())
"""


@pytest.fixture
def start_program(topic, tmp_path):
    """Starts a program that is a worker, for the engine at a URL."""
    programs = []

    def start_program(url):
        command = [sys.executable, "-c", textwrap.dedent(PROGRAM), url, str(tmp_path), topic]
        programs.append(subprocess.Popen(command, env=os.environ))
        return programs[-1]

    yield start_program
    for program in programs:
        program.kill()
        program.wait(10)


@pytest.fixture
def worker(engine_url, tmp_path):
    return Worker(engine_url, slots=1, state=tmp_path / "state")


def entries(tmp_path):
    with closing(Spool(tmp_path / "state" / "worker-1")) as spool:
        return spool.entries()


@pytest.mark.parametrize("is_done", [False, True], ids=["before the engine had it", "when the engine had it"])
def test_a_function_is_not_called_again_for_a_result_whose_worker_was_killed(
    start_program, start, proxy, tmp_path, runs_left, is_done
):
    held = hold(Event())
    proxy.fail_once("POST", "/complete", once_done(held) if is_done else held)
    instance = start()
    first = start_program(proxy.url)
    wait_until(lambda: instance.ends if is_done else proxy.find_requests("POST", "/complete"))
    first.kill()
    first.wait(10)
    start_program(proxy.url)
    instance.await_end(30)
    wait_until(lambda: entries(tmp_path) == [])
    assert (tmp_path / "runs").read_text() == "x"
    assert sorted(instance.events) == ["created", "succeeded"]
    assert (instance.variables["number"], instance.variables["text"]) == (2**40, "Jürgen")
    assert (instance.variables["nothing"], instance.file("answer")) == (None, b"42")
    assert runs_left() == []


def test_a_function_that_fails_leaves_its_task_to_be_repeated_by_hand(
    worker, topic, engine, tmp_path, runs_left, monkeypatch
):
    def divide(task):
        return {"shares": task.variable("sum") / task.variable("heads")}

    worker.topic(topic, retry_timeout=timedelta(hours=1))(divide)
    photo = FileValue("köln.png", content=b"picture")
    engine.processes.start(topic, variables={**encode_all({"sum": 10, "heads": 0}), "photo": photo})
    assert worker.run(once=True) == 0
    (folder,) = runs_left()
    assert sorted(path.name for path in folder.iterdir()) == ["files", "task.json", "task.outcome.json"]
    monkeypatch.chdir(tmp_path)
    again = run_handler(divide, task_file=str(folder / "task.json"))
    assert isinstance(again, Failed)
    assert again.message == "ZeroDivisionError: division by zero"
    seen = run_handler(lambda task: {"size": task.file("photo").stat().st_size}, task_file=str(folder / "task.json"))
    assert seen.variables["size"].value == 7


def test_a_function_that_completes_leaves_nothing(worker, topic, start, tmp_path, runs_left):
    worker.topic(topic)(lambda task: {"n": 1})
    instance = start()
    assert worker.run(once=True) == 0
    assert instance.ends == ["done"]
    assert runs_left() == []
    assert entries(tmp_path) == []


def test_a_result_that_came_too_late_is_kept_and_can_be_sent_again(worker, topic, start, engine, tmp_path):
    @worker.topic(topic)
    def answer(task):
        engine.external_tasks.unlock(task.id)
        engine.external_tasks.lock(task.id, "somebody-else", timedelta(minutes=1))
        return {"answer": "late"}

    instance = start(question="why")
    assert worker.run(limit=1) == 0
    assert instance.events == ["created"]
    (kept,) = find_results(tmp_path / "state", instance.task.id)
    assert sorted(path.name for path in kept.folder.path.iterdir()) == ["task.json", "task.outcome.json"]
    assert kept.folder.handover.read_task().variables["question"].value == "why"
    assert kept.folder.handover.read_outcome().outcome.variables["answer"].value == "late"
    engine.external_tasks.unlock(instance.task.id)
    assert kept.send(engine, "by hand").delivery is Delivery.ACCEPTED
    assert instance.variables["answer"] == "late"
    assert not kept.folder.exists
