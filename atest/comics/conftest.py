"""The two processes of the comic search on the engine, under names of each test's own, and the comic site."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricProcessInstance, HistoricVariable, LockedTask, Subscription, UserTask
from CamundaLibrary.variables import FileValue, TypedValue, encode_all

BUNDLE = Path(__file__).parents[2] / "robots" / "comics"
PROCESSES = BUNDLE / "processes"
PICTURE = BUNDLE / "site" / "pictures" / "after-you.png"
WORKER = "robots-of-the-test"

T = TypeVar("T")


@pytest.fixture
def comics(engine: Engine, unique: Callable[..., str], deploy: Callable[..., str]) -> "ComicSearch":
    """The comic search, deployed with names that no robot and no other test knows."""
    search = ComicSearch(engine, unique("comics"))
    models = [rename(path, search.name) for path in sorted(PROCESSES.glob("*.bpmn"))]
    deploy(*models, PROCESSES / "review.html")
    return search


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the comic site, on a free port."""
    command = [sys.executable, str(BUNDLE / "site"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[-1]
        process.terminate()


def rename(model: Path, name: str) -> str:
    text = model.read_text(encoding="utf-8")
    for process in ("comic-search", "comic-fetch-review"):
        text = text.replace(f'"{process}"', f'"{process}-{name}"')
    for topic in ("Search comics", "Download comic"):
        text = text.replace(f'camunda:topic="{topic}"', f'camunda:topic="{topic} {name}"')
    return text


@dataclass(frozen=True)
class ComicSearch:
    """The processes, and all that robots and people do in them. `name` is the ending of ids and topics."""

    engine: Engine
    name: str

    def start(self, query: str = "robots", business_key: str | None = None, **more: object) -> str:
        variables = encode_all({"query": query, **more})
        return self.engine.processes.start(self.key("comic-search"), business_key=business_key, variables=variables).id

    def key(self, process: str) -> str:
        return f"{process}-{self.name}"

    def fetch(self, topic: str, count: int = 1) -> list[LockedTask]:
        """Fetches exactly so many tasks, as robots would."""
        subscription = Subscription(f"{topic} {self.name}", timedelta(minutes=1))
        tasks: list[LockedTask] = []
        while len(tasks) < count:
            found = self.engine.external_tasks.fetch_and_lock(
                WORKER, [subscription], count - len(tasks), poll=timedelta(seconds=10)
            )
            assert found, f"{len(tasks)} of {count} tasks of topic '{topic}' came within 10 seconds"
            tasks += found
        return tasks

    def find(self, *addresses: str) -> None:
        """Does the search: these comics are there."""
        [task] = self.fetch("Search comics")
        self.found(task, *addresses)

    def found(self, task: LockedTask, *addresses: str) -> None:
        self.engine.external_tasks.complete(task.task.id, WORKER, encode_all({"results": list(addresses)}), {})

    def find_nothing(self, message: str = "No comic matches.") -> None:
        """Does the search: no comic is there."""
        [task] = self.fetch("Search comics")
        self.engine.external_tasks.bpmn_error(task.task.id, WORKER, "not_found", message, {})

    def download(self, count: int) -> None:
        """Does so many downloads, one after the other; each comic bears its address as name."""
        for task in self.fetch("Download comic", count):
            self.engine.external_tasks.complete(task.task.id, WORKER, {}, _comic(task))

    def skip(self, address: str) -> None:
        """Does the download of this address, and finds no picture."""
        for task in self.engine.external_tasks.list(topic=f"Download comic {self.name}"):
            visible = self.engine.variables.visible_from(str(task.execution_id))
            if visible.all()["url"].value == address:
                self.engine.external_tasks.lock(task.id, WORKER, timedelta(minutes=1))
                self.engine.external_tasks.bpmn_error(task.id, WORKER, "no_image", "There is no picture.", {})

    def reviews(self) -> list[UserTask]:
        return self.engine.user_tasks.list(process_definition_key=self.key("comic-fetch-review"))

    def review(self, **decisions: bool) -> None:
        """Decides on the comics of these names, all at the same moment."""
        tasks = {str(task.name).removeprefix("Review: "): task.id for task in self.reviews()}
        with ThreadPoolExecutor(len(decisions)) as people:
            done = [people.submit(self._accept, tasks[name], accepted) for name, accepted in decisions.items()]
        for each in done:
            each.result()

    def _accept(self, task_id: str, accepted: bool) -> None:
        self.engine.user_tasks.complete(task_id, encode_all({"accepted": accepted}))

    def no_results(self, instance: str) -> UserTask:
        """Waits for the user task that asks whether to search again."""
        return wait_for(lambda: next(iter(self.engine.user_tasks.list(process_instance_id=instance)), None))

    def answer(self, instance: str, **variables: object) -> None:
        self.engine.user_tasks.complete(self.no_results(instance).id, encode_all(variables))

    def wait_until_ended(self, instance: str) -> HistoricProcessInstance:
        def ended() -> HistoricProcessInstance | None:
            found = self.engine.history.process_instance(instance)
            return found if found and found.end_time else None

        return wait_for(ended)

    def ends(self, instance: str) -> list[str]:
        """Returns the names of the end events of an instance, but for those of the counting."""
        activities = self.engine.history.activities(instance)
        names = [str(each.name) for each in activities if each.activity_type.lower().endswith("endevent")]
        return [name for name in names if name != "Counted"]

    def called(self, instance: str) -> list[HistoricProcessInstance]:
        """Returns the instances that review one comic each."""
        return self.engine.history.process_instances(super_process_instance_id=instance)

    def reviewed(self, instance: str) -> dict[str, str]:
        """Returns the one end of each comic of a search, by the comic's address."""
        ends = {}
        for called in self.called(instance):
            [end] = self.ends(called.id)
            ends[str(self.variable(called.id, "url"))] = end
        return ends

    def variable(self, instance: str, name: str) -> object:
        """Returns the last value of a variable of the instance itself, from the history."""
        [found] = self.engine.history.variables(instance, name=name, activity_instance_id=instance)
        return found.value.value

    def variables(self, instance: str, activity: str | None = None) -> dict[str, object]:
        """Returns the last values of the variables of an instance, or of those in the scope of one of its tasks."""
        return {name: variable.value.value for name, variable in self.historic(instance, activity).items()}

    def historic(self, instance: str, activity: str | None = None) -> dict[str, HistoricVariable]:
        """Returns the variables of an instance itself, or of the scope of a task that it went through once."""
        scope = instance
        if activity:
            [passage] = self.engine.history.activities(instance, activity_id=activity)
            scope = passage.id
        found = self.engine.history.variables(instance, activity_instance_id=scope)
        assert len(found) == len({each.name for each in found})
        return {each.name: each for each in found}


def _comic(task: LockedTask) -> dict[str, TypedValue]:
    address = str(task.variables["url"].value)
    texts = {"imageUrl": f"{address}.png", "alt": address, "title": f"The joke of {address}."}
    picture = FileValue("after-you.png", content=PICTURE.read_bytes(), mime_type="image/png")
    return {**encode_all(texts), "comic": picture}


def wait_for(ask: Callable[[], T | None], seconds: float = 20) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer is not None:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not come within {seconds} seconds")
