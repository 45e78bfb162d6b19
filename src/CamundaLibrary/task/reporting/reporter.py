"""Brings the outcome of a task to the engine, with repetitions that lose nothing."""

import logging
import random
import time
from collections.abc import Callable, Sequence

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import EngineError
from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.task.reporting.catchers import Catchers
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.task.reporting.report import Report

_log = logging.getLogger(__name__)
_DEFAULT_POLICY = Policy()


class Reporter:
    """Reports outcomes to one engine; `repeated` is called, with the problem, before a report is sent once more."""

    def __init__(
        self,
        engine: Engine,
        *,
        sleep: Callable[[float], None] = time.sleep,
        repeated: Callable[[ExternalTask, str], None] = lambda task, problem: None,
    ) -> None:
        self._engine = engine
        self._repeated = repeated
        self._catchers = Catchers(engine)
        self._sleep = sleep

    def report(
        self,
        task: ExternalTask,
        worker_id: str,
        outcome: Outcome,
        attachments: Sequence[Attachment] = (),
        policy: Policy = _DEFAULT_POLICY,
    ) -> Receipt:
        """Sends the outcome while the lock holds; never raises for what the engine says or fails to say."""
        report = Report(self._engine, self._catchers, task, worker_id, policy, attachments)
        deadline = time.monotonic() + policy.lock_duration.total_seconds()
        wait = 0.2
        while True:
            try:
                return report.send(outcome)
            except EngineError as error:
                problem = str(error)
                deadline = report.lock_end or deadline
            if time.monotonic() + wait >= deadline:
                return Receipt(Delivery.UNDELIVERED, outcome, problem)
            _log.warning("%s Trying again in %.1f s.", problem, wait)
            self._repeated(task, problem)
            self._sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            wait = min(wait * 2, 15)
