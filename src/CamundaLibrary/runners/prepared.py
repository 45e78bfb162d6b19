"""Runners whose robots have environments of their own."""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.bundles.manifest import Manifest
from CamundaLibrary.environments.builders import Builder
from CamundaLibrary.environments.programs import BuildAbandonedError
from CamundaLibrary.environments.specification import Specification, read_specification
from CamundaLibrary.environments.store import Environment, EnvironmentStore
from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.runners.contract import Order, Runner, RunnerSettings, RunningRobot
from CamundaLibrary.runners.environment import machine_environment

_log = logging.getLogger(__name__)


class PreparedRunner:
    """Builds what a bundle asks for, once, and has `robots` start robots with that interpreter.

    Only `start` and `prepare` build: a bundle whose environment cannot be made must not keep a worker from the others.
    """

    def __init__(self, settings: RunnerSettings, builder: Builder, robots: Runner) -> None:
        self._store = EnvironmentStore(settings.environments, machine_environment(), settings.wheels, settings.built)
        self._builder = builder
        self._robots = robots
        self._closing = threading.Event()
        self._specifications: dict[Path, Specification] = {}

    def check(self, bundle: Bundle, environment: Mapping[str, str]) -> None:
        """Warns of what cannot be read, and removes environments that nobody used for long."""
        self._store.prune()
        try:
            self._specification(bundle.manifest)
        except EnvironmentNotBuilt as error:
            _log.warning("Tasks of bundle '%s' will fail. %s", bundle.source, error)

    def prepare(self, bundle: Bundle) -> None:
        """Builds the environment now. Raises EnvironmentNotBuilt."""
        self._environment(bundle.manifest, bundle.title)

    def start(self, order: Order) -> RunningRobot:
        """Starts a robot, once its environment is there. Raises EnvironmentNotBuilt."""
        environment = self._environment(order.manifest, order.root.name, order.is_unwanted)
        return self._robots.start(order._replace(python=str(environment.python)))

    def close(self) -> None:
        """Ends builds, too: whoever waits for one gets EnvironmentNotBuilt."""
        self._closing.set()
        self._robots.close()

    def _environment(
        self, manifest: Manifest, title: str, is_unwanted: Callable[[], bool] = lambda: False
    ) -> Environment:
        def ends_early() -> bool:
            return self._closing.is_set() or is_unwanted()

        try:
            return self._store.environment(self._specification(manifest), self._builder, title, ends_early)
        except BuildAbandonedError:
            raise EnvironmentNotBuilt(
                f"The worker was stopped before the environment of bundle '{title}' was built."
            ) from None

    def _specification(self, manifest: Manifest) -> Specification:
        found = self._specifications.get(manifest.file)
        if found is None:
            found = self._specifications[manifest.file] = read_specification(manifest)
        return found
