"""The worker: bundles in, an exit code out."""

import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue

from CamundaLibrary.bundles.bundle import Bundle, Topic, open_bundle, topics_of
from CamundaLibrary.durations import format_duration
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.runners import DEFAULT_RUNNER, RUNNERS, Runner, RunnerSettings
from CamundaLibrary.settings import Settings, variable_of
from CamundaLibrary.task.engine_sink import make_worker_id
from CamundaLibrary.task.lock_keeper import LockKeeper
from CamundaLibrary.task.reporting import Reporter
from CamundaLibrary.worker.execution import Equipment
from CamundaLibrary.worker.notices import Notices
from CamundaLibrary.worker.shift import Event, Shift
from CamundaLibrary.worker.state_folder import StateFolder, claim_state_folder, default_state

_log = logging.getLogger(__name__)

GRACE = timedelta(seconds=30)
_FOR_LISTENER = ("log", "log_variable", "log_scope", "log_max_size", "on_skip")
_NEVER_PASSED = ("CAMUNDA_API_", "CAMUNDA_ROBOT_")


class Worker:
    """Has robots do the tasks of an engine. `slots` None: as many at once as there are cores.

    `state` is the folder that all workers of a user share, None: the usual one. `pass_environment` names variables of
    the worker's environment that robots get, too.
    """

    def __init__(
        self,
        engine: Engine,
        bundles: Sequence[Path | str],
        settings: Settings | None = None,
        *,
        slots: int | None = None,
        grace: timedelta = GRACE,
        state: Path | str | None = None,
        pass_environment: Collection[str] = (),
    ) -> None:
        self._engine = engine
        self._worker_id = make_worker_id()
        self._sources = [Path(bundle) for bundle in bundles]
        self._settings = settings or Settings()
        self._slots = slots or count_cores()
        self._grace = grace
        self._state = Path(state) if state else default_state()
        self._environment = _environment(self._settings, pass_environment)
        self._events: SimpleQueue[Event] = SimpleQueue()

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
        code = Shift(equipment, topics, runners, self._slots, self._grace, self._events).run()
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
            if topic.options.without_effect:
                options = ", ".join(topic.options.without_effect)
                _log.warning("Options of topic '%s' that have no effect yet: %s.", name, options)
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
