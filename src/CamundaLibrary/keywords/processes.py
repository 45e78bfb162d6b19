"""Keywords on process instances."""

from datetime import timedelta
from typing import Any

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricProcessInstance
from CamundaLibrary.errors import ConditionNotMet
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.waiting import wait_for
from CamundaLibrary.variables import encode_all


class ProcessKeywords(EngineGroup):
    """Starts processes and waits for them."""

    @keyword(tags=("Process",))
    def start_process(self, key: str, /, business_key: str | None = None, **variables: Any) -> str:
        """Starts the latest version of a process and returns the id of the instance.

        | =Arguments=      | =Description= |
        | ``key``          | Id of the process in its model. |
        | ``business_key`` | The instance's business key. |
        | ``variables``    | Process variables, typed by their Python values. |

        Example:
        | ${instance}    `Start Process`    comic-search    business_key=A-17    query=robots
        """
        instance = self.engine.processes.start(key, business_key=business_key, variables=encode_all(variables))
        logger.info(f"Started process instance '{instance.id}' of '{key}'.")
        return instance.id

    @keyword(tags=("Process",))
    def wait_until_process_ended(self, instance: str, timeout: timedelta = timedelta(seconds=30)) -> DotDict:
        """Waits until a process instance has ended, and returns how.

        | =Arguments= | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``timeout``  | How long to wait at most. |

        Returns a dictionary: ``id``, ``state`` (COMPLETED, EXTERNALLY_TERMINATED, INTERNALLY_TERMINATED),
        ``end_events`` (ids of the end events that were reached), ``business_key``, ``start_time``, ``end_time``.
        When time is over it fails and says where the process stands.

        Example:
        | ${end}    `Wait Until Process Ended`    ${instance}    timeout=1 minute
        | Should Be Equal    ${end.end_events}    ${{['accepted']}}
        """
        ended = wait_for(
            f"The end of process instance '{instance}'",
            lambda: _ended(self.engine, instance),
            timeout,
            lambda: standing(self.engine, instance),
        )
        events = self.engine.history.activities(instance)
        ends = [each.activity_id for each in events if each.activity_type.lower().endswith("endevent")]
        return DotDict(
            id=ended.id,
            state=ended.state,
            end_events=ends,
            business_key=ended.business_key,
            start_time=ended.start_time,
            end_time=ended.end_time,
        )


def standing(engine: Engine, instance: str) -> str:
    """Returns where a process instance is now, in a sentence."""
    if engine.history.process_instance(instance) is None:
        return f"There is no process instance '{instance}'."
    open_ones = [each for each in engine.history.activities(instance) if each.end_time is None]
    where = ", ".join(f"'{each.name or each.activity_id}' ({each.activity_type})" for each in open_ones)
    incidents = engine.incidents.list(process_instance_id=instance)
    troubles = "".join(f" Incident at '{each.activity_id}': {each.message}" for each in incidents)
    return f"It is at {where or 'no activity'}.{troubles}"


def _ended(engine: Engine, instance: str) -> HistoricProcessInstance | None:
    found = engine.history.process_instance(instance)
    if found is None:
        raise ConditionNotMet(f"There is no process instance '{instance}'.")
    return found if found.end_time else None
