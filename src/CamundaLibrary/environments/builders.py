"""What a builder of environments is: the commands that make one."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

from CamundaLibrary.environments.specification import Specification


class Plan(NamedTuple):
    """What is to be built: `folder` becomes the environment, `requirements` is a file with the lines to install.

    `library` is the wheel of our own library, None if the bundle names a release. `wheels` is a folder with all wheels,
    then no network is used.
    """

    folder: Path
    specification: Specification
    requirements: Path
    library: Path | None
    wheels: Path | None

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return python_of(self.folder)


class Builder(Protocol):
    """A way to make environments."""

    name: str

    def commands(self, plan: Plan) -> Iterable[list[str]]:
        """Yields the commands, each once the one before it is done. Raises EnvironmentNotBuilt."""


def python_of(folder: Path) -> Path:
    """Returns the interpreter of the virtual environment in `folder`."""
    return folder / ("Scripts" if os.name == "nt" else "bin") / ("python.exe" if os.name == "nt" else "python")


def base_python() -> str:
    """Returns the interpreter that environments are made with: never that of the worker's own environment."""
    return getattr(sys, "_base_executable", None) or sys.executable
