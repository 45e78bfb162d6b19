"""Keywords that start processes and wait for them."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import ActivityInstance, HistoricProcessInstance, ProcessInstance
from CamundaLibrary.errors import ConditionNotMet, NotFound
from CamundaLibrary.keywords.activities import Activities, find_activities
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.versions import choose_definition
from CamundaLibrary.keywords.waiting import wait_for
from CamundaLibrary.variables import FileValue, TypedValue, encode_all


class ProcessKeywords(EngineGroup):
    """Starts processes and waits for them."""

    @keyword(tags=("Process",))
    def start_process(
        self,
        key: str,
        /,
        variables: Mapping[str, Any] | None = None,
        files: Mapping[str, Path] | None = None,
        before_activity_id: Activities = (),
        after_activity_id: Activities = (),
        business_key: str | None = None,
        tenant: str | None = None,
        version: int | None = None,
        version_tag: str | None = None,
        **more_variables: Any,
    ) -> str:
        """Starts a process and returns the id of the instance.

        | =Arguments=            | =Description= |
        | ``key``                | Id of the process in its model. |
        | ``variables``          | Dictionary of process variables, typed by their Python values. |
        | ``files``              | Dictionary of File variables and paths; at most 14 MB each. |
        | ``before_activity_id`` | Id or name of an activity to start before, or a list of them. |
        | ``after_activity_id``  | Id or name of an activity to start after, or a list of them. |
        | ``business_key``       | The instance's business key. |
        | ``tenant``             | Id of the tenant that the process belongs to. |
        | ``version``            | Number of the version; without it the newest. |
        | ``version_tag``        | Version tag in the model; the newest version with this tag. |
        | ``more_variables``     | Process variables, by name. |

        Variables with the name of an argument belong into the dictionary. Larger files: `Set Process File`.

        Example:
        | ${instance}    `Start Process`    comic-search    business_key=A-17    query=robots
        | ${instance}    `Start Process`    comic-search    ${variables}    before_activity_id=Search comics
        """
        values = {**encode_all({**(variables or {}), **more_variables}), **_files(files or {})}
        processes = self.engine.processes
        if not (before_activity_id or after_activity_id or version or version_tag):
            try:
                return _started(processes.start(key, business_key=business_key, variables=values, tenant_id=tenant))
            except NotFound:
                pass  # the engine finds it by its key neither where only tenants have it, nor where it is misspelt
        definition = choose_definition(self.engine, key, version, version_tag, tenant)
        instance = processes.start(
            definition_id=definition.id,
            business_key=business_key,
            variables=values,
            before=find_activities(self.engine, definition, before_activity_id),
            after=find_activities(self.engine, definition, after_activity_id),
        )
        return _started(instance)

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

    @keyword(tags=("Process",))
    def wait_until_process_is_at(
        self, instance: str, activity: str, timeout: timedelta = timedelta(seconds=30)
    ) -> DotDict:
        """Waits until a process instance stands at an activity.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of an activity or event in the model. |
        | ``timeout``  | How long to wait at most. |

        Also while the activity only waits to be entered (asynchronous before). Returns a dictionary: ``id`` (of the
        activity), ``name``, ``type``, ``execution`` (its id). When time is over, or the process has ended, it fails
        and says where the process stands or what it went through.

        Example:
        | `Wait Until Process Is At`    ${instance}    Review comic    timeout=1 minute
        """
        engine = self.engine
        started = _known(engine, instance)
        (wanted,) = find_activities(engine, engine.definitions.get(started.process_definition_id), activity)
        at = wait_for(
            f"Activity '{activity}' of process instance '{instance}'",
            lambda: _position(engine, instance, wanted),
            timeout,
            lambda: standing(engine, instance),
        )
        return DotDict(
            id=at.activity_id, name=at.name, type=at.activity_type, execution=next(iter(at.execution_ids), None)
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


def _files(paths: Mapping[str, Path]) -> dict[str, TypedValue]:
    return {name: FileValue(path.name, path=path) for name, path in paths.items()}


def _started(instance: ProcessInstance) -> str:
    logger.info(f"Started process instance '{instance.id}' of '{instance.definition_id}'.")
    return instance.id


def _ended(engine: Engine, instance: str) -> HistoricProcessInstance | None:
    found = _known(engine, instance)
    return found if found.end_time else None


def _position(engine: Engine, instance: str, activity_id: str) -> ActivityInstance | None:
    """Returns where an instance stands if it is this activity. ConditionNotMet once it has ended."""
    try:
        inside = engine.processes.activity_tree(instance).all_inside()
    except NotFound:
        ended = _known(engine, instance)
        way = ", ".join(f"'{each.name or each.activity_id}'" for each in engine.history.activities(instance))
        raise ConditionNotMet(
            f"Process instance '{instance}' is not at '{activity_id}': it has ended ({ended.state}) after {way}."
        ) from None
    return next((each for each in inside if each.activity_id == activity_id), None)


def _known(engine: Engine, instance: str) -> HistoricProcessInstance:
    found = engine.history.process_instance(instance)
    if found is None:
        raise ConditionNotMet(f"There is no process instance '{instance}'.")
    return found
