"""Keywords on what users did, what stopped, what was decided."""

from datetime import datetime
from enum import Enum

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.keywords.connection import EngineGroup


class IncidentState(Enum):
    """DELETED: with its process instance, say."""

    OPEN = "open"
    RESOLVED = "resolved"
    DELETED = "deleted"


class HistoricOperationKeywords(EngineGroup):
    """Reads what was done, what stopped, and what was decided."""

    @keyword(tags=("History",))
    def find_user_operations(
        self,
        instance: str | None = None,
        task: str | None = None,
        user: str | None = None,
        type: str | None = None,
        entity: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns what users did, oldest first.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``task``     | Id of the user task. |
        | ``user``     | Id of the user. |
        | ``type``     | What was done, as ``Claim``, ``Complete`` or ``SetPriority``. |
        | ``entity``   | To what, as ``Task``, ``ProcessInstance`` or ``Job``. |
        | ``before``   | Before this time. |
        | ``after``    | After this time. |
        | ``limit``    | How many to return at most. |

        Each is a dictionary: ``type``, ``entity``, ``user``, ``time``, ``property``, ``old_value``, ``new_value``,
        ``task``, ``instance``, ``annotation``. An engine that is open to all, without login, keeps none.

        Example:
        | ${operations}    `Find User Operations`    ${instance}    type=Claim
        | Log    ${operations[0].user} claimed it at ${operations[0].time}
        """
        found = self.engine.history.user_operations(
            process_instance_id=instance,
            task_id=task,
            user_id=user,
            type=type,
            entity=entity,
            before=before,
            after=after,
            max_results=limit,
        )
        return [
            DotDict(
                type=each.type,
                entity=each.entity,
                user=each.user_id,
                time=each.time,
                property=each.property,
                old_value=each.old_value,
                new_value=each.new_value,
                task=each.task_id,
                instance=each.process_instance_id,
                annotation=each.annotation,
            )
            for each in found
        ]

    @keyword(tags=("History",))
    def find_historic_incidents(
        self,
        instance: str | None = None,
        process: str | None = None,
        activity: str | None = None,
        type: str | None = None,
        message_like: str | None = None,
        state: IncidentState | None = None,
        started_before: datetime | None = None,
        started_after: datetime | None = None,
        tenant: str | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns incidents, open and past, that match all that is given; oldest first.

        | =Arguments=        | =Description= |
        | ``instance``       | Id of the process instance. |
        | ``process``        | Id of the process in its model. |
        | ``activity``       | Id of the activity in the model. |
        | ``type``           | Type, as ``failedExternalTask`` or ``failedJob``. |
        | ``message_like``   | Pattern of the message; ``%`` stands for anything. |
        | ``state``          | OPEN, RESOLVED or DELETED. |
        | ``started_before`` | Since before this time. |
        | ``started_after``  | Since after this time. |
        | ``tenant``         | Id of the tenant. |
        | ``limit``          | How many to return at most. |

        Each is a dictionary: ``id``, ``type``, ``state``, ``message``, ``activity``, ``instance``, ``process``,
        ``start_time``, ``end_time`` (None while it is open), ``annotation``, ``tenant``. Open ones, to be retried:
        `Find Incidents`.

        Example:
        | ${past}    `Find Historic Incidents`    process=comic-search    state=RESOLVED
        """
        found = self.engine.history.incidents(
            process_instance_id=instance,
            process_definition_key=process,
            activity_id=activity,
            type=type,
            message_like=message_like,
            state=state.value if state else None,
            started_before=started_before,
            started_after=started_after,
            tenant_id=tenant,
            max_results=limit,
        )
        return [
            DotDict(
                id=each.id,
                type=each.type,
                state=each.state,
                message=each.message,
                activity=each.activity_id,
                instance=each.process_instance_id,
                process=each.process_definition_key,
                start_time=each.start_time,
                end_time=each.end_time,
                annotation=each.annotation,
                tenant=each.tenant_id,
            )
            for each in found
        ]

    @keyword(tags=("History",))
    def find_decision_evaluations(
        self,
        decision: str | None = None,
        instance: str | None = None,
        activity: str | None = None,
        process: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        tenant: str | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns what decisions were asked and gave, oldest first.

        | =Arguments=  | =Description= |
        | ``decision`` | Id of the decision in its model. |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id of the business rule task in the model. |
        | ``process``  | Id of the process in its model. |
        | ``before``   | Before this time. |
        | ``after``    | After this time. |
        | ``tenant``   | Id of the tenant. |
        | ``limit``    | How many to return at most. |

        Each is a dictionary: ``decision``, ``name``, ``definition`` (its id), ``time``, ``inputs`` (a dictionary by
        the names or ids of the columns), ``rows`` (a list with a dictionary for each rule that matched),
        ``activity``, ``instance``, ``user``, ``tenant``.

        Example:
        | ${evaluations}    `Find Decision Evaluations`    discount    instance=${instance}
        | Should Be Equal    ${evaluations[0].rows[0].percent}    ${10}
        """
        found = self.engine.history.decisions(
            key=decision,
            process_instance_id=instance,
            activity_id=activity,
            process_definition_key=process,
            evaluated_before=before,
            evaluated_after=after,
            tenant_id=tenant,
            max_results=limit,
        )
        return [
            DotDict(
                decision=each.key,
                name=each.name,
                definition=each.definition_id,
                time=each.time,
                inputs=DotDict((name, value.value) for name, value in each.inputs.items()),
                rows=[DotDict((name, value.value) for name, value in sorted(row.items())) for row in each.rows],
                activity=each.activity_id,
                instance=each.process_instance_id,
                user=each.user_id,
                tenant=each.tenant_id,
            )
            for each in found
        ]
