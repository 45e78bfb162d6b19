"""Queues of external tasks, for robots that work them off by themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from listener.robots import Task, model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.variables import encode_all


@dataclass
class Queue:
    """A deployed process of one external task, whose topic is its key, and the tasks of its instances."""

    engine: Engine
    key: str
    tasks: list[Task] = field(default_factory=list)

    def add(self, variables: Mapping[str, object] | None = None, business_key: str = "B-1", **start: object) -> Task:
        """Starts another instance."""
        instance = self.engine.processes.start(
            self.key, business_key=business_key, variables=encode_all(variables or {}), **start
        )
        (task,) = self.engine.external_tasks.list(process_instance_id=instance.id)
        self.tasks.append(Task(self.engine, task.id, instance.id, self.key))
        return self.tasks[-1]

    @property
    def waiting(self) -> int:
        """How many tasks nobody holds."""
        return self.engine.external_tasks.count(topic=self.key, locked=False)

    @property
    def open(self) -> list[str]:
        """The ids of the tasks that are not done."""
        return [task.id for task in self.engine.external_tasks.list(topic=self.key)]


@pytest.fixture
def make_queue(engine: Engine, deploy: Callable[..., str], unique: Callable[[str], str]) -> Callable[..., Queue]:
    """Makes a queue of as many tasks as there are sets of variables."""

    def make(*variables: Mapping[str, object], **parts: object) -> Queue:
        key = unique("queue")
        deploy(model(key, key, **parts))  # type: ignore[arg-type]
        queue = Queue(engine, key)
        for each in variables:
            queue.add(each)
        return queue

    return make
