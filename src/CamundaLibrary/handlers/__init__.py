"""Tasks that plain Python functions do: `python -m CamundaLibrary.handlers module:function`."""

from CamundaLibrary.handlers.command import main, run_handler
from CamundaLibrary.handlers.handler import Handler

__all__ = ["Handler", "main", "run_handler"]
