"""A function that does tasks: found by name, called, and what it returns."""

from collections.abc import Callable, Coroutine, Mapping
from functools import reduce
from importlib import import_module
from typing import Any

from CamundaLibrary.errors import BundleError, ValueRefused
from CamundaLibrary.task.current import RunState
from CamundaLibrary.task.current_task import CurrentTask
from CamundaLibrary.variables import encode_all

Variables = Mapping[str, object]
Handler = Callable[[CurrentTask], "Variables | Coroutine[Any, Any, Variables | None] | None"]
"""Takes the task; returns process variables or None, or, being an `async` function, will do so."""


def load_handler(name: str) -> Handler:
    """Returns the function that `module:function` names. Raises BundleError, caused by what its import raised."""
    module_name, _, path = name.partition(":")
    if not (module_name and path):
        raise BundleError(f"'{name}' names no handler. Write it like 'module:function'.")
    try:
        module = import_module(module_name)
    except Exception as error:
        raise BundleError(f"Importing handler '{name}' failed: {type(error).__name__}: {error}") from error
    try:
        function = reduce(getattr, path.split("."), module)
    except AttributeError:
        raise BundleError(f"There is no handler '{name}': module '{module_name}' has no '{path}'.") from None
    if not callable(function):
        raise BundleError(f"Handler '{name}' is no function, but of type {type(function).__name__}.")
    return function


def do_task(state: RunState, handler: Handler) -> None:
    """Calls the function for the task of a run; what it returns is set. Raises what it raises, and ValueRefused."""
    task = CurrentTask(state)
    state.task_run.require().set(encode_all(call_handler(handler, task)))


def call_handler(handler: Handler, task: CurrentTask) -> Variables:
    """Returns the variables that the function returns. ValueRefused if it returns something else."""
    returned = handler(task)
    if isinstance(returned, Coroutine):
        import asyncio

        returned = asyncio.run(returned)
    if returned is None:
        return {}
    if not isinstance(returned, Mapping):
        name = getattr(handler, "__qualname__", str(handler))
        raise ValueRefused(
            f"Handler '{name}' returned a value of type {type(returned).__name__}. "
            "It has to return a mapping of process variables, or None."
        )
    return returned
