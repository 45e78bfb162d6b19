"""Wraps a run of Robot Framework, so that its task is completed or failed without a word in the robot."""

from CamundaLibrary.listener.listener import CamundaListener

__all__ = ["CamundaListener"]
