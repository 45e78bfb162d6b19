"""Keywords on what became of tasks: of those for robots, and of those for people."""

from datetime import datetime
from enum import Enum

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.keywords.connection import EngineGroup


class TaskEvent(Enum):
    """What happens to an external task."""

    CREATED = "created"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    DELETED = "deleted"


class HistoryLogKeywords(EngineGroup):
    """Reads what happened to tasks."""

    @keyword(tags=("History",))
    def get_external_task_log(
        self,
        instance: str | None = None,
        task: str | None = None,
        topic: str | None = None,
        worker: str | None = None,
        activity: str | None = None,
        event: TaskEvent | None = None,
        process: str | None = None,
        with_details: bool = False,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns what happened to external tasks, oldest first.

        | =Arguments=      | =Description= |
        | ``instance``     | Id of the process instance. |
        | ``task``         | Id of the external task. |
        | ``topic``        | Topic. |
        | ``worker``       | Id of the worker. |
        | ``activity``     | Id of the task in the model. |
        | ``event``        | CREATED, FAILED, SUCCEEDED or DELETED. |
        | ``process``      | Id of the process in its model. |
        | ``with_details`` | True: entries of failures have their details, each read by a call of its own. |
        | ``limit``        | How many to return at most. |

        Each is a dictionary: ``task``, ``topic``, ``event``, ``time``, ``retries`` (in a failure: the number before
        it), ``worker``, ``message``, ``details`` (None if not asked for), ``activity``, ``instance``.

        Example:
        | ${failures}    `Get External Task Log`    ${instance}    event=FAILED    with_details=True
        | Log    ${failures[-1].details}
        """
        history = self.engine.history
        found = history.external_task_log(
            process_instance_id=instance,
            external_task_id=task,
            topic=topic,
            worker_id=worker,
            activity_id=activity,
            event=event.value if event else None,
            process_definition_key=process,
            max_results=limit,
        )
        return [
            DotDict(
                task=each.external_task_id,
                topic=each.topic,
                event=each.event,
                time=each.time,
                retries=each.retries,
                worker=each.worker_id,
                message=each.error_message,
                details=history.external_task_error_details(each.id)
                if with_details and each.event == "failed"
                else None,
                activity=each.activity_id,
                instance=each.process_instance_id,
            )
            for each in found
        ]

    @keyword(tags=("History",))
    def find_historic_user_tasks(
        self,
        instance: str | None = None,
        activity: str | None = None,
        assignee: str | None = None,
        process: str | None = None,
        business_key: str | None = None,
        name: str | None = None,
        finished: bool | None = None,
        started_before: datetime | None = None,
        started_after: datetime | None = None,
        finished_before: datetime | None = None,
        finished_after: datetime | None = None,
        tenant: str | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns user tasks, open and done, that match all that is given; oldest first.

        | =Arguments=         | =Description= |
        | ``instance``        | Id of the process instance. |
        | ``activity``        | Id of the user task in the model. |
        | ``assignee``        | User who had it last. |
        | ``process``         | Id of the process in its model. |
        | ``business_key``    | Business key of the process instance. |
        | ``name``            | Name of the user task. |
        | ``finished``        | True or False: only those that are done, or open. |
        | ``started_before``  | Created before this time. |
        | ``started_after``   | Created after this time. |
        | ``finished_before`` | Done before this time. |
        | ``finished_after``  | Done after this time. |
        | ``tenant``          | Id of the tenant. |
        | ``limit``           | How many to return at most. |

        Each is a dictionary: ``id``, ``name``, ``activity``, ``assignee``, ``owner``, ``instance``, ``start_time``,
        ``end_time`` (None while it is open), ``ending`` (``completed``, ``deleted``, …), ``tenant``.

        Example:
        | ${done}    `Find Historic User Tasks`    assignee=kim    finished=True    finished_after=2026-11-01
        """
        found = self.engine.history.user_tasks(
            process_instance_id=instance,
            task_definition_key=activity,
            assignee=assignee,
            process_definition_key=process,
            business_key=business_key,
            name=name,
            finished=finished,
            started_before=started_before,
            started_after=started_after,
            finished_before=finished_before,
            finished_after=finished_after,
            tenant_id=tenant,
            max_results=limit,
        )
        return [
            DotDict(
                id=each.id,
                name=each.name,
                activity=each.task_definition_key,
                assignee=each.assignee,
                owner=each.owner,
                instance=each.process_instance_id,
                start_time=each.start_time,
                end_time=each.end_time,
                ending=each.delete_reason,
                tenant=each.tenant_id,
            )
            for each in found
        ]
