"""Environments made with uv."""

import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from CamundaLibrary.environments.builders import Plan, base_python
from CamundaLibrary.environments.pip import install_arguments
from CamundaLibrary.environments.python_versions import for_uv, worker_fits
from CamundaLibrary.errors import EnvironmentNotBuilt


class UvBuilder:
    """Makes environments with the worker's own Python if that is what is asked for, else with one that uv finds."""

    name = "uv"

    def commands(self, plan: Plan) -> Iterator[list[str]]:
        """Yields the commands of an environment. Raises EnvironmentNotBuilt where there is no uv."""
        uv, lock, asked = find_uv(), plan.specification.lock, plan.specification.python
        if uv is None:
            raise EnvironmentNotBuilt("There is no uv: neither on the PATH nor in the worker's Python.")
        offline = ["--offline"] if plan.wheels else []
        python = base_python() if asked is None or worker_fits(asked) else for_uv(asked)
        yield [*uv, "venv", "--no-project", *offline, "--python", python, str(plan.folder)]
        if lock and lock.name == "uv.lock":
            yield [*uv, *_EXPORT, *offline, "--project", str(lock.parent), "--output-file", str(plan.requirements)]
        elif lock:
            plan = plan._replace(requirements=lock)
        install = [*uv, "pip", "install", "--python", str(plan.python), "--compile-bytecode", *offline]
        if plan.wheels:
            install += ["--no-index", "--find-links", str(plan.wheels)]
        for arguments in install_arguments(plan):
            yield [*install, *arguments]


_EXPORT = ("export", "--frozen", "--no-emit-project", "--no-dev", "--no-header", "--quiet")


def find_uv() -> list[str] | None:
    """Returns how uv is called: from the PATH or, where it is installed beside the worker, as a module."""
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    found = shutil.which("uv") or beside
    if found:
        return [found]
    return [sys.executable, "-m", "uv"] if find_spec("uv") else None
