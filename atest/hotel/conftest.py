"""The hotel under names of each test's own: models on the engine, services on free ports, workers."""

import re
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricProcessInstance, HistoricTaskLog, Incident, LockedTask, Subscription
from CamundaLibrary.variables import encode_all

ROBOTS = Path(__file__).parents[2] / "robots"
BUNDLE = ROBOTS / "hotel"
for folder in (ROBOTS / "demo_hotel", BUNDLE):  # the classes of the demo, and the client
    sys.path.insert(0, str(folder))

from hotel_stage import SERVICES, HotelWorker, Services  # noqa: E402 - found there
from reception import await_reservation, create_reservation  # noqa: E402

PROCESSES = ("HotelReservationProcess", "ClientCreationProcess")
TOPIC = re.compile(r'(?<=camunda:topic=")[\w-]+')
COVERAGE = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "COVERAGE_FILE")
GUEST = {
    "first_name": "Ann",
    "last_name": "Ahlgren",
    "email": "ann@example.com",
    "phone": "040 123456",
    "check_in": "2027-05-14",
    "check_out": "2027-05-16",
    "guests": 2,
    "room_type": "double",
}

T = TypeVar("T")


@pytest.fixture
def hotel(engine: Engine, tmp_path: Path) -> Iterator["Hotel"]:
    """The hotel with names that no other test knows, and no worker yet."""
    with Hotel(engine, tmp_path) as hotel:
        yield hotel


class Hotel:
    """Models, bundle, services and workers. `name` is the ending of the ids of processes and of topics."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.services = Services(BUNDLE / "services", folder / "data", dict.fromkeys(SERVICES, 0))
        self.name = f"test-{uuid.uuid4().hex[:12]}"
        self.workers: list[HotelWorker] = []
        self._folder = folder
        self.bundle = copy_bundle(folder / "hotel", self.name)
        self._open = ExitStack()

    def __enter__(self) -> "Hotel":
        deployment = self.deploy()
        self._open.callback(self.engine.deployments.delete, deployment, cascade=True)
        return self

    def __exit__(self, *_: object) -> None:
        with self._open:
            for worker in self.workers:
                worker.ask_to_end()
            for worker in self.workers:
                worker.stop()
            self.services.stop()

    def open(self) -> "Hotel":
        """Starts the services."""
        self.services.start()
        return self

    def deploy(self) -> str:
        """Deploys the models as they are in the bundle now."""
        models = sorted((self.bundle / "processes").glob("*.bpmn"))
        return self.engine.deployments.create(f"hotel {self.name}", models).id

    def key(self, process: str = PROCESSES[0]) -> str:
        return f"{process}-{self.name}"

    def topic(self, topic: str) -> str:
        return f"{topic}-{self.name}"

    def worker(self, *options: str, functions: bool = False, **settings: str) -> HotelWorker:
        """Starts a worker with a state folder of its own, and waits until it fetches."""
        folder = self._folder / f"worker-{len(self.workers) + 1}"
        coverage = {"CAMUNDA_ROBOT_PASS_ENVIRONMENT": " ".join(COVERAGE)}
        pauses = {"CAMUNDA_RETRY_TIMEOUT": "500 ms, 1s"}
        environment = {**self.services.environment, **pauses, **settings}
        worker = HotelWorker(self.engine.url, self.bundle, folder, {**coverage, **environment})
        self.workers.append(worker)
        worker.start(*options, functions=functions)
        worker.await_line("Connected with engine")
        return worker

    def reserve(self, reference: str | None = None, **data: object) -> str:
        """Asks for a reservation; what `data` says differs from Ann's usual one, None leaves it out."""
        values = {name: value for name, value in {**GUEST, **data}.items() if value is not None}
        return create_reservation(values, reference=reference, engine=self.engine, process=self.key())

    def reserve_weekend(self, reference: str, number: int) -> str:
        """Asks for two nights at one of 100 weekends."""
        arrival = date(2028, 1, 7) + timedelta(weeks=number % 100)
        stay = {"check_in": arrival, "check_out": arrival + timedelta(days=2)}
        return self.reserve(reference, email=f"{reference}@example.com", **stay)

    def await_end(self, instance: str, seconds: float = 60) -> dict[str, object]:
        return await_reservation(instance, timeout=timedelta(seconds=seconds), engine=self.engine)

    def path(self, instance: str) -> list[str]:
        """Returns the ids of the activities that an instance went through, in their order, without gateways."""
        found = self.engine.history.activities(instance)
        return [each.activity_id for each in found if "Gateway" not in each.activity_type]

    def called(self, instance: str) -> list[HistoricProcessInstance]:
        return self.engine.history.process_instances(super_process_instance_id=instance)

    def variables(self, instance: str) -> dict[str, object]:
        found = self.engine.history.variables(instance, activity_instance_id=instance)
        return {each.name: each.value.value for each in found}

    def tries(self, instance: str, activity: str) -> list[str]:
        """Returns what happened to the task of an activity: created, failed, succeeded, deleted."""
        return [entry.event for entry in self.task_log(instance) if entry.activity_id == activity]

    def task_log(self, instance: str) -> list[HistoricTaskLog]:
        """Returns what happened to the external tasks of an instance, but not of those it called."""
        return self.engine.history.external_task_log(process_instance_id=instance)

    def await_incident(self, instance: str) -> Incident:
        return wait_for(lambda: next(iter(self.engine.incidents.list(process_instance_id=instance)), None))

    def fetch(self, topic: str, worker: str = "hand", lock: float = 60) -> LockedTask | None:
        """Fetches one task by hand, if one is there."""
        subscription = Subscription(self.topic(topic), timedelta(seconds=lock))
        return next(iter(self.engine.external_tasks.fetch_and_lock(worker, [subscription])), None)

    def do(self, topic: str, **variables: object) -> LockedTask:
        """Does the one task of this topic by hand, with these results."""
        task = self.fetch(topic)
        assert task, f"No task of topic '{topic}' waits."
        self.engine.external_tasks.complete(task.task.id, "hand", encode_all(variables), {})
        return task

    def throw(self, topic: str, code: str, message: str) -> None:
        """Ends the one task of this topic by a BPMN error."""
        task = self.fetch(topic)
        assert task, f"No task of topic '{topic}' waits."
        self.engine.external_tasks.bpmn_error(task.task.id, "hand", code, message, {})


def copy_bundle(folder: Path, name: str) -> Path:
    """Copies the bundle with this ending on all ids of processes and on all topics, and changes nothing else."""
    bundle = shutil.copytree(BUNDLE, folder, ignore=shutil.ignore_patterns("output", "__pycache__"))
    topics: set[str] = set()
    for model in (bundle / "processes").glob("*.bpmn"):
        text = model.read_text("utf-8")
        topics.update(TOPIC.findall(text))
        for process in PROCESSES:
            text = text.replace(f'"{process}"', f'"{process}-{name}"')
        model.write_text(TOPIC.sub(lambda topic: f"{topic[0]}-{name}", text), "utf-8")
    places = {"robot.yaml": ("topic: ", ","), "pyproject.toml": ("topics.", "]"), "functions.py": ('"', '": ')}
    for file, (before, after) in places.items():
        text = (bundle / file).read_text("utf-8")
        for topic in topics:
            text = text.replace(f"{before}{topic}{after}", f"{before}{topic}-{name}{after}")
        (bundle / file).write_text(text, "utf-8")
    return bundle


def wait_for(ask: Callable[[], T | None], seconds: float = 30) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer is not None:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not come within {seconds} seconds")
