"""Ways to start robots: one file and one row each."""

import logging
from collections.abc import Mapping

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.runners.contract import Order, Runner, RunnerSettings, RunnerType, RunningRobot
from CamundaLibrary.runners.process import ProcessRunner

__all__ = ["DEFAULT_RUNNER", "RUNNERS", "Order", "Runner", "RunnerSettings", "RunningRobot", "choose"]

_log = logging.getLogger(__name__)

RUNNERS: Mapping[str, RunnerType] = {
    "process": ProcessRunner,
}
DEFAULT_RUNNER = "process"


def choose(name: str | None, bundle: Bundle) -> str:
    """Returns the runner for robots of `bundle`: the one that is asked for if it works here, None: the best one."""
    if name is None:
        return _find_best(bundle)
    problem = RUNNERS[name].obstacle() if name in RUNNERS else "It is not there yet."
    if problem is None:
        return name
    _log.warning("Robots of '%s' ask for the runner '%s'. %s '%s' is used.", bundle.source, name, problem, "process")
    return "process"


def _find_best(bundle: Bundle) -> str:
    return DEFAULT_RUNNER
