"""Keywords that start batches: the engine does the same to many instances, by itself."""

from collections.abc import Mapping

from robot.api import logger
from robot.api.deco import keyword

from CamundaLibrary.engines.records import Batch
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.keywords.activities import Activities, find_activities
from CamundaLibrary.keywords.choices import choose_one
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.modifications import beginning, ended, plan_migration
from CamundaLibrary.keywords.versions import choose_definition


class MassChangeKeywords(EngineGroup):
    """Starts batches."""

    @keyword(tags=("Batch",))
    def delete_processes(self, *instances: str, process: str | None = None, reason: str | None = None) -> str:
        """Starts a batch that ends process instances, and returns its id.

        | =Arguments=   | =Description= |
        | ``instances`` | Ids of process instances. |
        | ``process``   | Id of a process in its model: all its running instances. |
        | ``reason``    | Text that the history keeps. |

        Example:
        | ${batch}    `Delete Processes`    process=comic-search    reason=out of date
        | `Wait Until Batch Is Done`    ${batch}
        """
        if not instances and process is None:
            raise ValueRefused("Deleting process instances failed: give instances or a process.")
        return _started(self.engine.processes.delete_many(instances, process_definition_key=process, reason=reason))

    @keyword(tags=("Batch",))
    def migrate_processes(
        self,
        process: str,
        from_version: int,
        version: int | None = None,
        version_tag: str | None = None,
        activities: Mapping[str, str] | None = None,
        tenant: str | None = None,
    ) -> str:
        """Starts a batch that has all instances of a version go on in another one.

        | =Arguments=      | =Description= |
        | ``process``      | Id of the process in its model. |
        | ``from_version`` | Number of the version that they run in. |
        | ``version``      | Number of the version to go on in; without it the newest. |
        | ``version_tag``  | Version tag in the model; the newest version with this tag. |
        | ``activities``   | Dictionary of activities, see `Migrate Process`. |
        | ``tenant``       | Id of the tenant. |

        Returns the id of the batch.

        Example:
        | ${batch}    `Migrate Processes`    comic-search    from_version=1
        | `Wait Until Batch Is Done`    ${batch}
        """
        source = choose_definition(self.engine, process, from_version, tenant=tenant)
        target = choose_definition(self.engine, process, version, version_tag, tenant)
        plan = plan_migration(self.engine, source, target, activities or {})
        return _started(self.engine.migrations.execute_many(plan, process_definition_id=source.id))

    @keyword(tags=("Batch",))
    def restart_processes(
        self,
        *instances: str,
        before: Activities = (),
        after: Activities = (),
        initial_variables: bool = False,
    ) -> str:
        """Starts a batch that starts ended process instances anew, and returns its id.

        | =Arguments=           | =Description= |
        | ``instances``         | Ids of process instances that ended, all of one version of a process. |
        | ``before``            | Id or name of an activity to start before, or a list of them. |
        | ``after``             | Id or name of an activity to start after, or a list of them. |
        | ``initial_variables`` | True: with the variables they were started with. |

        Without ``before`` and ``after`` they begin where the first of them began.

        Example:
        | ${batch}    `Restart Processes`    @{instances}    before=Search comics
        | `Wait Until Batch Is Done`    ${batch}
        """
        if not instances:
            raise ValueRefused("Restarting process instances failed: give instances.")
        engine = self.engine
        versions = list(dict.fromkeys(ended(engine, each).process_definition_id for each in instances))
        definition = engine.definitions.get(choose_one("version of the instances to restart", versions, str))
        began = [] if before or after else [beginning(engine, instances[0])]
        batch = engine.processes.restart_many(
            definition.id,
            instances,
            before=began or find_activities(engine, definition, before),
            after=find_activities(engine, definition, after),
            initial_variables=initial_variables,
        )
        return _started(batch)

    @keyword(tags=("Batch",))
    def set_retries_of_external_tasks(
        self, retries: int, topic: str | None = None, process: str | None = None, instance: str | None = None
    ) -> str:
        """Starts a batch that has all failed external tasks tried again.

        | =Arguments=  | =Description= |
        | ``retries``  | How many tries each gets. |
        | ``topic``    | Topic of the external tasks. |
        | ``process``  | Id of the process in its model. |
        | ``instance`` | Id of the process instance. |

        Those have failed that have no retries left; others stay as they are. One of ``topic``, ``process`` and
        ``instance`` must be given. Returns the id of the batch.

        Example:
        | ${batch}    `Set Retries Of External Tasks`    3    topic=Search comics
        | `Wait Until Batch Is Done`    ${batch}
        """
        if topic is None and process is None and instance is None:
            raise ValueRefused("Setting retries failed: give a topic, a process or an instance.")
        batch = self.engine.external_tasks.set_retries_of_many(
            retries, topic=topic, process_definition_key=process, process_instance_id=instance
        )
        return _started(batch)

    @keyword(tags=("Batch",))
    def set_retries_of_jobs(self, retries: int, process: str) -> str:
        """Starts a batch that has all failed jobs of a process tried again.

        | =Arguments= | =Description= |
        | ``retries`` | How many tries each gets. |
        | ``process`` | Id of the process in its model. |

        Those have failed that have no retries left; others stay as they are. Returns the id of the batch.

        Example:
        | ${batch}    `Set Retries Of Jobs`    3    process=comic-search
        | `Wait Until Batch Is Done`    ${batch}
        """
        return _started(self.engine.jobs.set_retries_of_many(retries, process_definition_key=process))


def _started(batch: Batch) -> str:
    logger.info(f"Started batch '{batch.id}' ({batch.type}) of {batch.total} jobs.")
    return batch.id
