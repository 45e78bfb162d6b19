"""Keywords on what was, used from a suite."""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves it out
sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))

from small_decisions import write_decision
from small_models import END, START, external, flow, process, write_model
from suites import run_suite

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import Subscription
from CamundaLibrary.variables import FileValue, encode_all

WORKER = "worker of this test"
MODEL = process(
    START
    + external("work")
    + '<businessRuleTask id="decide" camunda:decisionRef="{key}-discount" camunda:resultVariable="discounts"/>'
    + '<userTask id="review"/>'
    + END
    + flow("start", "work", "decide", "review", "end")
)
"""Its variable `discounts` is a Java object."""


def lock(engine: Engine, key: str, instance: str) -> ExternalTask:
    found = engine.external_tasks.fetch_and_lock(WORKER, [Subscription(key, timedelta(minutes=1))], 10)
    return next(each.task for each in found if each.task.process_instance_id == instance)


@pytest.fixture
def played(engine: Engine, deploy: Callable[..., str], unique: Callable[[str], str]) -> dict[str, str]:
    """One instance that is done after trouble, with files and variables everywhere, and one in trouble."""
    key = unique("history")
    deploy(write_model(key, MODEL), write_decision(f"{key}-discount"))
    done = engine.processes.start(key, business_key="A", variables=encode_all({"amount": 5000, "status": "new"})).id
    own = engine.variables.of_process_instance(done)
    own.upload("log", FileValue("run.html", content=b"of the run"))
    own.set({"../a:b": FileValue("x.txt", content=b"strange")})
    task = lock(engine, key, done)
    engine.external_tasks.failure(task.id, WORKER, "No browser", "Line 1", 0, timedelta(), {}, {})
    engine.external_tasks.set_retries(task.id, 1)
    lock(engine, key, done)
    engine.variables.of_execution(task.execution_id).upload("log", FileValue("log.html", content=b"of the task"))
    engine.external_tasks.complete(task.id, WORKER, encode_all({"status": "worked"}), encode_all({"pages": 2}))
    (review,) = engine.user_tasks.list(process_instance_id=done)
    engine.user_tasks.claim(review.id, "kim")
    engine.user_tasks.complete(review.id, encode_all({"status": "reviewed"}))
    stuck = engine.processes.start(key, business_key="B").id
    task = lock(engine, key, stuck)
    engine.external_tasks.failure(task.id, WORKER, "No disk", None, 0, timedelta(), {}, {})
    return {"KEY": key, "DONE": done, "STUCK": stuck, "TASK": review.id}


def test_the_suite_of_the_history_passes(tmp_path: Path, engine: Engine, played: dict[str, str]) -> None:
    run_suite("history.robot", tmp_path, URL=engine.url, **played)
