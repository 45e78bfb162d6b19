"""Runs functions of this process for tasks; to the worker a call is what a robot is: files in, files out."""

import logging
import threading
from collections.abc import Mapping
from datetime import timedelta

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.handlers.handler import Handler, do_task
from CamundaLibrary.python_worker.interruption import Interruptible
from CamundaLibrary.runners.contract import Order
from CamundaLibrary.settings import Source
from CamundaLibrary.task import current
from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.task.python_run import PythonRun
from CamundaLibrary.task.run import Start
from CamundaLibrary.worker.task_threads import TaskThreads

_log = logging.getLogger(__name__)

_DONE, _FAILED = 0, 1


class FunctionRunner:
    """Calls the function of a task's topic."""

    def __init__(self, functions: Mapping[str, Handler]) -> None:
        self._functions = functions
        self._threads = TaskThreads("function")

    def check(self, bundle: Bundle, environment: Mapping[str, str]) -> None:
        """Nothing has to be there but the function."""

    def start(self, order: Order) -> "Call":
        call = Call(self._functions[order.task.topic], order)
        self._threads.run(call.make)
        return call

    def close(self) -> None:
        self._threads.close()


class Call:
    """One call of a function, which decides the outcome as any handler does."""

    pid = None
    broken = None

    def __init__(self, function: Handler, order: Order) -> None:
        self._function = function
        self._order = order
        self._block = Interruptible()
        self._over = threading.Event()
        self._code = _FAILED

    def make(self) -> None:
        """Is done in a thread of its own. Never raises."""
        try:
            self._code = self._make()
        except BaseException:
            _log.exception("Calling '%s' failed.", self._order.task.handler)
        finally:
            self._over.set()

    def wait(self) -> int:
        self._over.wait()
        return self._code

    def stop(self, patience: timedelta) -> None:
        """Interrupts the function, again and again, until it ends: nobody can kill a thread."""
        self._block.interrupt()
        seconds = max(patience.total_seconds(), 1)
        while not self._over.wait(seconds):
            name = self._order.task.handler
            _log.warning("'%s' was told to end, and does not: its slot and its lock are kept until it does.", name)
            self._block.interrupt()

    def _make(self) -> int:
        order, error = self._order, None
        source = Source("worker", {"task_file": str(order.task_file)})
        run = PythonRun([source], current.begin_in_thread(order.artifacts))
        try:
            if run.opening.start is Start.GO:
                with self._block:
                    do_task(run.state, self._function)
        except BaseException as raised:  # whatever it is, it is how the call ended
            error = raised
        self._block.leave()
        reported = run.end(error)
        return _FAILED if reported is None or isinstance(reported.outcome, Failed) else _DONE
