"""Robots in environments that venv and pip make."""

from CamundaLibrary.environments.pip import PipBuilder
from CamundaLibrary.runners.contract import RunnerSettings
from CamundaLibrary.runners.fork import ForkRunner
from CamundaLibrary.runners.prepared import PreparedRunner


class VenvRunner(PreparedRunner):
    """Slower than uv, and for the worker's own Python version only."""

    def __init__(self, settings: RunnerSettings) -> None:
        super().__init__(settings, PipBuilder(), ForkRunner(settings))

    @staticmethod
    def obstacle() -> str | None:
        """Needs nothing but Python."""
        return None
