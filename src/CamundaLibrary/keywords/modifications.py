"""Keywords that move process instances to other activities or versions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import (
    HistoricProcessInstance,
    MigrationInstruction,
    MigrationPlan,
    ProcessDefinition,
)
from CamundaLibrary.errors import NoSingleMatch, RequestRefused, ValueRefused
from CamundaLibrary.keywords.activities import Activities, find_activities, find_positions, running
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.versions import choose_definition
from CamundaLibrary.variables import encode_all


class ModificationKeywords(EngineGroup):
    """Does with process instances what their models do not foresee."""

    @keyword(tags=("Modification",))
    def modify_process(
        self,
        instance: str,
        /,
        before: Activities = (),
        after: Activities = (),
        cancel: Activities = (),
        annotation: str | None = None,
        **variables: Any,
    ) -> None:
        """Moves a running process instance to other activities.

        | =Arguments=    | =Description= |
        | ``instance``   | Id of the process instance. |
        | ``before``     | Id or name of an activity to start before, or a list of them. |
        | ``after``      | Id or name of an activity to start after, or a list of them. |
        | ``cancel``     | Id or name of an activity to cancel wherever the instance stands at it, or a list of them. |
        | ``annotation`` | Note for the log of user operations. |
        | ``variables``  | Process variables to set before, typed by their Python values. |

        What is cancelled is cancelled last; where nothing is left then, the instance ends.

        Example:
        | `Modify Process`    ${instance}    before=Search comics    cancel=Review comic    query=dragons
        """
        engine, values = self.engine, encode_all(variables)
        if not (before or after or cancel):
            raise ValueRefused(f"Modifying process instance '{instance}' failed: give before, after or cancel.")
        definition = engine.definitions.get(running(engine, instance).definition_id)
        positions = find_positions(engine, instance, cancel) if cancel else []
        starts = {
            "before": find_activities(engine, definition, before),
            "after": find_activities(engine, definition, after),
        }
        if values and not (before or after):
            engine.variables.of_process_instance(instance).set(values)
        cancelled = list(dict.fromkeys(each.activity_id for each in positions))
        engine.processes.modify(instance, **starts, cancel=cancelled, variables=values, annotation=annotation)

    @keyword(tags=("Modification",))
    def restart_process(
        self, instance: str, before: Activities = (), after: Activities = (), initial_variables: bool = False
    ) -> str:
        """Starts an ended process instance anew and returns the id of the new one.

        | =Arguments=           | =Description= |
        | ``instance``          | Id of the process instance that ended. |
        | ``before``            | Id or name of an activity to start before, or a list of them. |
        | ``after``             | Id or name of an activity to start after, or a list of them. |
        | ``initial_variables`` | True: with the variables it was started with; else with the last values of all. |

        Without ``before`` and ``after`` it begins where it began. Version and business key stay the same.

        Example:
        | ${again}    `Restart Process`    ${instance}    before=Search comics
        """
        engine, past = self.engine, ended(self.engine, instance)
        definition = engine.definitions.get(past.process_definition_id)
        began = [] if before or after else [beginning(engine, instance)]
        new = engine.processes.restart(
            definition.id,
            [instance],
            before=began or find_activities(engine, definition, before),
            after=find_activities(engine, definition, after),
            initial_variables=initial_variables,
        )
        if instance not in new:
            raise NoSingleMatch(f"Process instance '{instance}' was restarted, but the history does not say as which.")
        logger.info(f"Restarted process instance '{instance}' as '{new[instance]}'.")
        return new[instance]

    @keyword(tags=("Modification",))
    def migrate_process(
        self,
        instance: str,
        version: int | None = None,
        version_tag: str | None = None,
        activities: Mapping[str, str] | None = None,
    ) -> None:
        """Has a running process instance go on in another version of its process.

        | =Arguments=     | =Description= |
        | ``instance``    | Id of the process instance. |
        | ``version``     | Number of the version to go on in; without it the newest. |
        | ``version_tag`` | Version tag in the model; the newest version with this tag. |
        | ``activities``  | Dictionary: activities of the old version, and what takes their place in the new one. |

        Activities that have the same id and kind in both versions take each other's place without being named. Where
        that does not do, it fails, says what hinders, and leaves the instance as it is.

        Example:
        | `Migrate Process`    ${instance}
        | `Migrate Process`    ${instance}    version_tag=2.0    activities=${{ {'Review': 'Check'} }}
        """
        engine = self.engine
        source = engine.definitions.get(running(engine, instance).definition_id)
        target = choose_definition(engine, source.key, version, version_tag, source.tenant_id)
        plan = plan_migration(engine, source, target, activities or {})
        engine.migrations.execute(plan, [instance])
        logger.info(f"Process instance '{instance}' goes on in version {target.version} of '{target.key}'.")


def plan_migration(
    engine: Engine, source: ProcessDefinition, target: ProcessDefinition, activities: Mapping[str, str]
) -> MigrationPlan:
    """Returns the engine's plan with these activities in place of its own. RequestRefused lists what hinders it."""
    plan = engine.migrations.plan(source.id, target.id)
    given = {
        find_activities(engine, source, old)[0]: find_activities(engine, target, new)[0]
        for old, new in activities.items()
    }
    generated = [each for each in plan.instructions if each.source not in given]
    instructions = (*generated, *(MigrationInstruction(old, new) for old, new in given.items()))
    plan = replace(plan, instructions=instructions)
    problems = engine.migrations.problems(plan)
    if problems:
        action = f"Migrating '{source.key}' from version {source.version} to {target.version}"
        raise RequestRefused(action, "; ".join(problems))
    return plan


def ended(engine: Engine, instance: str) -> HistoricProcessInstance:
    """Returns an instance that has ended. NoSingleMatch if it runs or never was."""
    past = engine.history.process_instance(instance)
    if past is None or past.end_time is None:
        runs = " It is still running." if past else ""
        raise NoSingleMatch(f"There is no ended process instance '{instance}'.{runs}")
    return past


def beginning(engine: Engine, instance: str) -> str:
    """Returns the id of the activity that an instance began with."""
    return engine.history.activities(instance)[0].activity_id
