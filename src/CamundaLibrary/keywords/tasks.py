"""Keywords on the task as a whole."""

from typing import TYPE_CHECKING

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.keywords.group import TaskGroup

if TYPE_CHECKING:
    from CamundaLibrary.task.context import TaskContext


class TaskKeywords(TaskGroup):
    """What the current task is, and whether it is still ours."""

    @keyword(tags=("Task",))
    def get_task(self) -> DotDict:
        """Returns what is known of the current task.

        A dictionary with dot access: ``id``, ``topic``, ``business_key``, ``process_instance_id``,
        ``process_definition_id``, ``process_definition_key``, ``activity_id``, ``retries``, ``priority``,
        ``tenant_id``, ``extension_properties`` and ``idempotency_key``. The latter is the same in all tries of the
        task: give it to services that must not do a thing twice.

        Example:
        | ${task}    `Get Task`
        | Log    ${task.business_key}: try with ${task.retries} retries left
        """
        return describe(self.task)

    @keyword(tags=("Task",))
    def task_should_still_be_locked(self) -> None:
        """Fails when the lock of the task is lost.

        To be asked before a step that cannot be undone. When the lock is lost, another worker may be doing the task,
        and nothing this run reports will count. Passes when the run has a task file and no worker.

        Example:
        | `Task Should Still Be Locked`
        | Click Button    Pay now
        """
        self.task.check_lock()


def describe(context: "TaskContext") -> DotDict:
    """Returns the dictionary of `Get Task`."""
    from CamundaLibrary.task.facts import facts_of

    facts = facts_of(context)
    return DotDict(facts, extension_properties=DotDict(facts["extension_properties"]))
