"""Keywords that decide the outcome of the current task."""

from datetime import timedelta
from typing import Any

from robot.api import Failure, SkipExecution
from robot.api.deco import keyword

from CamundaLibrary.keywords.group import TaskGroup


class OutcomeKeywords(TaskGroup):
    """One run, one outcome: a second, different one fails."""

    @keyword(tags=("Outcome",))
    def complete_task(self, /, **variables: Any) -> None:
        """Decides that the task is completed if nothing fails afterwards.

        | =Arguments=   | =Description= |
        | ``variables`` | Process variables to set, see `Variable types`. |

        Not needed where the listener is attached: a run that passes completes its task. The robot goes on, and
        variables that are set later are still sent.

        Example:
        | `Complete Task`    results=${urls}    count=${3}
        """
        from CamundaLibrary.task.outcome import Completed
        from CamundaLibrary.variables import encode_all

        self.task.decide(Completed(encode_all(variables)))

    @keyword("Throw BPMN Error", tags=("Outcome",))
    def throw_bpmn_error(self, /, code: str, message: str | None = None, **variables: Any) -> None:
        """Ends the task with a BPMN error.

        | =Arguments=   | =Description= |
        | ``code``      | Code that an error event in the model catches. |
        | ``message``   | Text kept with the error. |
        | ``variables`` | Process variables to set, see `Variable types`. |

        A BPMN error is a business outcome: the robot task ends as skipped, no retry is used up, and the remaining
        robot tasks of the run are skipped. It cannot be caught in the robot; teardowns run.
        Use `Report Failure` for technical problems.

        Example:
        | `Throw BPMN Error`    not_found    No comic matches.    query=${query}
        """
        from CamundaLibrary.task.endings import ThrowBpmnError

        task, outcome = self.task, ThrowBpmnError(code, message, **variables).outcome
        task.decide(outcome)
        if task.ends_robot:
            raise SkipExecution(str(outcome))

    @keyword(tags=("Outcome",))
    def report_failure(
        self,
        message: str,
        details: str | None = None,
        retries: int | None = None,
        retry_timeout: timedelta | None = None,
    ) -> None:
        """Ends the task with a technical failure.

        | =Arguments=       | =Description= |
        | ``message``       | What went wrong; the engine keeps 666 characters. |
        | ``details``       | Long text kept with the failure. |
        | ``retries``       | Number of tries left to report: 0 is an incident now. Without it one less than before. |
        | ``retry_timeout`` | Time until the next try. Without it as configured. |

        The robot task ends as failed, the remaining robot tasks of the run are skipped. Variables set before are
        sent with the failure. Use `Throw BPMN Error` for business outcomes.

        Example:
        | `Report Failure`    The shop is closed for maintenance.    retry_timeout=30 minutes
        """
        from CamundaLibrary.task.endings import ReportFailure

        task = self.task
        task.decide(ReportFailure(message, details, retries, retry_timeout).outcome)
        if task.ends_robot:
            raise Failure(message)

    @keyword(tags=("Outcome",))
    def give_back_task(self, after: timedelta = timedelta(minutes=1)) -> None:
        """Gives the task back: it is free again after a time, as if never fetched.

        | =Arguments= | =Description= |
        | ``after``   | Time until somebody can fetch it again; ``0s`` frees it at once. |

        No retry is used up and no variable is sent. The robot task ends as skipped.

        Example:
        | `Give Back Task`    after=10 minutes
        """
        from CamundaLibrary.task.endings import GiveBackTask

        task, outcome = self.task, GiveBackTask(after).outcome
        task.decide(outcome)
        if task.ends_robot:
            raise SkipExecution(f"Task '{task.task.id}' is {outcome}.")
