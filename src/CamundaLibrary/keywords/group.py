"""What the groups of the current task share: the task, asked for when a keyword needs it."""

from CamundaLibrary.task import current
from CamundaLibrary.task.context import TaskContext


class TaskGroup:
    """A group of keywords on the current task."""

    @property
    def task(self) -> TaskContext:
        """The current task; NoCurrentTask tells how to give one."""
        return current.require()
