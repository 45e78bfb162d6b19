"""Robot Framework robots do the external tasks of a BPMN engine.

Public names load lazily (PEP 562): a robot's run with a task file must not pay for the engine's client.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from CamundaLibrary.version import __version__

if TYPE_CHECKING:
    from CamundaLibrary.engines.dialects import connect
    from CamundaLibrary.libraries.camunda_library import CamundaLibrary
    from CamundaLibrary.libraries.engine import Engine

__all__ = ["CamundaLibrary", "Engine", "__version__", "connect"]

_MODULES = {
    "CamundaLibrary": "CamundaLibrary.libraries.camunda_library",
    "Engine": "CamundaLibrary.libraries.engine",
    "connect": "CamundaLibrary.engines.dialects",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
