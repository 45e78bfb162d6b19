"""The worker."""

from CamundaLibrary.worker.worker import Worker

__all__ = ["Worker"]
