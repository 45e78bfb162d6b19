"""`robot --listener CamundaListener`: see CamundaLibrary.listener."""

from CamundaLibrary.listener import CamundaListener

__all__ = ["CamundaListener"]
