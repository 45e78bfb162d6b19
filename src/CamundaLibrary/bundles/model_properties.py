"""Options that stand in the model: extension properties `robot.…` of the activity, all of them text.

`robot.retries`, `robot.onFailure.bpmnError`; lists have commas between their items.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.bundles.problems import describe, suggest
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import BundleError

PREFIX = "robot."
OF_ONE_TASK = ("retries", "retry_time_cycle", "retry_timeout", "timeout", "lock_duration", "keep", "on_failure")
"""All others are needed before a task is there, or are not for the model to say."""

_KNOWN = tuple(
    f"{PREFIX}{to_camel(name)}{'.bpmnError' if name == 'on_failure' else ''}" for name in OF_ONE_TASK
)  # as users write them
_ELSEWHERE = {to_camel(name) for name in TaskOptions.model_fields if name not in OF_ONE_TASK}
_LISTS = ("keep",)
_BESIDE = f"stands beside {PREFIX}retries or {PREFIX}retryTimeout: keep one of them"


def read_properties(task: ExternalTask) -> TaskOptions | None:
    """Returns the options in the model of the task; None if there are none. BundleError names what is wrong."""
    ours = tuple(pair for pair in (task.extension_properties or {}).items() if pair[0].startswith(PREFIX))
    return _read(ours, task.activity_id) if ours else None


@lru_cache(maxsize=256)
def _read(properties: tuple[tuple[str, str], ...], activity: str | None) -> TaskOptions:
    try:
        return TaskOptions.model_validate(_nest(dict(properties), activity))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        raise BundleError(" ".join(_sentence(problem, activity) for problem in problems)) from None


def _nest(properties: Mapping[str, str], activity: str | None) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, text in properties.items():
        if name not in _KNOWN:
            raise BundleError(_name(name, activity, _explain_unknown(name)))
        key, _, inner = name.removeprefix(PREFIX).partition(".")
        value: object = [part.strip() for part in text.split(",")] if key in _LISTS else text.strip()
        content[key] = {inner: value} if inner else value
    return content


def _explain_unknown(name: str) -> str:
    if name.removeprefix(PREFIX).partition(".")[0] in _ELSEWHERE:
        return "has no effect in a model; give it in the manifest or in camunda-robot.toml"
    return suggest(name, _KNOWN)


def _sentence(problem: Any, activity: str | None) -> str:
    keys = [str(key) for key in problem["loc"] if not isinstance(key, int)]
    if not keys:
        return _name(f"{PREFIX}retryTimeCycle", activity, _BESIDE)
    return _name(f"{PREFIX}{'.'.join(keys)}", activity, describe(problem, TaskOptions))


def _name(name: str, activity: str | None, problem: str) -> str:
    ended = problem if problem.endswith((".", "?")) else f"{problem}."
    return f"The property '{name}' of activity '{activity}' {ended}"
