"""ThrowBpmnError and the like, raised by Python keywords: they decide the outcome as the keywords of those names do."""

import logging
import sys

from CamundaLibrary.errors import CamundaLibraryError
from CamundaLibrary.task.context import TaskContext

_log = logging.getLogger(__name__)


def heed_raised_ending(context: TaskContext) -> None:
    """Lets what Robot Framework is handling just now decide; to be called when a keyword failed or was skipped.

    A robot task that is skipped cannot be made to fail from here: so a second outcome fails the task itself, unless
    the one before ended it already.
    """
    from CamundaLibrary.task.endings import TaskEnding
    from CamundaLibrary.task.outcome import Completed, Failed

    ending = sys.exc_info()[1]
    if isinstance(ending, TaskEnding):
        try:
            context.decide(ending.outcome)
        except CamundaLibraryError as refusal:
            if not context.ends_robot:
                _log.warning("%s", refusal)
            elif context.decided is None or isinstance(context.decided, Completed):
                context.decided = Failed(str(refusal))
