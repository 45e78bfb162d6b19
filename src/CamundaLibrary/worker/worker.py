"""The worker: bundles in, an exit code out."""

import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from CamundaLibrary.bundles.bundle import Bundle, Topic, open_bundle, topics_of
from CamundaLibrary.durations import format_duration
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.runners import DEFAULT_RUNNER, RUNNERS, Runner, RunnerSettings
from CamundaLibrary.settings import Settings, variable_of
from CamundaLibrary.task.engine_sink import make_worker_id
from CamundaLibrary.task.lock_keeper import LockKeeper
from CamundaLibrary.task.reporting import Reporter
from CamundaLibrary.worker.batch import Batch
from CamundaLibrary.worker.configuration import Configuration, EngineOptions, WorkerOptions
from CamundaLibrary.worker.execution import Equipment
from CamundaLibrary.worker.notices import Notices
from CamundaLibrary.worker.shift import Crew, Event, Shift
from CamundaLibrary.worker.state_folder import StateFolder, claim_state_folder, default_state

_log = logging.getLogger(__name__)

_FOR_LISTENER = ("log", "log_variable", "log_scope", "log_max_size", "on_skip")
_NEVER_PASSED = ("CAMUNDA_API_", "CAMUNDA_ROBOT_")


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
        self._environment = _environment(self._settings, told.pass_environment)
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
            topics = topics_of([open_bundle(source, state.bundles) for source in self._sources])
            runners = self._choose_runners(topics.values())
            self._announce(topics)
            return self._work(state, topics, runners)

    def stop(self) -> None:
        """Stops in order: robots may finish within the grace time. The second time at once. Safe in signal handlers."""
        self._events.put(Event.STOP)

    def _work(self, state: StateFolder, topics: Mapping[str, Topic], runners: Mapping[str, Runner]) -> int:
        keeper = LockKeeper(self._engine)
        reporter = Reporter(self._engine)
        equipment = Equipment(
            self._engine, self._worker_id, keeper, reporter, state, self._settings, self._environment, Notices()
        )
        told = self._configuration.worker
        batch = Batch(told.once, told.limit, told.idle_exit)
        crew = Crew(self._configuration.engines[0].name, equipment, topics, runners)
        shift = Shift(
            [crew], self._slots, self._grace, self._events, batch=batch, breaker_after=told.breaker_after
        )
        code = shift.run()
        if code == 0:
            keeper.stop()
        _log.info("Stopped.")
        return code

    def _choose_runners(self, topics: Iterable[Topic]) -> dict[str, Runner]:
        """Returns the runner of each topic, which was tried with the topic's bundle."""
        settings = RunnerSettings(self._state / "environments")
        runners = {name: make(settings) for name, make in RUNNERS.items()}
        chosen: dict[str, Runner] = {}
        checked: set[tuple[Path, str]] = set()
        for topic in topics:
            name = _runner_name(topic)
            chosen[topic.name] = runners[name]
            if (topic.bundle.folder, name) not in checked:
                checked.add((topic.bundle.folder, name))
                runners[name].check(topic.bundle, self._environment)
        return chosen

    def _announce(self, topics: Mapping[str, Topic]) -> None:
        _log.info("Worker: %s", self._worker_id)
        _log.info("Engine: %s", self._engine.url)
        _log.info("Slots: %d, lock duration %s", self._slots, format_duration(self._settings.lock_duration))
        for name, topic in topics.items():
            _log.info("Topic: %s (%s)", name, topic.bundle.source)
        for bundle in _distinct(topic.bundle for topic in topics.values()):
            if bundle.manifest.passed_over:
                keys = ", ".join(bundle.manifest.passed_over)
                _log.warning("'%s': %s has no effect yet, robots use the worker's Python.", bundle.manifest.file, keys)


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


def _environment(settings: Settings, passed: Collection[str]) -> dict[str, str]:
    """What robots get beyond the minimum: the listener's settings, and what the operator passes."""
    for name in passed:
        if name.upper().startswith(_NEVER_PASSED):
            raise SettingsError(f"The variable '{name}' is not passed to robots: it is the worker's own.")
    given = settings.given
    for_listener = {variable_of(name): str(given[name]) for name in _FOR_LISTENER if name in given}
    return {**{name: os.environ[name] for name in passed if name in os.environ}, **for_listener}


def _distinct(bundles: Iterable[Bundle]) -> list[Bundle]:
    return list({bundle.folder: bundle for bundle in bundles}.values())
