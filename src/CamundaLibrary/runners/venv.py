"""Robots in environments that venv and pip make."""

from CamundaLibrary.environments.pip import PipBuilder
from CamundaLibrary.runners.contract import RunnerSettings
from CamundaLibrary.runners.prepared import PreparedRunner
from CamundaLibrary.runners.process import ProcessRunner


class VenvRunner(PreparedRunner):
    """Slower than uv, and for the worker's own Python version only."""

    def __init__(self, settings: RunnerSettings) -> None:
        super().__init__(settings, PipBuilder(), ProcessRunner(settings))

    @staticmethod
    def obstacle() -> str | None:
        """Needs nothing but Python."""
        return None
