"""Keywords on who does a task for people, and by when."""

from datetime import datetime
from typing import Any

from robot.api.deco import keyword

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.gone_user_tasks import gone_is_explained
from CamundaLibrary.variables import encode_all


class UserTaskAssignmentKeywords(EngineGroup):
    """Gives tasks to people."""

    @keyword(tags=("User task",))
    def claim_user_task(self, task: str, user: str) -> None:
        """Makes a user the assignee of a task that nobody has claimed.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``user``    | Id of the user. |

        Example:
        | `Claim User Task`    ${task.id}    demo
        """
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.claim(task, user)

    @keyword(tags=("User task",))
    def unclaim_user_task(self, task: str) -> None:
        """Takes a task from its assignee: all candidates can claim it again.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |

        Example:
        | `Unclaim User Task`    ${task.id}
        """
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.unclaim(task)

    @keyword(tags=("User task",))
    def assign_user_task(self, task: str, user: str | None) -> None:
        """Makes a user the assignee of a task, whoever was before.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``user``    | Id of the user; ``${None}``: nobody. |

        Example:
        | `Assign User Task`    ${task.id}    demo
        """
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.assign(task, user)

    @keyword(tags=("User task",))
    def delegate_user_task(self, task: str, user: str) -> None:
        """Has another user do a task for its assignee, who becomes its owner.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``user``    | Id of the user who shall do it. |

        It comes back by `Resolve User Task`.

        Example:
        | `Delegate User Task`    ${task.id}    kim
        """
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.delegate(task, user)

    @keyword(tags=("User task",))
    def resolve_user_task(self, task: str, /, **variables: Any) -> None:
        """Gives a delegated task back to its owner, who can complete it then.

        | =Arguments=   | =Description= |
        | ``task``      | Id of the user task. |
        | ``variables`` | Process variables to set. |

        Example:
        | `Resolve User Task`    ${task.id}    checked=${True}
        """
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.resolve(task, encode_all(variables))

    @keyword(tags=("User task",))
    def add_user_task_candidate(self, task: str, user: str | None = None, group: str | None = None) -> None:
        """Lets a user, or the users of a group, claim a task.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``user``    | Id of the user. |
        | ``group``   | Id of the group. |

        Example:
        | `Add User Task Candidate`    ${task.id}    group=sales
        """
        _check_one("Adding", user, group)
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.add_candidate(task, user_id=user, group_id=group)

    @keyword(tags=("User task",))
    def remove_user_task_candidate(self, task: str, user: str | None = None, group: str | None = None) -> None:
        """Takes that away again.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``user``    | Id of the user. |
        | ``group``   | Id of the group. |

        Example:
        | `Remove User Task Candidate`    ${task.id}    user=kim
        """
        _check_one("Removing", user, group)
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.remove_candidate(task, user_id=user, group_id=group)

    @keyword(tags=("User task",))
    def change_user_task(
        self,
        task: str,
        priority: int | None = None,
        due: datetime | None = None,
        follow_up: datetime | None = None,
        name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Changes what is given of a task; the rest stays.

        | =Arguments=     | =Description= |
        | ``task``        | Id of the user task. |
        | ``priority``    | Priority; 50 is the usual one. |
        | ``due``         | When it has to be done. |
        | ``follow_up``   | When somebody should look after it. |
        | ``name``        | Name, as a person sees it. |
        | ``description`` | Longer text. |

        Example:
        | `Change User Task`    ${task.id}    priority=80    due=2026-12-31 12:00
        """
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.update(
                task, priority=priority, due=due, follow_up=follow_up, name=name, description=description
            )


def _check_one(verb: str, user: str | None, group: str | None) -> None:
    if (user is None) == (group is None):
        raise ValueRefused(f"{verb} a candidate failed: either user or group must be given.")
