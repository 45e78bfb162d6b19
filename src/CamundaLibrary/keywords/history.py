"""Keywords on what was."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import HistoricProcessInstance, HistoricVariable
from CamundaLibrary.errors import VariableMissing
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.readable_values import readable
from CamundaLibrary.keywords.written_files import make_folder, path_within, write_file


class ProcessState(Enum):
    """EXTERNALLY_TERMINATED: deleted by somebody. INTERNALLY_TERMINATED: by an end event of the model."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    EXTERNALLY_TERMINATED = "EXTERNALLY_TERMINATED"
    INTERNALLY_TERMINATED = "INTERNALLY_TERMINATED"


class HistoryKeywords(EngineGroup):
    """Reads running and ended process instances."""

    @keyword(tags=("History",))
    def find_process_instances(
        self,
        process: str | None = None,
        business_key: str | None = None,
        caller: str | None = None,
        *,
        state: ProcessState | None = None,
        finished: bool | None = None,
        business_key_like: str | None = None,
        called: str | None = None,
        passed: str | None = None,
        at: str | None = None,
        with_incidents: bool = False,
        started_by: str | None = None,
        started_before: datetime | None = None,
        started_after: datetime | None = None,
        finished_before: datetime | None = None,
        finished_after: datetime | None = None,
        variables: Mapping[str, Any] | None = None,
        tenant: str | None = None,
        newest_first: bool = False,
        first: int | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns process instances, running and ended, oldest first.

        | =Arguments=           | =Description= |
        | ``process``           | Id of the process in its model. |
        | ``business_key``      | Business key. |
        | ``caller``            | Id of the process instance that called them. |
        | ``state``             | ACTIVE, SUSPENDED, COMPLETED, EXTERNALLY_TERMINATED or INTERNALLY_TERMINATED. |
        | ``finished``          | True or False: only those that have ended, or that have not. |
        | ``business_key_like`` | Pattern of the business key; ``%`` stands for anything. |
        | ``called``            | Id of a process instance that they called. |
        | ``passed``            | Id of an activity that they went through. |
        | ``at``                | Id of an activity that they stand at. |
        | ``with_incidents``    | True: only those that had an incident. |
        | ``started_by``        | User who started them. |
        | ``started_before``    | Started before this time. |
        | ``started_after``     | Started after this time. |
        | ``finished_before``   | Ended before this time. |
        | ``finished_after``    | Ended after this time. |
        | ``variables``         | Dictionary of process variables: values, or pairs of operator and value. |
        | ``tenant``            | Id of the tenant. |
        | ``newest_first``      | True: the newest come first. |
        | ``first``             | How many to leave out from the start of the list. |
        | ``limit``             | How many to return at most. |

        All that is given must match; for operators see `Conditions on variables`. Each instance is a dictionary:
        ``id``, ``process``, ``business_key``, ``state``, ``start_time``, ``end_time`` (None while it runs),
        ``definition`` (its id), ``caller``, ``delete_reason``, ``tenant``.

        Example:
        | ${called}    `Find Process Instances`    caller=${instance}
        | ${last}    `Find Process Instances`    comic-search    state=COMPLETED    newest_first=True    limit=10
        """
        found = self.engine.history.process_instances(
            business_key=business_key,
            business_key_like=business_key_like,
            process_definition_key=process,
            super_process_instance_id=caller,
            sub_process_instance_id=called,
            state=state.value if state else None,
            finished=finished,
            passed_activity_ids=[passed] if passed else None,
            active_activity_ids=[at] if at else None,
            with_incidents=with_incidents,
            started_by=started_by,
            started_before=started_before,
            started_after=started_after,
            finished_before=finished_before,
            finished_after=finished_after,
            variables=variables,
            tenant_ids=[tenant] if tenant is not None else None,
            newest_first=newest_first,
            first_result=first,
            max_results=limit,
        )
        return [_shown(each) for each in found]

    @keyword(tags=("History",))
    def get_process_activities(
        self,
        instance: str,
        activity: str | None = None,
        type: str | None = None,
        finished: bool | None = None,
        canceled: bool | None = None,
    ) -> list[DotDict]:
        """Returns the activities that a process instance went through, oldest first.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id of the activity in the model. |
        | ``type``     | Type of the activity, as ``userTask``, ``serviceTask`` or ``noneEndEvent``. |
        | ``finished`` | True or False: only those that it has left, or has not. |
        | ``canceled`` | True: only those that were cancelled. |

        Each is a dictionary: ``id`` (of the activity in the model), ``name``, ``type``, ``start_time``, ``end_time``
        (None while it stands there), ``canceled``, ``called_instance``.

        Example:
        | ${activities}    `Get Process Activities`    ${instance}
        | Log    ${activities[-1].name}
        """
        found = self.engine.history.activities(
            instance, activity_id=activity, activity_type=type, finished=finished, canceled=canceled
        )
        return [
            DotDict(
                id=each.activity_id,
                name=each.name,
                type=each.activity_type,
                start_time=each.start_time,
                end_time=each.end_time,
                canceled=each.canceled,
                called_instance=each.called_process_instance_id,
            )
            for each in found
        ]

    @keyword(tags=("History",))
    def get_process_variables(self, instance: str) -> DotDict:
        """Returns the last values of the variables of a process instance.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        Also after its end. Variables of inner scopes (tasks, sub-processes) are left out, and so are Java objects
        that cannot be read; files are named by their file names. All scopes: `Find Historic Variables`.

        Example:
        | ${variables}    `Get Process Variables`    ${instance}
        | Should Be True    ${variables.accepted} > 0
        """
        found = self.engine.history.variables(instance)
        return readable({each.name: each.value for each in found if each.activity_instance_id == instance})

    @keyword(tags=("History",))
    def get_process_file(self, instance: str, name: str, path: Path) -> str:
        """Writes a File variable of a process instance to disk and returns the path.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``name``     | Name of the variable; the newest of that name in any scope. |
        | ``path``     | File to write; missing folders are made. |

        Also after the end of the instance.

        Example:
        | `Get Process File`    ${instance}    comic    ${OUTPUT DIR}/comic.png
        """
        return write_file(path, self.engine.history.variable_file(self._newest(instance, name).id))

    @keyword(tags=("History",))
    def get_task_logs(self, instance: str, folder: Path, variable: str = "log") -> list[str]:
        """Writes the logs of a process instance's tasks to disk and returns their paths.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``folder``   | Folder to write to; it is made. |
        | ``variable`` | Name of the log variable (CAMUNDA_LOG_VARIABLE). |

        The files are named by activity and try: ``Search-1.html``, ``Search-2.html``.

        Example:
        | ${logs}    `Get Task Logs`    ${instance}    ${OUTPUT DIR}/logs
        """
        make_folder(folder)
        activities = {each.id: each.activity_id for each in self.engine.history.activities(instance)}
        paths = []
        counts: dict[str, int] = {}
        for log in self.engine.history.variables(instance, name=variable):
            activity = activities.get(log.activity_instance_id or "", "process")
            for content in self._contents(log):
                counts[activity] = counts.get(activity, 0) + 1
                paths.append(write_file(path_within(folder, f"{activity}-{counts[activity]}.html"), content))
        return paths

    def _contents(self, log: HistoricVariable) -> list[bytes]:
        """All tries' values where the history level is full, else the last."""
        history = self.engine.history
        updates = history.variable_updates(log.id)
        return [history.update_file(each.id) for each in updates] or [history.variable_file(log.id)]

    def _newest(self, instance: str, name: str) -> HistoricVariable:
        found = self.engine.history.variables(instance, name=name)
        if not found:
            raise VariableMissing(f"Process instance '{instance}' never had a variable '{name}'.")
        return found[-1]


def _shown(instance: HistoricProcessInstance) -> DotDict:
    return DotDict(
        id=instance.id,
        process=instance.process_definition_key,
        business_key=instance.business_key,
        state=instance.state,
        start_time=instance.start_time,
        end_time=instance.end_time,
        definition=instance.process_definition_id,
        caller=instance.super_process_instance_id,
        delete_reason=instance.delete_reason,
        tenant=instance.tenant_id,
    )
