"""What all executions of a worker share."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.secrets.store import SecretStore
from CamundaLibrary.secrets.values import SecretValue
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.lock_keeper import LockKeeper
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.task.reporting.reporter import Reporter
from CamundaLibrary.worker.deadlines import Deadlines
from CamundaLibrary.worker.notices import Notices
from CamundaLibrary.worker.state.state_folder import StateFolder


class AfterRobot(Protocol):
    """What always runs after a robot."""

    def after_robot(self, task: ExternalTask, outcome: Outcome, folder: Path) -> None:
        """Is called when the robot's whole tree is gone, before another robot may start. Never raises."""


class Secrets(Protocol):
    """Where robots' secrets come from."""

    def values_for(self, topic: Topic) -> Mapping[str, SecretValue]:
        """Returns what a robot of this topic may have; SecretMissing if it cannot have all that it asks for."""


class NoHooks:
    """Nothing is to be done after a robot."""

    def after_robot(self, task: ExternalTask, outcome: Outcome, folder: Path) -> None:
        """Does nothing."""


class Equipment(NamedTuple):
    """What executions for one engine share; `environments` is what robots get beyond the minimum, by topic."""

    engine: Engine
    worker_id: str
    keeper: LockKeeper
    reporter: Reporter
    state: StateFolder
    settings: Settings
    environments: Mapping[str, Mapping[str, str]]
    notices: Notices
    hooks: AfterRobot = NoHooks()
    secrets: Secrets = SecretStore({})
    deadlines: Deadlines = Deadlines()
