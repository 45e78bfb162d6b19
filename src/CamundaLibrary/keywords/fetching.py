"""Keywords that take tasks by hand."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.keywords.group import TaskGroup

if TYPE_CHECKING:
    from CamundaLibrary.settings import Settings
    from CamundaLibrary.task.taken_tasks import Request

Names = Sequence[str] | str


class FetchingKeywords(TaskGroup):
    """A robot that works off a queue by itself."""

    @keyword(tags=("Fetching",))
    def fetch_and_lock(
        self,
        topic: str,
        *,
        wait: timedelta = timedelta(),
        lock_duration: timedelta | None = None,
        variables: Names | None = None,
        local_variables: bool = False,
        business_key: str | None = None,
        process: Names = (),
        definition: Names = (),
        version_tag: str | None = None,
        process_variables: Mapping[str, Any] | None = None,
        tenant: Names = (),
        without_tenant: bool = False,
        use_priority: bool = True,
        oldest_first: bool = True,
    ) -> DotDict | None:
        """Takes a waiting task, which is the current one from now on.

        | =Arguments=           | =Description= |
        | ``topic``             | Topic of the task. |
        | ``wait``              | How long to wait for one if there is none. |
        | ``lock_duration``     | Of the lock, which is extended as long as the run works on the task. |
        | ``variables``         | Names of the variables to fetch; without it all that the task sees. |
        | ``local_variables``   | Whether to fetch those of the task's own scope only. |
        | ``business_key``      | Only tasks of process instances with this business key. |
        | ``process``           | Only tasks of the process with this id in its model, or of one of several. |
        | ``definition``        | Only tasks of the process definition with this id, or of one of several. |
        | ``version_tag``       | Only tasks of processes with this version tag; ``%`` stands for any text. |
        | ``process_variables`` | Only tasks of process instances that have one of these values. |
        | ``tenant``            | Only tasks of this tenant, or of one of several. |
        | ``without_tenant``    | Only tasks of no tenant. |
        | ``use_priority``      | Tasks of the highest priority first. |
        | ``oldest_first``      | Of equal tasks the oldest first; otherwise in no order. |

        Returns what `Get Task` returns, or None if there is none. See `Tasks taken by hand`.

        Example:
        | ${task}    `Fetch And Lock`    invoices    wait=30s    tenant=north
        | IF    $task    `Complete Task`    seen=${True}
        """
        from CamundaLibrary.keywords.tasks import describe
        from CamundaLibrary.task import current

        settings = self._read_settings()
        request = _request(
            settings, topic, wait, lock_duration, variables, local_variables, business_key, process, definition,
            version_tag, process_variables, tenant, without_tenant, use_priority, oldest_first,
        )  # fmt: skip
        state = current.begin_with_library()
        task = state.take_tasks().fetch(request, settings, state.output_folder)
        return describe(task) if task else None

    @keyword(tags=("Fetching",))
    def extend_lock(self, duration: timedelta) -> None:
        """Makes the lock of the current task last at least so long from now on.

        | =Arguments=  | =Description= |
        | ``duration`` | Time until the lock ends if this run should stop without a word. |

        Not needed while a robot works: the lock is extended by itself. Good before a time in which the machine
        stands still. Fails when the lock is lost. With a task file, the worker keeps the lock as it sees fit.

        Example:
        | `Extend Lock`    10 minutes
        """
        self.task.extend_lock(duration)

    @keyword(tags=("Fetching",))
    def for_each_task(
        self,
        topic: str,
        keyword: str,
        *arguments: Any,
        limit: int | None = None,
        max_time: timedelta | None = None,
        wait: timedelta = timedelta(),
        lock_duration: timedelta | None = None,
        variables: Names | None = None,
        local_variables: bool = False,
        business_key: str | None = None,
        process: Names = (),
        definition: Names = (),
        version_tag: str | None = None,
        process_variables: Mapping[str, Any] | None = None,
        tenant: Names = (),
        without_tenant: bool = False,
        use_priority: bool = True,
        oldest_first: bool = True,
    ) -> DotDict:
        """Calls a keyword for every waiting task, each the current one in its turn.

        | =Arguments=           | =Description= |
        | ``topic``             | Topic of the tasks. |
        | ``keyword``           | Keyword to call for each. |
        | ``arguments``         | Arguments of the keyword. |
        | ``limit``             | How many tasks to do at most. |
        | ``max_time``          | After this time no further task is begun. |
        | ``wait``              | How long to wait for the next task if there is none. |
        | ``lock_duration``     | As in `Fetch And Lock`. |
        | ``variables``         | As in `Fetch And Lock`. |
        | ``local_variables``   | As in `Fetch And Lock`. |
        | ``business_key``      | As in `Fetch And Lock`. |
        | ``process``           | As in `Fetch And Lock`. |
        | ``definition``        | As in `Fetch And Lock`. |
        | ``version_tag``       | As in `Fetch And Lock`. |
        | ``process_variables`` | As in `Fetch And Lock`. |
        | ``tenant``            | As in `Fetch And Lock`. |
        | ``without_tenant``    | As in `Fetch And Lock`. |
        | ``use_priority``      | As in `Fetch And Lock`. |
        | ``oldest_first``      | As in `Fetch And Lock`. |

        Each task has an outcome of its own, see `Tasks taken by hand`. A keyword that fails is the failure of its
        task, and the next one follows. Returns a dictionary with the numbers of tasks: ``done`` are all of them,
        which are ``completed``, ``bpmn_errors``, ``failures``, ``given_back``, or ``unreported`` (a lock was lost, the
        engine did not answer: said in a warning).

        Example:
        | ${numbers}    `For Each Task`    invoices    Check Invoice    limit=${100}    max_time=1 hour
        | Should Be Equal    ${numbers.failures}    ${0}
        """
        from CamundaLibrary.keywords.task_loop import TaskLoop

        settings = self._read_settings()
        request = _request(
            settings, topic, wait, lock_duration, variables, local_variables, business_key, process, definition,
            version_tag, process_variables, tenant, without_tenant, use_priority, oldest_first,
        )  # fmt: skip
        return TaskLoop(request, settings, keyword, arguments).run(limit, max_time)

    def _read_settings(self) -> "Settings":
        from CamundaLibrary.keywords.robot_variables import robot_variables
        from CamundaLibrary.settings import environment, read_settings
        from CamundaLibrary.task import current

        sources = current.begin_with_library().sources(robot_variables())
        return read_settings([*sources, environment()]).settings_or_error()


def _request(
    settings: "Settings",
    topic: str,
    wait: timedelta,
    lock_duration: timedelta | None,
    variables: Names | None,
    local_variables: bool,
    business_key: str | None,
    process: Names,
    definition: Names,
    version_tag: str | None,
    process_variables: Mapping[str, Any] | None,
    tenant: Names,
    without_tenant: bool,
    use_priority: bool,
    oldest_first: bool,
) -> "Request":
    from CamundaLibrary.engines.records import Subscription
    from CamundaLibrary.task.taken_tasks import Request

    subscription = Subscription(
        topic,
        lock_duration or settings.lock_duration,
        variables=None if variables is None else _names(variables),
        local_variables=local_variables,
        business_key=business_key,
        process_definition_keys=_names(process),
        process_definition_ids=_names(definition),
        process_definition_version_tag=version_tag,
        process_variables=process_variables or {},
        tenant_ids=_names(tenant),
        without_tenant=without_tenant,
    )
    return Request(subscription, wait, use_priority, oldest_first)


def _names(given: Names) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
