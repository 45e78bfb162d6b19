"""Ways to start robots: one file and one row each."""

from collections.abc import Callable, Mapping

from CamundaLibrary.runners.contract import Order, Runner, RunnerSettings, RunningRobot
from CamundaLibrary.runners.process import ProcessRunner

__all__ = ["DEFAULT_RUNNER", "RUNNERS", "Order", "Runner", "RunnerSettings", "RunningRobot"]

RUNNERS: Mapping[str, Callable[[RunnerSettings], Runner]] = {
    "process": ProcessRunner,
}
DEFAULT_RUNNER = "process"
