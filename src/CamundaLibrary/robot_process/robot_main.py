"""Robot Framework from its first to its last line, with the exit code of `python -m robot`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import robot
from robot.run import run_cli

from CamundaLibrary.robot_process.process_end import end_with


def run_robot(run: Callable[[], object] = run_cli) -> NoReturn:
    """Runs `robot` with the arguments of this process, and ends the process."""
    sys.argv[0] = str(Path(robot.__file__).with_name("__main__.py"))
    end_with(run)
