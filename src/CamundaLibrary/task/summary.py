"""The block that a person sees at the end of a run."""

from collections.abc import Mapping
from datetime import timedelta

from CamundaLibrary.durations import format_duration
from CamundaLibrary.task.outcome import Failed, GivenBack, Outcome
from CamundaLibrary.variables import TypedValue

_WIDTH = 100


def summarise(outcome: Outcome, where: str) -> str:
    """Returns the outcome, its variables and where it went, in lines."""
    lines = [f"Outcome of the task: {outcome}"]
    if isinstance(outcome, Failed) and outcome.retries is not None:
        lines.append(f"  {_tries(outcome.retries, outcome.retry_timeout)}")
    if not isinstance(outcome, GivenBack):
        lines += _variables("process variables", outcome.variables)
        lines += _variables("task variables", outcome.task_variables)
    lines.append(f"  {where}")
    return "\n".join(lines)


def _tries(left: int, pause: timedelta | None) -> str:
    if left == 0:
        return "no tries left: an incident"
    after = f", the next after {format_duration(pause)}" if pause else ""
    return f"tries left: {left}{after}"


def _variables(title: str, variables: Mapping[str, TypedValue]) -> list[str]:
    if not variables:
        return []
    width = max(map(len, variables))
    return [f"  {title}:", *(f"    {name:{width}}  {_shown(value)}" for name, value in variables.items())]


def _shown(value: TypedValue) -> str:
    text = " ".join(str(value.value).split())
    return f"{text if len(text) <= _WIDTH else text[: _WIDTH - 1] + '…'} ({value.type})"
