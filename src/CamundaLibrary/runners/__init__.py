"""Ways to start robots: one file and one row each."""

import logging
from collections.abc import Mapping

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.environments.specification import declared_specification
from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.runners.contract import Order, Runner, RunnerSettings, RunnerType, RunningRobot
from CamundaLibrary.runners.fork import ForkRunner
from CamundaLibrary.runners.process import ProcessRunner
from CamundaLibrary.runners.rcc import RccRunner
from CamundaLibrary.runners.uv import UvRunner
from CamundaLibrary.runners.venv import VenvRunner

__all__ = ["RUNNERS", "Order", "Runner", "RunnerSettings", "RunningRobot", "choose"]

_log = logging.getLogger(__name__)

RUNNERS: Mapping[str, RunnerType] = {
    "fork": ForkRunner,
    "process": ProcessRunner,
    "uv": UvRunner,
    "venv": VenvRunner,
    "rcc": RccRunner,
}


def choose(name: str | None, bundle: Bundle) -> str:
    """Returns the runner for robots of `bundle`: the one that is asked for if it works here, None: the best one."""
    if name is None:
        return _find_best(bundle)
    problem = RUNNERS[name].obstacle() if name in RUNNERS else "It is not there yet."
    if problem is None:
        return name
    other = "venv" if name == "uv" else "process"
    _log.warning("Robots of '%s' ask for the runner '%s'. %s '%s' is used.", bundle.source, name, problem, other)
    return other


def _find_best(bundle: Bundle) -> str:
    return _find_for_environment(bundle) or ("process" if ForkRunner.obstacle() else "fork")


def _find_for_environment(bundle: Bundle) -> str | None:
    """Returns the runner that makes the environment that the bundle declares, None if it declares none."""
    try:
        declared = declared_specification(bundle.manifest)
    except EnvironmentNotBuilt:
        return "venv"  # which tells what is wrong
    if declared is None:
        return None
    if not declared.only_rcc:
        return "venv" if UvRunner.obstacle() else "uv"
    if RccRunner.obstacle() is None:
        return "rcc"
    names = ", ".join(declared.only_rcc)
    _log.warning("Only rcc can install what '%s' asks for: %s. The worker's Python is used.", declared.source, names)
    return None
