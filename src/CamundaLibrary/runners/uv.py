"""Robots in environments that uv makes."""

from CamundaLibrary.environments.uv import UvBuilder, find_uv
from CamundaLibrary.runners.contract import RunnerSettings
from CamundaLibrary.runners.fork import ForkRunner
from CamundaLibrary.runners.prepared import PreparedRunner


class UvRunner(PreparedRunner):
    """Fast, and for any Python version that uv finds or may load."""

    def __init__(self, settings: RunnerSettings) -> None:
        super().__init__(settings, UvBuilder(), ForkRunner(settings))

    @staticmethod
    def obstacle() -> str | None:
        """Needs uv."""
        return None if find_uv() else "There is no uv, neither on the PATH nor in the worker's Python."
