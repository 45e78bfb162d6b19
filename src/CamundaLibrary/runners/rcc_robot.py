"""A robot that rcc runs, and what rcc's exit codes mean (`operations/running.go` of rcc).

The robot's own exit code is lost; its outcome comes through the outcome file all the same.
"""

import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

import psutil

from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.runners.contract import Order, RunningRobot
from CamundaLibrary.runners.rcc_spaces import RccSpace
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import Failed

_NO_ENVIRONMENT: Mapping[int, str] = {
    4: "Rcc could not build the environment of bundle '{bundle}' (exit code 4).",
    5: "Rcc could not read what the worker wrote for it into env.json (exit code 5).",
}
_NOT_RUN: Mapping[int, str] = {
    1: "Rcc cannot read robot.yaml (exit code 1).",
    2: "Rcc finds robot.yaml invalid (exit code 2).",
    3: "Rcc finds no task '{task}' in robot.yaml (exit code 3).",
    6: "Rcc does not find the command of task '{task}' (exit code 6).",
    7: "Rcc does not find the command of task '{task}' (exit code 7).",
    8: "Rcc is not authorised (exit code 8).",
    9: "Rcc cannot write the artifacts of the run (exit code 9).",
    11: "Rcc cannot read one of the preRunScripts (exit code 11).",
    12: "One of the preRunScripts failed (rcc's exit code 12).",
}
_SHOWN = 30  # lines
_READ = 8000  # bytes


class RccRobot:
    """`remember` is told of environments that could not be built."""

    def __init__(
        self, robot: RunningRobot, order: Order, space: RccSpace, remember: Callable[[EnvironmentNotBuilt], None]
    ) -> None:
        self._robot = robot
        self._order = order
        self._space = space
        self._remember = remember
        self._broken: str | None = None
        self._gone = threading.Event()

    @property
    def pid(self) -> int:
        return self._robot.pid

    @property
    def broken(self) -> str | None:
        return self._broken or self._robot.broken

    def wait(self) -> int:
        try:
            code = self._robot.wait()
        finally:
            self._space.release()
            self._gone.set()
        handover = Handover(self._order.task_file)
        if not handover.outcome_file.exists() and not handover.started_file.exists():
            self._explain(code, handover)
        return code

    def stop(self, patience: timedelta) -> None:
        """Asks the robot, not rcc, whose end would be that of the robot."""
        if not self._ask_robot_to_end():
            self._robot.stop(patience)
        elif not self._gone.wait(patience.total_seconds()):
            self._robot.stop(timedelta())

    def _ask_robot_to_end(self) -> bool:
        """Returns whether there is one that could be asked: on Windows none can."""
        if sys.platform == "win32":
            return False
        with suppress(psutil.Error):
            robots = psutil.Process(self.pid).children()
            for robot in robots:
                robot.terminate()
            return bool(robots)
        return False

    def _explain(self, code: int, handover: Handover) -> None:
        """No robot was there to say anything."""
        names = {"task": self._order.task.name, "bundle": self._order.root.name}
        if code in _NO_ENVIRONMENT:
            self._broken = _NO_ENVIRONMENT[code].format_map(names)
            self._remember(EnvironmentNotBuilt(self._broken, self._console()))
        elif code in _NOT_RUN:
            handover.write_outcome(Failed(_NOT_RUN[code].format_map(names)))

    def _console(self) -> str:
        text = self._order.console.read_bytes()[-_READ:].decode(errors="replace")
        return "\n".join(text.splitlines()[-_SHOWN:])
