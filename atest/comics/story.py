"""The comic search as its users meet it: real engine, real worker, real site; people are played by the test."""

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from comics.conftest import BUNDLE, PROCESSES, ComicSearch, rename, wait_for

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricProcessInstance

TOPICS = ("Search comics", "Download comic")
COVERAGE = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "COVERAGE_FILE")


@dataclass
class Story:
    """What was played: process instances by the words that were searched, and the worker, which has ended."""

    comics: ComicSearch
    site: str
    searches: dict[str, str]
    state: Path
    exit_code: int
    said: str

    def find(self, search: str, name: str | None) -> HistoricProcessInstance:
        """Returns the instance that reviewed the comic of this name, None: that of the page without a picture."""
        called = self.comics.called(self.searches[search])
        [found] = [each for each in called if self.comics.variables(each.id).get("name") == name]
        return found

    def instances(self, search: str) -> list[str]:
        """Returns the ids of a search and of all that it called."""
        instance = self.searches[search]
        return [instance, *(each.id for each in self.comics.called(instance))]

    def logs(self, instance: str) -> list[bytes]:
        """Returns the logs in the scopes of an instance's external tasks, oldest first."""
        history = self.comics.engine.history
        tasks = {each.id for each in history.activities(instance, activity_type="serviceTask")}
        logs = history.variables(instance, name="log")
        assert {log.activity_instance_id for log in logs} <= tasks
        assert {(log.value.filename, log.value.mime_type) for log in logs} <= {("log.html", "text/html")}
        return [history.variable_file(log.id) for log in logs]

    def tries(self, instance: str) -> list[str]:
        """Returns how the tries of an instance's robots ended."""
        log = self.comics.engine.history.external_task_log(process_instance_id=instance)
        return [entry.event for entry in log if entry.event != "created"]


@contextmanager
def tell_story(engine: Engine, site: str, folder: Path) -> Iterator[Story]:
    """Plays all searches, and a last one that begins while the worker is being stopped."""
    log = folder / "worker.log"
    with _deploy(engine, folder) as comics:
        worker = _start_worker(engine.url, make_bundle(comics, folder), folder / "state", log)
        try:
            searches = _play(comics, site)
            worker.send_signal(signal.SIGTERM)
            wait_for(lambda: "INFO Stop" in log.read_text("utf-8") or None)
            searches["too late"] = comics.start("too late", site=site)
            worker.wait(60)
        finally:
            worker.kill()
            worker.wait()
        yield Story(comics, site, searches, folder / "state", worker.returncode, log.read_text("utf-8"))


@contextmanager
def _deploy(engine: Engine, folder: Path) -> Iterator[ComicSearch]:
    comics = ComicSearch(engine, f"story-{uuid.uuid4().hex[:12]}")
    models = [folder / path.name for path in PROCESSES.glob("*.bpmn")]
    for model in models:
        model.write_text(rename(PROCESSES / model.name, comics.name), "utf-8")
    deployment = engine.deployments.create("story", [*models, PROCESSES / "review.html"])
    try:
        yield comics
    finally:
        engine.deployments.delete(deployment.id, cascade=True)


def make_bundle(comics: ComicSearch, folder: Path) -> Path:
    """Copies the bundle and gives its tasks the topics of the renamed models, nothing else."""
    bundle = shutil.copytree(BUNDLE, folder / "comics", ignore=shutil.ignore_patterns("output"))
    manifest = yaml.safe_load((bundle / "robot.yaml").read_text("utf-8"))
    for topic in TOPICS:
        manifest["tasks"][topic]["camunda"]["topic"] = f"{topic} {comics.name}"
    (bundle / "robot.yaml").write_text(yaml.safe_dump(manifest), "utf-8")
    return bundle


def _start_worker(engine_url: str, bundle: Path, state: Path, log: Path) -> "subprocess.Popen[bytes]":
    command = [str(Path(sys.executable).with_name("camunda-robot")), "worker", str(bundle)]
    options = {"CAMUNDA_ROBOT_STATE": str(state), "CAMUNDA_ROBOT_SLOTS": "2"}
    coverage = {"CAMUNDA_ROBOT_PASS_ENVIRONMENT": " ".join(COVERAGE)}
    environment = {**os.environ, "CAMUNDA_API_BASE_URL": engine_url, **options, **coverage}
    with log.open("wb") as output:
        return subprocess.Popen(command, env=environment, stderr=output)


def _play(comics: ComicSearch, site: str) -> dict[str, str]:
    """Starts all searches at once and does what people do in them."""
    words = ("robots", "unicorns", "dragons", "gateway")
    searches = {word: comics.start(word, business_key=f"A-{word}", site=site) for word in words}
    searches["site down"] = comics.start("robots", site="http://localhost:1")
    comics.answer(searches["unicorns"], retry=True, query="coffee")
    comics.answer(searches["dragons"], retry=False, query="dragons")
    _review(comics, {"Exclusive gateway": False})
    comics.answer(searches["gateway"], retry=False, query="gateway")
    _review(comics, {"After you": True, "Night shift": True, "Third time": False, "Lock expired": False})
    _review(comics, {"Coffee break": True})
    for word in words:
        comics.wait_until_ended(searches[word])
    [broken] = comics.engine.external_tasks.list(process_instance_id=searches["site down"])
    wait_for(lambda: comics.engine.external_tasks.get(broken.id).retries)
    return searches


def _review(comics: ComicSearch, decisions: dict[str, bool]) -> None:
    """Waits for the reviews of these comics and decides on them."""
    wanted = {f"Review: {name}" for name in decisions}
    wait_for(lambda: wanted <= {task.name for task in comics.reviews()} or None, seconds=60)
    comics.review(**decisions)
