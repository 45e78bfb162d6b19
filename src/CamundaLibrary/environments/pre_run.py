"""Runs commands one after the other and then, in its own place, the robot: `python pre_run.py SCRIPTS PROGRAM …`.

SCRIPTS is a list of commands as JSON: `preRunScripts` of robot.yaml. The first that fails ends the run, as with RCC,
and is its outcome. Runs with the worker's interpreter, in the environment and folder of the robot.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_FAILED = 1


class _ScriptFailedError(Exception):
    pass


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Returns the exit code where a script failed, or where a program cannot take the place of this one."""
    scripts, *robot = arguments
    try:
        for script in json.loads(scripts):
            _run(script, environment)
    except _ScriptFailedError as error:
        sys.stdout.write(f"{error}\n")
        _write_outcome(str(error), environment)
        return _FAILED
    return _become(robot)


def _become(robot: list[str]) -> int:
    sys.stdout.flush()
    if sys.platform != "win32":
        os.execv(robot[0], robot)  # noqa: S606 - the robot takes our place, with process id and lifeline
    return subprocess.run(robot, check=False).returncode


def _run(script: str, environment: Mapping[str, str]) -> None:
    try:
        program, *arguments = shlex.split(script)
    except ValueError as error:
        raise _ScriptFailedError(f"The script '{script}' of preRunScripts cannot be read: {error}.") from None
    is_path = Path(program).name != program
    found = shutil.which(Path(program).absolute() if is_path else program, path=environment.get("PATH"))
    if found is None:
        raise _ScriptFailedError(f"There is no program '{program}', which preRunScripts of robot.yaml name.")
    code = subprocess.run([found, *arguments], stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        raise _ScriptFailedError(f"The script '{script}' of preRunScripts failed (exit code {code}).")


def _write_outcome(message: str, environment: Mapping[str, str]) -> None:
    sys.path.append(str(Path(__file__).parents[2]))
    from CamundaLibrary.task.handover import Handover
    from CamundaLibrary.task.outcome import Failed

    Handover(Path(environment["CAMUNDA_TASK_FILE"])).write_outcome(Failed(message))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
