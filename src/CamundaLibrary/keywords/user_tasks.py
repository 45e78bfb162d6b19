"""Keywords on tasks for people."""

from datetime import timedelta
from typing import Any

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import UserTask
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.processes import standing
from CamundaLibrary.keywords.waiting import wait_for
from CamundaLibrary.variables import encode_all


class UserTaskKeywords(EngineGroup):
    """Does what a person would do in Tasklist."""

    @keyword(tags=("User task",))
    def find_user_tasks(
        self,
        instance: str | None = None,
        business_key: str | None = None,
        activity: str | None = None,
        name: str | None = None,
        assignee: str | None = None,
        process: str | None = None,
    ) -> list[DotDict]:
        """Returns the open user tasks that match all that is given, oldest first.

        | =Arguments=      | =Description= |
        | ``instance``     | Id of the process instance. |
        | ``business_key`` | Business key of the process instance. |
        | ``activity``     | Id of the user task in the model. |
        | ``name``         | Name of the user task, as a person sees it. |
        | ``assignee``     | User who has claimed it. |
        | ``process``      | Id of the process in its model. |

        Each is a dictionary: ``id``, ``name``, ``activity``, ``assignee``, ``instance``, ``created``, ``due``,
        ``priority``.

        Example:
        | ${tasks}    `Find User Tasks`    business_key=A-17
        """
        found = self.engine.user_tasks.list(
            process_instance_id=instance,
            business_key=business_key,
            task_definition_key=activity,
            name=name,
            assignee=assignee,
            process_definition_key=process,
        )
        return [_shown(task) for task in found]

    @keyword(tags=("User task",))
    def wait_for_user_task(
        self, instance: str, activity: str | None = None, timeout: timedelta = timedelta(seconds=30)
    ) -> DotDict:
        """Waits until a process instance has an open user task, and returns the oldest.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id of the user task in the model; without it any. |
        | ``timeout``  | How long to wait at most. |

        Returns a dictionary as `Find User Tasks` does.

        Example:
        | ${task}    `Wait For User Task`    ${instance}    no-results
        """
        return wait_for(
            f"User task '{activity or 'any'}' of process instance '{instance}'",
            lambda: next(iter(self.find_user_tasks(instance, activity=activity)), None),
            timeout,
            lambda: standing(self.engine, instance),
        )

    @keyword(tags=("User task",))
    def get_user_task_variables(self, task: str) -> DotDict:
        """Returns the variables that a user task sees.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |

        Example:
        | ${variables}    `Get User Task Variables`    ${task.id}
        """
        values = self.engine.user_tasks.variables(task).all()
        return DotDict((name, value.value) for name, value in values.items())

    @keyword(tags=("User task",))
    def claim_user_task(self, task: str, user: str) -> None:
        """Makes a user the assignee of a task that nobody has claimed.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``user``    | Id of the user. |

        Example:
        | `Claim User Task`    ${task.id}    demo
        """
        self.engine.user_tasks.claim(task, user)

    @keyword(tags=("User task",))
    def complete_user_task(self, task: str, /, **variables: Any) -> None:
        """Completes a user task.

        | =Arguments=   | =Description= |
        | ``task``      | Id of the user task. |
        | ``variables`` | Process variables, as a form would set them. |

        Example:
        | `Complete User Task`    ${task.id}    accepted=${True}
        """
        self.engine.user_tasks.complete(task, encode_all(variables))


def _shown(task: UserTask) -> DotDict:
    return DotDict(
        id=task.id,
        name=task.name,
        activity=task.task_definition_key,
        assignee=task.assignee,
        instance=task.process_instance_id,
        created=task.created,
        due=task.due,
        priority=task.priority,
    )
