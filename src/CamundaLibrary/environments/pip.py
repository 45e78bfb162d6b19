"""Environments made with what Python brings: venv and pip."""

import sys
from collections.abc import Iterator

from CamundaLibrary.environments.builders import Plan
from CamundaLibrary.environments.python_versions import worker_fits, worker_version
from CamundaLibrary.errors import EnvironmentNotBuilt


class PipBuilder:
    """Makes environments with the worker's own Python version."""

    name = "pip"

    def commands(self, plan: Plan) -> Iterator[list[str]]:
        """Yields the commands of an environment. Raises EnvironmentNotBuilt for what only uv could do."""
        asked = plan.specification.python
        if plan.specification.lock:
            raise EnvironmentNotBuilt(f"Only the runner 'uv' can install from '{plan.specification.lock.name}'.")
        if not worker_fits(asked):
            raise EnvironmentNotBuilt(
                f"It asks for Python {(asked or '').lstrip('= ')}, but the runner 'venv' has only the worker's own, "
                f"{worker_version()}."
            )
        yield [sys.executable, "-m", "venv", str(plan.folder)]
        install = [str(plan.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        if plan.wheels:
            install += ["--no-index", "--find-links", str(plan.wheels)]
        for arguments in install_arguments(plan):
            yield [*install, *arguments]


def install_arguments(plan: Plan) -> Iterator[list[str]]:
    """Yields what is to be installed: all at once, but our own wheel by itself where all others bear hashes."""
    lines = ["-r", str(plan.requirements)]
    library = [str(plan.library)] if plan.library else []
    has_hashes = any("--hash" in line for line in plan.specification.lines)
    if has_hashes or plan.specification.lock:
        yield lines
        if library:
            yield library
    else:
        yield [*lines, *library]
