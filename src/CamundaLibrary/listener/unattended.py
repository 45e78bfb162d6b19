"""A run with a task but without the listener: the library reports at its end, without log, and warns once.

A library's listener comes later and leaves earlier than one from the command line (Robot Framework's LibraryListeners):
it sees the suites that import the library, and its `close` comes before the log exists. The result of the whole run is
read from the root suite.
"""

from pathlib import Path

from robot import result, running
from robot.api import logger

from CamundaLibrary.listener.listener import CamundaListener
from CamundaLibrary.task.current import RunState


class UnattendedRun(CamundaListener):
    """Stands in for the listener."""

    def __init__(self, state: RunState) -> None:
        self._attach(state, {})
        self._root: result.TestSuite | None = None

    def start_suite(self, data: running.TestSuite, result: result.TestSuite) -> None:
        is_first = self._state is not None and not self._state.has_started
        if self._state and is_first:
            self._state.has_new_arguments = True
        super().start_suite(data, result)
        if self._state and is_first:
            self._root = result
            while self._root.parent is not None:
                self._root = self._root.parent
            if self._state.task_run.context:
                logger.warn(
                    "No CamundaListener is attached: CamundaLibrary reports the outcome by itself, without the log. "
                    "Run robots with 'robot --listener CamundaListener'."
                )

    def close(self) -> None:
        if self._root is not None:
            self._observer.end_run(self._root)
        super().close()

    def _publish(self, target: Path, settings: object) -> None:
        """There is no log yet."""
