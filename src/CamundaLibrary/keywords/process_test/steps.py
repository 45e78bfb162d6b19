"""Keywords that do the steps of a process, as robots, people, clocks and other systems would."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from secrets import token_hex
from typing import Any, TypeVar

from robot.api import logger
from robot.api.deco import keyword

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import EngineConflict, NotFound, RequestRefused
from CamundaLibrary.keywords.process_test.subjects import Subjects
from CamundaLibrary.variables import encode_all

T = TypeVar("T")

_LOCK = timedelta(minutes=1)


class ProcessSteps:
    """Each waits for its step to come, as long as the library's deadline."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects
        self._worker = f"process-test-{token_hex(4)}"

    @keyword(tags=("Step",))
    def do_external_task(self, instance: str, activity: str, /, **variables: Any) -> None:
        """Completes an external task instead of a robot.

        | =Arguments=   | =Description= |
        | ``instance``  | Id of the process instance. |
        | ``activity``  | Id or name of the service task in the model. |
        | ``variables`` | Process variables, typed by their Python values. |

        Example:
        | `Do External Task`    ${instance}    Check order    valid=${True}
        """
        task = self._take(instance, activity)
        self._subjects.engine.external_tasks.complete(task.id, self._worker, encode_all(variables), {})

    @keyword("Throw BPMN Error At", tags=("Step",))
    def throw_bpmn_error_at(
        self, instance: str, activity: str, code: str, message: str | None = None, /, **variables: Any
    ) -> None:
        """Ends an external task with a BPMN error instead of a robot.

        | =Arguments=   | =Description= |
        | ``instance``  | Id of the process instance. |
        | ``activity``  | Id or name of the service task in the model. |
        | ``code``      | Error code. |
        | ``message``   | Error message. |
        | ``variables`` | Process variables. |

        Example:
        | `Throw BPMN Error At`    ${instance}    Check order    sold_out
        """
        task = self._take(instance, activity)
        tasks = self._subjects.engine.external_tasks
        tasks.bpmn_error(task.id, self._worker, code, message, encode_all(variables))

    @keyword(tags=("Step",))
    def fail_external_task(
        self, instance: str, activity: str, message: str = "Failed by a process test.", retries: int = 0
    ) -> None:
        """Reports a failure of an external task instead of a robot.

        | =Arguments= | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of the service task in the model. |
        | ``message``  | Message of the failure, and of the incident. |
        | ``retries``  | Tries left; with 0 there is an incident. |

        Example:
        | `Fail External Task`    ${instance}    Check order    The shop is down.
        | `Incident Should Exist`    ${instance}    Check order
        """
        task = self._take(instance, activity)
        tasks = self._subjects.engine.external_tasks
        tasks.failure(task.id, self._worker, message, None, retries, timedelta(), {}, {})

    @keyword(tags=("Step",))
    def do_user_task(self, instance: str, activity: str, /, **variables: Any) -> None:
        """Completes a user task instead of a person.

        | =Arguments=   | =Description= |
        | ``instance``  | Id of the process instance. |
        | ``activity``  | Id or name of the user task in the model. |
        | ``variables`` | Process variables, as a form would set them. |

        Example:
        | `Do User Task`    ${instance}    Review order    accepted=${True}
        """
        node = self._subjects.activity_id(instance, activity)
        tasks = self._subjects.engine.user_tasks
        task = self._first(
            f"User task '{activity}'",
            instance,
            lambda: tasks.list(process_instance_id=instance, task_definition_key=node),
        )
        tasks.complete(task.id, encode_all(variables))

    @keyword(tags=("Step",))
    def trigger_timer(self, instance: str, activity: str) -> None:
        """Lets the time of a timer come now.

        | =Arguments= | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of the timer event in the model. |

        Example:
        | `Trigger Timer`    ${instance}    Two days later
        """
        self._run_job("Timer", instance, activity, timers=True)

    @keyword(tags=("Step",))
    def trigger_job(self, instance: str, activity: str) -> None:
        """Runs an asynchronous continuation now.

        It waits for the engine's job executor at an activity. Where that one was faster, it is as good.

        | =Arguments= | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of the activity in the model. |

        Example:
        | `Trigger Job`    ${instance}    Send confirmation
        """
        self._run_job("Job", instance, activity, timers=None)

    @keyword(tags=("Step",))
    def trigger_message(self, instance: str, name: str, /, **variables: Any) -> None:
        """Gives a message to a process instance that waits for it.

        | =Arguments=   | =Description= |
        | ``instance``  | Id of the process instance. |
        | ``name``      | Name of the message. |
        | ``variables`` | Process variables. |

        Example:
        | `Trigger Message`    ${instance}    payment received    amount=${12.5}
        """
        self._subjects.instance(instance)
        values, messages = encode_all(variables), self._subjects.engine.messages

        def is_given() -> bool | None:
            try:
                messages.correlate(name, process_instance_id=instance, variables=values)
            except RequestRefused as error:  # nobody waits for it, yet perhaps
                logger.debug(str(error))
                return None
            return True

        self._subjects.wait_for(f"Waiting for message '{name}'", instance, is_given)

    def _take(self, instance: str, activity: str) -> ExternalTask:
        node = self._subjects.activity_id(instance, activity)
        tasks = self._subjects.engine.external_tasks
        task = self._first(
            f"External task '{activity}'",
            instance,
            lambda: tasks.list(process_instance_id=instance, activity_id=node),
        )
        tasks.lock(task.id, self._worker, _LOCK)
        logger.info(f"Took external task '{task.id}' of topic '{task.topic}'.")
        return task

    def _run_job(self, kind: str, instance: str, activity: str, timers: bool | None) -> None:
        node = self._subjects.activity_id(instance, activity)
        jobs = self._subjects.engine.jobs

        def is_run() -> bool | None:
            waiting = jobs.list(process_instance_id=instance, activity_id=node, timers=timers)
            for job in waiting:
                with suppress(EngineConflict, NotFound):  # the engine's own job executor has it
                    jobs.execute(job.id)
                    return True
            may_be_done = waiting or not timers
            passages = self._subjects.passages(instance) if may_be_done else ()
            return any(each.activity_id == node for each in passages) or None

        self._subjects.wait_for(f"{kind} '{activity}'", instance, is_run)

    def _first(self, what: str, instance: str, ask: Callable[[], Sequence[T]]) -> T:
        return self._subjects.wait_for(what, instance, lambda: next(iter(ask()), None))
