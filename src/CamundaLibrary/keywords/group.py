"""What the groups of the current task share: the task, asked for when a keyword needs it.

What only a keyword's body needs, the groups import there: every robot with the library pays for its import.
"""

from typing import TYPE_CHECKING

from CamundaLibrary.task import current

if TYPE_CHECKING:
    from CamundaLibrary.task.context import TaskContext


class TaskGroup:
    """A group of keywords on the current task."""

    @property
    def task(self) -> "TaskContext":
        """The current task; NoCurrentTask tells how to give one."""
        return current.require()
