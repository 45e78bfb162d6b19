"""The tasks that a worker works on: each once, whatever the engine gives us again meanwhile."""

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.task.reporting.receipt import Delivery
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.fetching.lost_fetches import unlock
from CamundaLibrary.worker.fetching.slots import Slots
from CamundaLibrary.worker.log.fields import fields
from CamundaLibrary.worker.runs.execution import Execution
from CamundaLibrary.worker.runs.ghosts import Ghosts
from CamundaLibrary.worker.runs.outbox import Outbox
from CamundaLibrary.worker.runs.recovery import Redelivery
from CamundaLibrary.worker.runs.run import MakeRun
from CamundaLibrary.worker.task_threads import TaskThreads

_log = logging.getLogger(__name__)

_KEPT_IN_MIND = (Delivery.SUSPENDED, Delivery.UNDELIVERED)


class Roster:
    """Gives every task a thread. `ended` is called whenever a robot or a report ended.

    A task that we have already comes again when its lock ran out. While its robot runs, the robot goes on. While its
    result is reported, it may also be the next try, which the report itself allowed: it is begun when the report ended.
    A result that the engine did not take is reported, and the robot not run again, also after a restart.
    """

    def __init__(
        self,
        equipment: Equipment,
        topics: Mapping[str, Topic],
        runs: Mapping[str, MakeRun],
        slots: Slots,
        ended: Callable[[], None],
    ) -> None:
        self._equipment = equipment
        self._topics = topics
        self._runs = runs
        self._slots = slots
        self._ended = ended
        self._guard = threading.Lock()
        self._threads = TaskThreads()
        self._executions: dict[str, Execution | Redelivery] = {}
        self._next_tries: dict[str, LockedTask] = {}
        self._is_closed = False
        self._outbox = Outbox(equipment, topics, self._deliver)
        self._outbox.recover()
        self._ghosts = Ghosts(equipment, lambda: self.known)
        self._ghosts.start()
        equipment.state.spool.note_worker(equipment.worker_id, equipment.engine.url)

    @property
    def executions(self) -> list[Execution | Redelivery]:
        """What is worked on now."""
        with self._guard:
            return list(self._executions.values())

    @property
    def known(self) -> frozenset[str]:
        """The tasks that are rightly locked for this worker: worked on, or with a result that is yet to be reported."""
        with self._guard:
            return frozenset((*self._executions, *self._next_tries)) | self._outbox.known

    def close(self) -> None:
        """From now on nothing is begun; robots that were not started yet never are."""
        self._outbox.close()
        self._ghosts.close()
        self._threads.close()
        with self._guard:
            self._is_closed = True
            for execution in self._executions.values():
                execution.withdraw()

    def take(self, locked: LockedTask) -> bool:
        """Takes on a task that was just locked; returns False if it is too late for that."""
        with self._guard:
            if self._is_closed:
                return False
            worked_on = self._executions.get(locked.task.id)
            if worked_on and not worked_on.has_result:
                _log.warning(
                    "Task '%s' was fetched again while its robot runs: its lock had run out.",
                    locked.task.id,
                    extra=fields(locked.task),
                )
                worked_on.lock_again()
                return True
            self._slots.take(locked.task.topic)
            if worked_on:
                self._next_tries[locked.task.id] = locked
            else:
                self._begin(locked)
        return True

    def _begin(self, locked: LockedTask) -> None:
        task = locked.task
        execution: Execution | Redelivery | None = self._outbox.take_out(task.id)
        if execution:
            execution.lock_again()
        else:
            execution = Execution(locked, self._topics[task.topic], self._runs[task.topic], self._equipment)
        self._executions[task.id] = execution
        self._threads.run(partial(self._execute, execution))

    def _execute(self, execution: Execution | Redelivery) -> None:
        execution.work()
        self._slots.begin_report(execution.task.topic)
        self._ended()
        try:
            self._report(execution)
        finally:
            self._slots.end_report(execution.task.topic)
            self._ended()

    def _deliver(self, redelivery: Redelivery) -> None:
        """Reports in the thread of the outbox a result of a task that was not fetched anew."""
        task_id = redelivery.task.id
        with self._guard:
            if self._is_closed or not self._outbox.take_out(task_id):
                return
            self._executions[task_id] = redelivery
        self._report(redelivery)
        self._ended()

    def _report(self, execution: Execution | Redelivery) -> None:
        delivery = Delivery.UNDELIVERED
        try:
            delivery = execution.report()
        finally:
            self._end(execution, delivery)

    def _end(self, execution: Execution | Redelivery, delivery: Delivery) -> None:
        """The lock is let go in the moment in which the task may be taken anew: its new lock is not to be lost."""
        task = execution.task
        with self._guard:
            self._equipment.keeper.release(task.id)
            del self._executions[task.id]
            if delivery in _KEPT_IN_MIND:
                self._outbox.put(execution, delivery)
            next_try = self._next_tries.pop(task.id, None)
            is_to_begin = next_try is not None and execution.may_be_followed_by(next_try.task)
            if next_try and is_to_begin and not self._is_closed:
                self._begin(next_try)
            in_use = frozenset(each.folder.path for each in self._executions.values())
        if next_try and not is_to_begin:
            self._slots.free(task.topic)
        if next_try and is_to_begin and self._is_closed:
            unlock(self._equipment.engine, task.id)
        if execution.folder.exists:
            self._prune(in_use)

    def _prune(self, in_use: frozenset[Path]) -> None:
        for state in (self._equipment.state, *self._equipment.state.inherited):
            state.prune(in_use)
