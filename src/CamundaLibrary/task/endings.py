"""What Python code raises to end its task otherwise than completed, named as the keywords that do the same."""

from datetime import timedelta

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.task.outcome import BpmnError, Failed, GivenBack, Outcome
from CamundaLibrary.variables import encode_all


class TaskEnding(Exception):
    """Base of the three; `outcome` is the outcome that it decides. Not to be raised itself."""

    ROBOT_SUPPRESS_NAME = True
    outcome: Outcome


class ThrowBpmnError(TaskEnding):
    """Ends the task with a BPMN error, a business outcome that an error event in the model catches.

    `code` is what the event catches, `message` a text kept with the error, `variables` are process variables to set
    with it, beside those that were set before. ValueRefused for an empty code, and for what the engine could not store.
    """

    ROBOT_SKIP_EXECUTION = True  # in Robot Framework: the robot task ends as skipped

    def __init__(self, /, code: str, message: str | None = None, **variables: object) -> None:
        if not code:
            raise ValueRefused("A BPMN error needs a code that is not empty.")
        self.outcome = BpmnError(code, message, encode_all(variables))
        super().__init__(str(self.outcome))


class ReportFailure(TaskEnding):
    """Ends the task with a technical failure; variables that were set before are sent with it.

    `message` says what went wrong (the engine keeps 666 characters), `details` is a long text kept with it. `retries`
    is the number of tries left to report, 0 an incident now; without it one less than before. `retry_timeout` is the
    time until the next try; without it as configured. ValueRefused for a negative number or time.
    """

    def __init__(
        self,
        message: str,
        details: str | None = None,
        retries: int | None = None,
        retry_timeout: timedelta | None = None,
    ) -> None:
        if retries is not None and retries < 0:
            raise ValueRefused(f"A failure cannot leave {retries} retries; 0 is the least, and an incident now.")
        if retry_timeout is not None and retry_timeout < timedelta():
            raise ValueRefused("The time until the next try cannot be negative.")
        self.outcome = Failed(message, details, retries, retry_timeout)
        super().__init__(message)


class GiveBackTask(TaskEnding):
    """Gives the task back: it is free again `after` a time, at once for no time; nothing is sent, no try used up.

    ValueRefused for a negative time.
    """

    ROBOT_SKIP_EXECUTION = True

    def __init__(self, after: timedelta = timedelta(minutes=1)) -> None:
        if after < timedelta():
            raise ValueRefused("The time until the task is free again cannot be negative.")
        self.outcome = GivenBack(after)
        super().__init__(f"The task is {self.outcome}.")
