"""The command line of a robot."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.errors import BundleError
from CamundaLibrary.runners.contract import Order

LISTENER = "CamundaListener"


def robot_arguments(order: Order) -> list[str]:
    """Returns the arguments of Robot Framework: RCC's own for `robotTaskName`, and our listener."""
    return [
        *("--listener", LISTENER),
        *("--outputdir", str(order.artifacts)),
        *("--report", "NONE"),
        *("--logtitle", "Task log"),
        *("--task", order.task.robot_task or ""),
        ".",
    ]


def command_line(order: Order, environment: Mapping[str, str]) -> list[str]:
    """Returns program and arguments of a run. Raises BundleError if there is no such program."""
    if order.task.command is None:
        return [sys.executable, "-m", "robot", *robot_arguments(order)]
    program, *arguments = order.task.command
    return [_find(program, order, environment), *arguments]


def _find(program: str, order: Order, environment: Mapping[str, str]) -> str:
    """Names with a folder are relative to the bundle, others are looked for in the robot's PATH."""
    is_path = Path(program).name != program
    found = shutil.which(order.root / program if is_path else program, path=environment["PATH"])
    if found is None:
        raise BundleError(f"There is no program '{program}', which task '{order.task.name}' of the manifest names.")
    return found
