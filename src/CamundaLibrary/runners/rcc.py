"""Robots run by Robocorp's rcc: `rcc run`, for bundles whose conda.yaml names more than pip can install."""

import json
import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.bundles.manifest import Manifest
from CamundaLibrary.bundles.robot_yaml import ROBOT_YAML
from CamundaLibrary.environments.failures import Failures
from CamundaLibrary.environments.programs import Limits, run_program
from CamundaLibrary.environments.specification import Specification, read_specification
from CamundaLibrary.environments.store import BUILD_TIME, EnvironmentStore
from CamundaLibrary.errors import BundleError, EnvironmentNotBuilt
from CamundaLibrary.runners.contract import Order, RunnerSettings
from CamundaLibrary.runners.environment import machine_environment
from CamundaLibrary.runners.process import ProcessRunner
from CamundaLibrary.runners.rcc_robot import RccRobot
from CamundaLibrary.runners.rcc_spaces import RccSpaces
from CamundaLibrary.runners.robot_command import LISTENER

CONTROLLER = "camunda-robot"
_HOMES = ("ROBOCORP_HOME", "SEMA4AI_HOME")


class RccRunner:
    """Runs robots with rcc. Every run has a holotree space to itself, among all workers of the user."""

    def __init__(self, settings: RunnerSettings) -> None:
        self._spaces = RccSpaces(settings.environments.absolute() / "rcc")
        self._store = EnvironmentStore(settings.environments, machine_environment())
        self._processes = ProcessRunner(settings)
        self._failures = Failures()

    @staticmethod
    def obstacle() -> str | None:
        """Needs rcc."""
        return None if find_rcc() else "There is no rcc, neither on the PATH nor where RCC_EXE says."

    def check(self, bundle: Bundle, environment: Mapping[str, str]) -> None:
        """Refuses a bundle without robot.yaml. No more can be said before rcc has built the environment."""
        _check_manifest(bundle.manifest)

    def prepare(self, bundle: Bundle) -> None:
        """Has rcc build the environment of one space now. Raises BundleError, EnvironmentNotBuilt."""
        _check_manifest(bundle.manifest)
        with self._spaces.claim(read_specification(bundle.manifest)) as space:
            command = [_rcc(), "holotree", "variables", "--space", space.name, "--controller", CONTROLLER]
            machine = {**machine_environment(), **_homes()}
            run_program([*command, "-r", str(bundle.manifest.file)], space.file, machine, Limits(BUILD_TIME))

    def start(self, order: Order) -> RccRobot:
        """Starts rcc. Raises EnvironmentNotBuilt, for a while also after rcc could not build the environment."""
        key = str(order.manifest.file)
        self._failures.check(key)
        specification = read_specification(order.manifest)
        variables = {**order.environment, "ROBOT_OPTIONS": shlex.join(self._robot_options(specification))}
        space = self._spaces.claim(specification)
        try:
            robot = self._processes.start(_for_rcc(order, space.name, variables))
        except BaseException:
            space.release()
            raise
        return RccRobot(robot, order, space, lambda error: self._failures.remember(key, error))

    def close(self) -> None:
        """Keeps nothing running."""

    def _robot_options(self, specification: Specification) -> list[str]:
        """Our own modules come from the worker where the environment is not asked to have them."""
        options = ["--listener", LISTENER]
        if specification.names_library:
            return options
        return ["--pythonpath", str(self._store.library_folder()), *options]


def find_rcc() -> str | None:
    """Returns the program that RCC_EXE names, or that is on the PATH."""
    return shutil.which(os.environ.get("RCC_EXE") or "rcc")


def _check_manifest(manifest: Manifest) -> None:
    if manifest.file.name != ROBOT_YAML:
        raise BundleError(
            f"'{manifest.file}': rcc runs tasks of a {ROBOT_YAML} only. Write one, or take another runner."
        )


def _rcc() -> str:
    found = find_rcc()
    if found is None:
        raise EnvironmentNotBuilt(str(RccRunner.obstacle()))
    return str(Path(found).absolute())


def _for_rcc(order: Order, space: str, variables: Mapping[str, str]) -> Order:
    """Returns the order that starts rcc instead of the robot. Rcc itself runs the scripts before the task."""
    settings = order.temporary / "env.json"
    settings.write_text(json.dumps({**variables, "CAMUNDA_TASK_FILE": str(order.task_file)}), "utf-8")
    command = [_rcc(), "run", "--task", order.task.name, "--space", space, "--controller", CONTROLLER]
    command += ["-r", str(order.root / order.manifest.file.name), "-e", str(settings)]
    return order._replace(
        task=order.task._replace(robot_task=None, command=tuple(command)),
        manifest=order.manifest._replace(pre_run_scripts=()),
        environment={**variables, **_homes()},
    )


def _homes() -> dict[str, str]:
    """Where rcc keeps its environments."""
    return {name: os.environ[name] for name in _HOMES if name in os.environ}
