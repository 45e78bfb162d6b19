"""The worker: bundles in, an exit code out."""

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from CamundaLibrary.bundles.bundle import Topic, open_bundle, topics_of
from CamundaLibrary.durations import format_duration
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.runners import RunnerSettings
from CamundaLibrary.runners.preparation import prepare
from CamundaLibrary.secrets.store import SecretStore
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.engine_sink import make_worker_id
from CamundaLibrary.task.lock_keeper import LockKeeper
from CamundaLibrary.task.reporting.reporter import Reporter
from CamundaLibrary.worker.batch import Batch
from CamundaLibrary.worker.configuration import Configuration, EngineOptions, WorkerOptions
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.monitoring.observation import observe
from CamundaLibrary.worker.notices import EnvironmentBuilt, Notices, ReportRepeated
from CamundaLibrary.worker.permissions import check_passed, robot_environment_for
from CamundaLibrary.worker.post import Crew, Event
from CamundaLibrary.worker.run_choice import OwnCode, choose_runs
from CamundaLibrary.worker.runs.hooks import Hooks
from CamundaLibrary.worker.runs.run import MakeRun
from CamundaLibrary.worker.shift import Shift
from CamundaLibrary.worker.state.kept_runs import Retention
from CamundaLibrary.worker.state.state_folder import StateFolder, claim_state_folder, default_state

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
        own_code: OwnCode | None = None,
        events: "SimpleQueue[Event] | None" = None,
        **options: Any,
    ) -> None:
        """`options` are those of `WorkerOptions`. A `configuration` says everything instead: then `engine` is the list
        of its engines, in that order. `own_code` is what this process itself does. A stop may wait in `events` already.
        """
        self._configuration = configuration or Configuration(
            tuple(Path(bundle) for bundle in bundles),
            (EngineOptions(settings=settings or Settings()),),
            WorkerOptions(**options),
        )
        self._engines = tuple(engine) if isinstance(engine, Sequence) else (engine,)
        told = self._configuration.worker
        self._slots = told.slots or count_cores()
        self._state = Path(told.state) if told.state else default_state()
        check_passed(told.pass_environment)
        self._notices = Notices()
        self._own_code = own_code
        self._events = events or SimpleQueue()

    @classmethod
    def of(cls, configuration: Configuration) -> "Worker":
        """Returns a worker for the engines of the configuration. Nothing is sent yet. Raises SettingsError."""
        engines = [connect(settings=engine.settings) for engine in configuration.engines]
        return cls(engines, configuration=configuration)

    def run(self) -> int:
        """Works until `stop`, and returns the exit code: 1 after a second `stop` or where something broke, else 0.

        Raises BundleError, SettingsError, SecretMissing, and NotAuthenticated if the engine never let us in.
        """
        told = self._configuration.worker
        with claim_state_folder(self._state, Retention(told.kept_for, told.kept_size)) as state:
            state.prune()
            topics = self._open_bundles(state)
            with ExitStack() as equipped:
                return self._work(self._crews(state, topics, equipped), equipped)

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
        bundles = [open_bundle(source, state.bundles) for source in self._configuration.bundles]
        own = [self._own_code.bundle] if self._own_code else []
        topics = topics_of([*bundles, *own], self._configuration.topics)
        for name in sorted(self._configuration.topics.keys() - topics.keys()):
            _log.warning("'%s': no bundle has the topic '%s'.", self._configuration.file, name)
        return topics

    @property
    def _runner_settings(self) -> RunnerSettings:
        return RunnerSettings(self._state / "environments", self._configuration.worker.wheels, self._tell_build)

    def _tell_build(self, name: str, seconds: float, problem: str | None) -> None:
        self._notices.tell(EnvironmentBuilt(name, timedelta(seconds=seconds), problem))

    def _environment_of(self, topic: Topic, engine: EngineOptions | None = None) -> dict[str, str]:
        told = self._configuration
        settings = (engine or told.engines[0]).settings
        return robot_environment_for(topic, settings, told.permissions, told.worker.pass_environment)

    def _crews(self, state: StateFolder, topics: Mapping[str, Topic], equipped: ExitStack) -> list[Crew]:
        """Returns what works for each engine. What has to be ended is ended by `equipped`."""
        told = self._configuration
        hooks = Hooks(told.hooks.after_robot, told.hooks.on_incident)
        hooks.check()
        secrets = SecretStore(told.secrets)
        secrets.check(topics.values())
        runs = choose_runs(topics.values(), self._own_code, self._runner_settings, self._environment_of, equipped)
        hooks.subscribe(self._notices)
        equipped.callback(hooks.close)
        return [
            self._crew(options, engine, topics, runs, Shared(state, self._notices, hooks, secrets))
            for options, engine in zip(told.engines, self._engines, strict=True)
        ]

    def _crew(
        self,
        options: EngineOptions,
        engine: Engine,
        topics: Mapping[str, Topic],
        runs: Mapping[str, MakeRun],
        shared: "Shared",
    ) -> Crew:
        chosen = _choose_topics(options, topics)
        environments = {name: self._environment_of(topic, options) for name, topic in chosen.items()}
        reporter = Reporter(engine, repeated=lambda task, why: self._notices.tell(ReportRepeated(task, why)))
        keeper = LockKeeper(engine)
        equipment = Equipment(
            engine,
            make_worker_id(),
            keeper,
            reporter,
            shared.state,
            options.settings,
            environments,
            shared.notices,
            shared.hooks,
            shared.secrets,
        )
        return Crew(options.name, equipment, chosen, runs)

    def _work(self, crews: Sequence[Crew], equipped: ExitStack) -> int:
        told = self._configuration.worker
        observe(crews, self._slots, told, equipped)
        self._announce(crews)
        batch = Batch(told.once, told.limit, told.idle_exit)
        shift = Shift(crews, self._slots, told.grace, self._events, batch=batch, breaker_after=told.breaker_after)
        code = shift.run()
        if code == 0:
            for crew in crews:
                crew.equipment.keeper.stop()
        _log.info("Stopped.")
        return code

    def _announce(self, crews: Sequence[Crew]) -> None:
        for crew in crews:
            equipment = crew.equipment
            _log.info("Worker: %s", equipment.worker_id)
            _log.info("Engine: %s", equipment.engine.url)
            lock = format_duration(equipment.settings.lock_duration)
            _log.info("Slots: %d, lock duration %s", self._slots, lock)
            for name, topic in crew.topics.items():
                _log.info("Topic: %s (%s)", name, topic.bundle.source)


class Shared(NamedTuple):
    """What the crews of all engines share."""

    state: StateFolder
    notices: Notices
    hooks: Hooks
    secrets: SecretStore


def _choose_topics(options: EngineOptions, topics: Mapping[str, Topic]) -> dict[str, Topic]:
    unknown = [name for name in options.topics or () if name not in topics]
    if unknown:
        raise SettingsError(f"Engine '{options.name}' is to be asked for topic '{unknown[0]}', which no bundle has.")
    return {name: topics[name] for name in options.topics or topics}


def count_cores() -> int:
    """Returns how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
