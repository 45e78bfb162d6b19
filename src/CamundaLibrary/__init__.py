"""Robot Framework robots do the external tasks of a BPMN engine. Public names load lazily (PEP 562)."""

from CamundaLibrary.version import __version__

__all__ = ["__version__"]
