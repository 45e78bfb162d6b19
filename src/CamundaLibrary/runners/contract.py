"""What a runner is: a way to start robots and to end them."""

import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.bundles.manifest import Manifest, ManifestTask


class Order(NamedTuple):
    """One run of a robot.

    `root` is the run's own copy of the bundle and its working folder, `console` the file that takes what the robot
    prints, `temporary` a folder for its temporary files. `environment` holds variables beyond the minimal ones.
    `secrets` is a file with the robot's secrets, which the robot deletes as soon as it has read it. `python` is the
    interpreter, None the worker's own. `is_unwanted` tells whoever still makes an environment that nobody waits for it.
    """

    task: ManifestTask
    manifest: Manifest
    root: Path
    task_file: Path
    console: Path
    temporary: Path
    environment: Mapping[str, str]
    secrets: Path | None = None
    python: str | None = None
    is_unwanted: Callable[[], bool] = lambda: False

    @property
    def interpreter(self) -> str:
        """The Python that runs the robot."""
        return self.python or sys.executable

    @property
    def artifacts(self) -> Path:
        """Where log.html goes, and what the robot makes."""
        return self.root / self.manifest.artifacts


class RunnerSettings(NamedTuple):
    """What runners need to know of the worker. `environments` is a folder that all workers of a user share.

    `wheels` is a folder with wheels to build environments from without a network. `built` is called after every build
    of an environment, with its name, the seconds that it took, and None or why it failed.
    """

    environments: Path
    wheels: Path | None = None
    built: Callable[[str, float, str | None], None] = lambda name, seconds, problem: None


class RunningRobot(Protocol):
    """A robot that was started. Its methods may be called by several threads."""

    @property
    def pid(self) -> int:
        """The process to find it by, should the worker die."""

    @property
    def broken(self) -> str | None:
        """After `wait`: a sentence that says how this machine, and not the robot, ended the run; None as a rule."""

    def wait(self) -> int:
        """Returns the exit code once the robot and what it left behind is gone; -N where signal N killed it."""

    def stop(self, patience: timedelta) -> None:
        """Asks the robot to end in order and kills the whole tree when `patience` is over. Returns once it is gone."""


class Runner(Protocol):
    """A way to start robots."""

    def check(self, bundle: Bundle, environment: Mapping[str, str]) -> None:
        """Raises BundleError if runs of this bundle could not be wrapped by the listener."""

    def start(self, order: Order) -> RunningRobot:
        """Starts a robot. Raises BundleError if there is nothing that could be started, OSError as the system does.

        Raises EnvironmentNotBuilt where its environment could not be made.
        """

    def close(self) -> None:
        """Ends what the runner keeps running between robots."""


class RunnerType(Protocol):
    """A class of runners, as the table of runners has it."""

    def __call__(self, settings: RunnerSettings) -> Runner: ...

    def obstacle(self) -> str | None:
        """Returns the sentence that says why such a runner cannot work on this machine, None if it can."""
