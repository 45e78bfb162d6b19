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
    from CamundaLibrary.libraries.process_test import ProcessTest
    from CamundaLibrary.python_worker import Worker
    from CamundaLibrary.task.current_task import CurrentTask, current_task
    from CamundaLibrary.task.endings import GiveBackTask, ReportFailure, ThrowBpmnError

__all__ = [
    "CamundaLibrary",
    "CurrentTask",
    "Engine",
    "GiveBackTask",
    "ProcessTest",
    "ReportFailure",
    "ThrowBpmnError",
    "Worker",
    "__version__",
    "connect",
    "current_task",
]

_MODULES = {
    "CamundaLibrary": "CamundaLibrary.libraries.camunda_library",
    "CurrentTask": "CamundaLibrary.task.current_task",
    "Engine": "CamundaLibrary.libraries.engine",
    "GiveBackTask": "CamundaLibrary.task.endings",
    "ProcessTest": "CamundaLibrary.libraries.process_test",
    "ReportFailure": "CamundaLibrary.task.endings",
    "ThrowBpmnError": "CamundaLibrary.task.endings",
    "Worker": "CamundaLibrary.python_worker",
    "connect": "CamundaLibrary.engines.dialects",
    "current_task": "CamundaLibrary.task.current_task",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
