"""Keywords on what was."""

from pathlib import Path

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import HistoricVariable
from CamundaLibrary.errors import VariableMissing
from CamundaLibrary.keywords.connection import EngineGroup


class HistoryKeywords(EngineGroup):
    """Reads running and ended process instances."""

    @keyword(tags=("History",))
    def find_process_instances(
        self, process: str | None = None, business_key: str | None = None, caller: str | None = None
    ) -> list[DotDict]:
        """Returns process instances, running and ended, oldest first.

        | =Arguments=      | =Description= |
        | ``process``      | Id of the process in its model. |
        | ``business_key`` | Business key. |
        | ``caller``       | Id of the process instance that called them. |

        Each is a dictionary: ``id``, ``process``, ``business_key``, ``state``, ``start_time``, ``end_time`` (None
        while it runs).

        Example:
        | ${called}    `Find Process Instances`    caller=${instance}
        """
        found = self.engine.history.process_instances(
            business_key=business_key, process_definition_key=process, super_process_instance_id=caller
        )
        return [
            DotDict(
                id=each.id,
                process=each.process_definition_key,
                business_key=each.business_key,
                state=each.state,
                start_time=each.start_time,
                end_time=each.end_time,
            )
            for each in found
        ]

    @keyword(tags=("History",))
    def get_process_activities(self, instance: str) -> list[DotDict]:
        """Returns the activities that a process instance went through, oldest first.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        Each is a dictionary: ``id`` (of the activity in the model), ``name``, ``type``, ``start_time``, ``end_time``
        (None while it stands there), ``canceled``, ``called_instance``.

        Example:
        | ${activities}    `Get Process Activities`    ${instance}
        | Log    ${activities[-1].name}
        """
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
            for each in self.engine.history.activities(instance)
        ]

    @keyword(tags=("History",))
    def get_process_variables(self, instance: str) -> DotDict:
        """Returns the last values of the variables of a process instance.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        Also after its end. Variables of inner scopes (tasks, sub-processes) are left out; files are named by their file
        names.

        Example:
        | ${variables}    `Get Process Variables`    ${instance}
        | Should Be True    ${variables.accepted} > 0
        """
        found = self.engine.history.variables(instance)
        return DotDict((each.name, each.value.value) for each in found if each.activity_instance_id == instance)

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
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.engine.history.variable_file(self._newest(instance, name).id))
        return str(path)

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
        folder.mkdir(parents=True, exist_ok=True)
        activities = {each.id: each.activity_id for each in self.engine.history.activities(instance)}
        paths = []
        counts: dict[str, int] = {}
        for log in self.engine.history.variables(instance, name=variable):
            activity = activities.get(log.activity_instance_id or "", "process")
            for content in self._contents(log):
                counts[activity] = counts.get(activity, 0) + 1
                path = folder / f"{activity}-{counts[activity]}.html"
                path.write_bytes(content)
                paths.append(str(path))
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
