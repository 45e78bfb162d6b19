"""The worker: bundles in, an exit code out."""

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from CamundaLibrary.bundles.bundle import Topic, open_bundle, topics_of
from CamundaLibrary.durations import format_duration
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.runners import DEFAULT_RUNNER, RUNNERS, Runner, RunnerSettings
from CamundaLibrary.runners.preparation import prepare
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.engine_sink import make_worker_id
from CamundaLibrary.task.lock_keeper import LockKeeper
from CamundaLibrary.task.reporting import Reporter
from CamundaLibrary.worker.batch import Batch
from CamundaLibrary.worker.configuration import Configuration, EngineOptions, WorkerOptions
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.notices import Notices
from CamundaLibrary.worker.permissions import check_passed, robot_environment_for
from CamundaLibrary.worker.shift import Crew, Event, Shift
from CamundaLibrary.worker.state_folder import StateFolder, claim_state_folder, default_state

_log = logging.getLogger(__name__)


class Worker:
    """Has robots do the tasks of engines: `Worker(connect(), ["robots/comics"], slots=2).run()`."""

    def __init__(
        self,
        engine: Engine | Sequence[Engine],
        bundles: Sequence[Path | str] = (),
        settings: Settings | None = None,
        *,
        configuration: Configuration | None = None,
        **options: Any,
    ) -> None:
        """`options` are those of `WorkerOptions`. A `configuration` says everything instead: then `engine` is the list
        of its engines, in that order.
        """
        self._configuration = configuration or Configuration(
            tuple(Path(bundle) for bundle in bundles),
            (EngineOptions(settings=settings or Settings()),),
            WorkerOptions(**options),
        )
        self._engine = engine[0] if isinstance(engine, Sequence) else engine
        self._worker_id = make_worker_id()
        told = self._configuration.worker
        self._sources = self._configuration.bundles
        self._settings = self._configuration.engines[0].settings
        self._slots = told.slots or count_cores()
        self._grace = told.grace
        self._state = Path(told.state) if told.state else default_state()
        check_passed(told.pass_environment)
        self._environments: dict[str, dict[str, str]] = {}
        self._events: SimpleQueue[Event] = SimpleQueue()

    @classmethod
    def of(cls, configuration: Configuration) -> "Worker":
        """Returns a worker for the engines of the configuration. Nothing is sent yet. Raises SettingsError."""
        engines = [connect(settings=engine.settings) for engine in configuration.engines]
        return cls(engines, configuration=configuration)

    def run(self) -> int:
        """Works until `stop`, and returns the exit code: 1 after a second `stop` or where something broke, else 0.

        Raises BundleError, SettingsError, and NotAuthenticated if the engine never let us in.
        """
        with claim_state_folder(self._state) as state:
            state.prune()
            topics = self._open_bundles(state)
            self._environments = {name: self._environment_of(topic) for name, topic in topics.items()}
            runners = self._choose_runners(topics.values())
            self._announce(topics)
            return self._work(state, topics, runners)

    def prepare(self) -> int:
        """Builds the environments of all bundles; returns the exit code: 1 if one could not be built, else 0.

        Raises BundleError, SettingsError.
        """
        with claim_state_folder(self._state) as state:
            return prepare(self._open_bundles(state).values(), self._runner_settings)

    def stop(self) -> None:
        """Stops in order: robots may finish within the grace time. The second time at once. Safe in signal handlers."""
        self._events.put(Event.STOP)

    def _open_bundles(self, state: StateFolder) -> dict[str, Topic]:
        bundles = [open_bundle(source, state.bundles) for source in self._sources]
        topics = topics_of(bundles, self._configuration.topics)
        for name in sorted(self._configuration.topics.keys() - topics.keys()):
            _log.warning("'%s': no bundle has the topic '%s'.", self._configuration.file, name)
        return topics

    def _environment_of(self, topic: Topic) -> dict[str, str]:
        told = self._configuration
        return robot_environment_for(topic, self._settings, told.permissions, told.worker.pass_environment)

    @property
    def _runner_settings(self) -> RunnerSettings:
        return RunnerSettings(self._state / "environments", self._configuration.worker.wheels)

    def _work(self, state: StateFolder, topics: Mapping[str, Topic], runners: Mapping[str, Runner]) -> int:
        keeper = LockKeeper(self._engine)
        reporter = Reporter(self._engine)
        equipment = Equipment(
            self._engine, self._worker_id, keeper, reporter, state, self._settings, self._environments, Notices()
        )
        told = self._configuration.worker
        batch = Batch(told.once, told.limit, told.idle_exit)
        crew = Crew(self._configuration.engines[0].name, equipment, topics, runners)
        shift = Shift([crew], self._slots, self._grace, self._events, batch=batch, breaker_after=told.breaker_after)
        code = shift.run()
        if code == 0:
            keeper.stop()
        _log.info("Stopped.")
        return code

    def _choose_runners(self, topics: Iterable[Topic]) -> dict[str, Runner]:
        """Returns the runner of each topic, which was tried with the topic's bundle."""
        settings = self._runner_settings
        runners = {name: make(settings) for name, make in RUNNERS.items()}
        chosen: dict[str, Runner] = {}
        checked: set[tuple[Path, str]] = set()
        for topic in topics:
            name = _runner_name(topic)
            chosen[topic.name] = runners[name]
            if (topic.bundle.folder, name) not in checked:
                checked.add((topic.bundle.folder, name))
                runners[name].check(topic.bundle, self._environments[topic.name])
        return chosen

    def _announce(self, topics: Mapping[str, Topic]) -> None:
        _log.info("Worker: %s", self._worker_id)
        _log.info("Engine: %s", self._engine.url)
        _log.info("Slots: %d, lock duration %s", self._slots, format_duration(self._settings.lock_duration))
        for name, topic in topics.items():
            _log.info("Topic: %s (%s)", name, topic.bundle.source)


def count_cores() -> int:
    """Returns how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _runner_name(topic: Topic) -> str:
    asked = topic.options.runner or DEFAULT_RUNNER
    if asked in RUNNERS:
        return asked
    _log.warning(
        "Topic '%s' asks for runner '%s', which is not there yet: '%s' is used.", topic.name, asked, DEFAULT_RUNNER
    )
    return DEFAULT_RUNNER
