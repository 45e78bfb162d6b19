"""Which variables of an outcome go to the engine with it, and which need calls of their own before."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed
from CamundaLibrary.variables import FileValue

_INLINE = 10_000_000  # bytes of files; the engine takes 20,000,000 characters of JSON, base64 included


class Ahead(NamedTuple):
    """Variables that are written in a call of their own, in the task's scope or in that of the process."""

    values: Variables
    in_task: bool


class Parts(NamedTuple):
    """The variables of an outcome: first `ahead`, one call each, then the rest in one call with the outcome."""

    ahead: Sequence[Ahead]
    variables: Variables
    task_variables: Variables


def split(outcome: Completed | BpmnError | Failed, find_hidden: Callable[[], Collection[str]]) -> Parts:
    """Returns the way of each variable. `find_hidden` names those of the process that an outcome cannot reach.

    They are shadowed by input parameters of the task. The endpoint of BPMN errors takes no variables of the task.
    """
    variables, in_task = dict(outcome.variables), dict(outcome.task_variables)
    ahead = [Ahead({name: variables.pop(name)}, in_task=False) for name in _too_large(variables)]
    ahead += [Ahead({name: in_task.pop(name)}, in_task=True) for name in _too_large(in_task)]
    if isinstance(outcome, BpmnError) and in_task:
        ahead.append(Ahead(in_task, in_task=True))
        in_task = {}
    hidden = {name: variables.pop(name) for name in find_hidden() if name in variables} if variables else {}
    if hidden:
        ahead.append(Ahead(hidden, in_task=False))
    return Parts(ahead, variables, in_task)


def _too_large(variables: Variables) -> list[str]:
    """The largest files first, until the rest fits into one JSON body. Names with a slash can only go there."""
    files = [(value.size or 0, name) for name, value in variables.items() if isinstance(value, FileValue)]
    total = sum(size for size, _ in files)
    chosen = []
    for size, name in sorted(files, reverse=True):
        if total > _INLINE and "/" not in name:
            chosen.append(name)
            total -= size
    return chosen
