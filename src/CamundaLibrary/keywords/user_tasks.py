"""Keywords that find tasks for people, and complete them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import UserTask
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.gone_user_tasks import gone_is_explained
from CamundaLibrary.keywords.processes import standing
from CamundaLibrary.keywords.readable_values import readable
from CamundaLibrary.keywords.waiting import wait_for
from CamundaLibrary.variables import encode_all


class UserTaskKeywords(EngineGroup):
    """Finds what a person would find in Tasklist, and completes it."""

    @keyword(tags=("User task",))
    def find_user_tasks(
        self,
        instance: str | None = None,
        business_key: str | None = None,
        activity: str | None = None,
        name: str | None = None,
        assignee: str | None = None,
        process: str | None = None,
        *,
        name_like: str | None = None,
        business_key_like: str | None = None,
        unassigned: bool | None = None,
        owner: str | None = None,
        candidate_user: str | None = None,
        candidate_group: str | None = None,
        with_assigned: bool = False,
        involved_user: str | None = None,
        min_priority: int | None = None,
        max_priority: int | None = None,
        due_before: datetime | None = None,
        due_after: datetime | None = None,
        without_due: bool | None = None,
        follow_up_before: datetime | None = None,
        follow_up_after: datetime | None = None,
        created_before: datetime | None = None,
        created_after: datetime | None = None,
        suspended: bool | None = None,
        variables: Mapping[str, Any] | None = None,
        task_variables: Mapping[str, Any] | None = None,
        tenant: str | None = None,
        first: int | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns the open user tasks that match all that is given, oldest first.

        | =Arguments=           | =Description= |
        | ``instance``          | Id of the process instance. |
        | ``business_key``      | Business key of the process instance. |
        | ``activity``          | Id of the user task in the model. |
        | ``name``              | Name of the user task, as a person sees it. |
        | ``assignee``          | User who has claimed it. |
        | ``process``           | Id of the process in its model. |
        | ``name_like``         | Pattern of the name; ``%`` stands for anything. |
        | ``business_key_like`` | Pattern of the business key. |
        | ``unassigned``        | True or False: only those that nobody, or somebody, has claimed. |
        | ``owner``             | User who delegated it. |
        | ``candidate_user``    | User who may claim it, also by a group. |
        | ``candidate_group``   | Group whose users may claim it. |
        | ``with_assigned``     | True: of candidates also those tasks that somebody has claimed. |
        | ``involved_user``     | User who is assignee, owner or candidate. |
        | ``min_priority``      | Lowest priority. |
        | ``max_priority``      | Highest priority. |
        | ``due_before``        | Due before this time. |
        | ``due_after``         | Due after this time. |
        | ``without_due``       | True: only those without a due date. |
        | ``follow_up_before``  | To be followed up before this time. |
        | ``follow_up_after``   | To be followed up after this time. |
        | ``created_before``    | Created before this time. |
        | ``created_after``     | Created after this time. |
        | ``suspended``         | True or False: only those that are suspended, or that are not. |
        | ``variables``         | Dictionary of process variables: values, or pairs of operator and value. |
        | ``task_variables``    | The same for variables of the task itself. |
        | ``tenant``            | Id of the tenant. |
        | ``first``             | How many to leave out from the start of the list. |
        | ``limit``             | How many to return at most. |

        For operators see `Conditions on variables`. Each task is a dictionary: ``id``, ``name``, ``description``,
        ``activity``, ``assignee``, ``owner``, ``instance``, ``created``, ``due``, ``follow_up``, ``priority``,
        ``suspended``, ``tenant``.

        Example:
        | ${tasks}    `Find User Tasks`    business_key=A-17
        | ${late}    `Find User Tasks`    process=review    candidate_group=sales    due_before=2026-12-01
        | ${large}    `Find User Tasks`    variables=${{ {'amount': ('>', 1000)} }}
        """
        found = self.engine.user_tasks.list(
            process_instance_id=instance,
            business_key=business_key,
            business_key_like=business_key_like,
            task_definition_key=activity,
            name=name,
            name_like=name_like,
            assignee=assignee,
            process_definition_key=process,
            unassigned=unassigned,
            owner=owner,
            candidate_user=candidate_user,
            candidate_group=candidate_group,
            include_assigned_tasks=with_assigned,
            involved_user=involved_user,
            min_priority=min_priority,
            max_priority=max_priority,
            due_before=due_before,
            due_after=due_after,
            without_due_date=without_due,
            follow_up_before=follow_up_before,
            follow_up_after=follow_up_after,
            created_before=created_before,
            created_after=created_after,
            active=None if suspended is None else not suspended,
            process_variables=variables,
            task_variables=task_variables,
            tenant_ids=[tenant] if tenant is not None else None,
            first_result=first,
            max_results=limit,
        )
        return [_shown(task) for task in found]

    @keyword(tags=("User task",))
    def get_user_task(self, task: str) -> DotDict:
        """Returns what is known of an open user task.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |

        Returns a dictionary as `Find User Tasks` does, with ``candidate_users`` and ``candidate_groups``, two lists.

        Example:
        | ${task}    `Get User Task`    ${task.id}
        | Should Be Equal    ${task.assignee}    demo
        """
        with gone_is_explained(self.engine, task):
            found = self.engine.user_tasks.get(task)
            candidates = self.engine.user_tasks.candidates(task)
        lists = {"candidate_users": list(candidates.users), "candidate_groups": list(candidates.groups)}
        return DotDict(_shown(found), **lists)

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
        with gone_is_explained(self.engine, task):
            values = self.engine.user_tasks.variables(task).all()
        return readable(values)

    @keyword(tags=("User task",))
    def complete_user_task(self, task: str, /, with_variables: bool = False, **variables: Any) -> DotDict | None:
        """Completes a user task.

        | =Arguments=        | =Description= |
        | ``task``           | Id of the user task. |
        | ``with_variables`` | True: returns the process variables that there are then. |
        | ``variables``      | Process variables, as a form would set them. |

        Example:
        | `Complete User Task`    ${task.id}    accepted=${True}
        | ${variables}    `Complete User Task`    ${task.id}    with_variables=True    accepted=${True}
        """
        values = encode_all(variables)
        with gone_is_explained(self.engine, task):
            if with_variables:
                after = self.engine.user_tasks.complete_and_read(task, values)
                return readable(after)
            self.engine.user_tasks.complete(task, values)
        return None


def _shown(task: UserTask) -> DotDict:
    return DotDict(
        id=task.id,
        name=task.name,
        description=task.description,
        activity=task.task_definition_key,
        assignee=task.assignee,
        owner=task.owner,
        instance=task.process_instance_id,
        created=task.created,
        due=task.due,
        follow_up=task.follow_up,
        priority=task.priority,
        suspended=task.suspended,
        tenant=task.tenant_id,
    )
