"""The command line of a robot."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.errors import BundleError
from CamundaLibrary.runners.contract import Order
from CamundaLibrary.runners.scripts import after_scripts

LISTENER = "CamundaListener"
HANDLERS = "CamundaLibrary.handlers"
ROBOT = "CamundaLibrary.robot_process"
"""What stands in for `robot` in a process of its own."""
_SECRETS = "CamundaLibrary.listener.secret_variables"


def robot_arguments(order: Order) -> list[str]:
    """Returns the arguments of Robot Framework: RCC's own, our listener, and what the manifest chooses."""
    return [
        *("--listener", LISTENER),
        *("--outputdir", str(order.artifacts)),
        *("--report", "NONE"),
        *("--logtitle", "Task log"),
        *(("--variablefile", f"{_SECRETS};{order.secrets}") if order.secrets else ()),
        *order.task.robot_options,
        order.task.robot_source,
    ]


def command_line(order: Order, environment: Mapping[str, str]) -> list[str]:
    """Returns program and arguments of a run. Raises BundleError if there is no such program."""
    return after_scripts(order.manifest, _command_line(order, environment))


def _command_line(order: Order, environment: Mapping[str, str]) -> list[str]:
    if order.task.handler:
        return [order.interpreter, "-m", HANDLERS, "--lifeline", order.task.handler]
    if order.task.command is None:
        return [order.interpreter, "-m", ROBOT, *robot_arguments(order)]
    program, *arguments = order.task.command
    return [_find(program, order, environment), *arguments]


def _find(program: str, order: Order, environment: Mapping[str, str]) -> str:
    """Names with a folder are relative to the bundle, others are looked for in the robot's PATH."""
    is_path = Path(program).name != program
    found = shutil.which(order.root / program if is_path else program, path=environment["PATH"])
    if found is None:
        raise BundleError(f"There is no program '{program}', which task '{order.task.name}' of the manifest names.")
    return found
