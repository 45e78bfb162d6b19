"""Keywords on the external tasks of an engine: which wait, and who holds which."""

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.keywords.connection import EngineGroup


class ExternalTaskKeywords(EngineGroup):
    """Looks at the tasks that robots do, without taking any."""

    @keyword(tags=("External task",))
    def find_external_tasks(
        self,
        topic: str | None = None,
        instance: str | None = None,
        process: str | None = None,
        activity: str | None = None,
        worker: str | None = None,
        locked: bool | None = None,
        with_retries: bool | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns the open external tasks that match all that is given, oldest first.

        | =Arguments=      | =Description= |
        | ``topic``        | Topic. |
        | ``instance``     | Id of the process instance. |
        | ``process``      | Id of the process in its model. |
        | ``activity``     | Id of the activity in the model. |
        | ``worker``       | Worker id of who holds them. |
        | ``locked``       | True: only those that somebody holds; False: only those that nobody does. |
        | ``with_retries`` | True: only those that may be tried; False: only those that have an incident. |
        | ``limit``        | How many to return at most. |

        Each is a dictionary: ``id``, ``topic``, ``activity``, ``instance``, ``process``, ``business_key``, ``worker``
        (None if nobody fetched it since its last failure), ``locked_until``, ``retries`` (None before the first
        failure), ``error``, ``priority``, ``suspended``, ``tenant``, ``created``. None of them is taken by that.

        In the engine's own REST API ``locked=false`` filters nothing: it means that nothing is asked. Here it does what
        it says.

        Example:
        | ${waiting}    `Find External Tasks`    validate-input    locked=False
        | Length Should Be    ${waiting}    3
        """
        found = self.engine.external_tasks.list(
            topic=topic,
            process_instance_id=instance,
            process_definition_key=process,
            activity_id=activity,
            worker_id=worker,
            locked=locked,
            has_retries_left=with_retries,
            max_results=limit,
        )
        return [_shown(each) for each in found]


def _shown(task: ExternalTask) -> DotDict:
    return DotDict(
        id=task.id,
        topic=task.topic,
        activity=task.activity_id,
        instance=task.process_instance_id,
        process=task.process_definition_key,
        business_key=task.business_key,
        worker=task.worker_id,
        locked_until=task.lock_expiration,
        retries=task.retries,
        error=task.error_message,
        priority=task.priority,
        suspended=task.suspended,
        tenant=task.tenant_id,
        created=task.create_time,
    )
