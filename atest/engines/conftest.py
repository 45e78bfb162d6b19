"""Small models, and tasks of them that a worker holds."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

# pytest's importlib mode leaves it out, and tests say `from small_models import ONE_TASK`
sys.path.insert(0, str(Path(__file__).parent))

from small_models import write_model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import LockedTask, Subscription

WORKER = "worker of this test"
LOCK = timedelta(minutes=1)


@dataclass(frozen=True)
class Process:
    """A deployed model; its key is the topic of its external task, too."""

    engine: Engine
    key: str

    def start(self, **arguments: object) -> str:
        """Returns the id of a new instance."""
        return self.engine.processes.start(self.key, **arguments).id

    def fetch(self, max_tasks: int = 10, worker: str = WORKER, **subscription: object) -> list[LockedTask]:
        """Locks waiting tasks."""
        subscription = {"lock_duration": LOCK, **subscription}
        return self.engine.external_tasks.fetch_and_lock(worker, [Subscription(self.key, **subscription)], max_tasks)

    def lock_one(self, **arguments: object) -> ExternalTask:
        """Starts an instance and locks its task."""
        instance = self.start(**arguments)
        return next(locked.task for locked in self.fetch() if locked.task.process_instance_id == instance)


@pytest.fixture
def model(engine: Engine, deploy: Callable[..., str], unique: Callable[[str], str]) -> Callable[..., Process]:
    """Deploys a model whose `{key}` is a new name: `model(ONE_TASK)`."""

    def model(content: str, tenant_id: str | None = None) -> Process:
        key = unique("process")
        deploy(write_model(key, content), tenant_id=tenant_id)
        return Process(engine, key)

    return model
