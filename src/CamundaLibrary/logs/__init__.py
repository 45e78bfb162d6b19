"""Robot Framework's log.html as one file to keep, and the words for a failure. Names load lazily (PEP 562)."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from CamundaLibrary.logs.publication import publish
    from CamundaLibrary.logs.references import References
    from CamundaLibrary.logs.summary import failure_details, failure_message

__all__ = ["References", "failure_details", "failure_message", "publish"]

_MODULES = {
    "References": "references",
    "failure_details": "summary",
    "failure_message": "summary",
    "publish": "publication",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
