"""Every waiting task of a topic, one after the other."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from robot.api import logger
from robot.utils import DotDict

from CamundaLibrary.keywords.keyword_call import CallEnd, call_keyword, check_keyword, heed_signals
from CamundaLibrary.settings import Settings
from CamundaLibrary.task import current
from CamundaLibrary.task.context import TaskContext
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack, Outcome, RunResult
from CamundaLibrary.task.taken_tasks import Request, end_turn

_NUMBERS: dict[type[Outcome], str] = {
    Completed: "completed",
    BpmnError: "bpmn_errors",
    Failed: "failures",
    GivenBack: "given_back",
}


class TaskLoop:
    """Calls a keyword for each task."""

    def __init__(self, request: Request, settings: Settings, keyword: str, arguments: Sequence[Any]) -> None:
        self._request = request
        self._settings = settings
        self._keyword = keyword
        self._arguments = arguments
        self._state = current.begin_with_library()
        self._numbers = DotDict.fromkeys(("done", *_NUMBERS.values(), "unreported"), 0)

    def run(self, limit: int | None, max_time: timedelta | None) -> DotDict:
        """Returns how many tasks were done. Stops at the limits, and where Robot Framework has to stop."""
        check_keyword(self._keyword)
        deadline = None if max_time is None else time.monotonic() + max_time.total_seconds()
        while limit is None or self._numbers.done < limit:
            task = self._fetch(deadline)
            if task is None:
                break
            self._do(task)
        logger.info(", ".join(f"{name.replace('_', ' ')}: {number}" for name, number in self._numbers.items()))
        return self._numbers

    def _fetch(self, deadline: float | None) -> TaskContext | None:
        wait = self._request.wait
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            wait = min(wait, timedelta(seconds=left))
        heed_signals()
        return self._state.take_tasks().fetch_for_turn(self._request._replace(wait=wait), self._settings)

    def _do(self, task: TaskContext) -> None:
        with self._state.take_tasks().turn(task):
            end = call_keyword(self._keyword, self._arguments, self._state)
            self._report(task, end)
        if end.stop:
            raise end.stop

    def _report(self, task: TaskContext, end: CallEnd) -> None:
        """What was interrupted is given back, unless its keyword has decided otherwise."""
        if end.result is None and not task.is_over:
            task.decided = GivenBack()
            logger.warn(f"Task '{task.task.id}' was interrupted: it is {task.decided}.")
        reported = end_turn(task, end.result or RunResult("PASS"), self._state.output_folder)
        (logger.warn if reported.is_problem else logger.info)(reported.text)
        self._numbers.done += 1
        self._numbers[_NUMBERS[type(reported.delivered)] if reported.delivered else "unreported"] += 1
