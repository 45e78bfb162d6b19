"""The worker for programs: their own functions do the tasks, beside the robots of bundles."""

try:
    from CamundaLibrary.python_worker.worker import Worker
except ModuleNotFoundError as error:
    if (error.name or "").startswith("CamundaLibrary"):
        raise
    raise ImportError(
        "The worker needs more packages. Install them with: pip install robotframework-camundalibrary[worker]"
    ) from error

__all__ = ["Worker"]
