"""robot.yaml, as RCC and Control Room know it, with our own key `camunda` in its tasks.

Keys and rules are RCC's (`robot/robot.go` of rcc): unknown keys are ignored, a task has exactly one of
`robotTaskName`, `shell` and `command`. Under `camunda` an unknown key is an error.
"""

import shlex
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.bundles.yaml_file import YamlFile
from CamundaLibrary.errors import BundleError

ROBOT_YAML = "robot.yaml"
_FORMS = ("robotTaskName", "shell", "command")


class ManifestTask(NamedTuple):
    """One task of a manifest: what runs, and for which topic. Exactly one of `robot_task` and `command` is set."""

    name: str
    topic: str
    line: int
    robot_task: str | None
    command: tuple[str, ...] | None
    options: TaskOptions


class Manifest(NamedTuple):
    """What a manifest says; `path` and `python_path` are relative to its folder, `passed_over` keys have no effect.

    `environment_files` are the files that may describe the environment, best first; `pre_run_scripts` are commands.
    """

    file: Path
    tasks: tuple[ManifestTask, ...]
    artifacts: str
    path: tuple[str, ...]
    python_path: tuple[str, ...]
    passed_over: tuple[str, ...]
    environment_files: tuple[str, ...] = ()
    pre_run_scripts: tuple[str, ...] = ()


def read_manifest(folder: Path) -> Manifest:
    """Returns the manifest in `folder`; BundleError names file, line and key of everything that is wrong."""
    path = folder / ROBOT_YAML
    if not path.is_file():
        raise BundleError(f"There is no {ROBOT_YAML} in '{folder}'.")
    file = YamlFile(path)
    content = _validate(file)
    tasks = tuple(_read_task(file, name, entry) for name, entry in content.tasks.items())
    _check_topics(file, tasks)
    return Manifest(
        path,
        tasks,
        content.artifacts_dir,
        content.path,
        content.python_path,
        content.passed_over,
        content.environment_files,
        content.pre_run_scripts,
    )


def _check_inside(text: str) -> str:
    """Nothing that a manifest names may lie outside of its bundle."""
    parts = (*PurePosixPath(text).parts, *PureWindowsPath(text).parts)
    if ".." in parts or PurePosixPath(text).is_absolute() or PureWindowsPath(text).anchor:
        raise ValueError(f"leads out of the bundle: '{text}'")
    return text


_Inside = Annotated[str, Field(min_length=1), AfterValidator(_check_inside)]
_PASSED_OVER = ("preRunScripts", "environmentConfigs", "condaConfigFile")


class _TaskEntry(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    robot_task_name: Annotated[str, Field(min_length=1)] | None = None
    shell: Annotated[str, Field(min_length=1)] | None = None
    command: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    camunda: TaskOptions | None = None


class _RobotYaml(BaseModel):
    model_config = ConfigDict(extra="allow")

    tasks: Annotated[dict[str, _TaskEntry], Field(min_length=1)]
    artifacts_dir: Annotated[_Inside, Field(alias="artifactsDir")]
    path: Annotated[tuple[_Inside, ...], Field(alias="PATH")] = ()
    python_path: Annotated[tuple[_Inside, ...], Field(alias="PYTHONPATH")] = ()
    environment_configs: Annotated[tuple[_Inside, ...], Field(alias="environmentConfigs")] = ()
    conda_config_file: Annotated[_Inside | None, Field(alias="condaConfigFile")] = None
    pre_run_scripts: Annotated[tuple[str, ...], Field(alias="preRunScripts")] = ()

    @property
    def environment_files(self) -> tuple[str, ...]:
        return (*self.environment_configs, *([self.conda_config_file] if self.conda_config_file else ()))

    @property
    def passed_over(self) -> tuple[str, ...]:
        given = self.model_dump(by_alias=True)
        return tuple(key for key in _PASSED_OVER if given.get(key))


def _validate(file: YamlFile) -> _RobotYaml:
    content = file.content
    if not isinstance(content, dict):
        raise file.error((), "must hold keys and values, among them 'tasks' and 'artifactsDir'")
    try:
        return _RobotYaml.model_validate(_without_nothing(content))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        raise BundleError("\n".join(_describe(file, problem) for problem in problems)) from None


def _without_nothing(content: dict[str, object]) -> dict[str, object]:
    """A key with nothing behind it counts as not given, as for RCC; a task without anything stays, to be refused."""
    given = {key: value for key, value in content.items() if value is not None}
    tasks = given.get("tasks")
    if isinstance(tasks, dict):
        given["tasks"] = {name: entry or {} for name, entry in tasks.items()}
    return given


def _describe(file: YamlFile, problem: Any) -> str:
    keys, kind, context = problem["loc"], problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return file.sentence(keys[:-1], f"lacks '{keys[-1]}'")
    if kind == "extra_forbidden":
        return file.sentence(keys, _suggest(str(keys[-1])))
    if kind == "value_error":
        return file.sentence(keys, _from_validator(str(context["error"])))
    if kind == "too_short" and keys == ("tasks",):
        return file.sentence(keys, "holds no task")
    sentence = _SENTENCES.get(kind, problem["msg"])
    return file.sentence(keys, sentence.format(**context))


def _from_validator(text: str) -> str:
    return text if text.startswith(("must", "has", "leads")) else f"is wrong: {text}"


def _suggest(key: str) -> str:
    known = [to_camel(name) for name in TaskOptions.model_fields]
    close = get_close_matches(key, known, n=1)
    return f"is unknown. Did you mean '{close[0]}'?" if close else f"is unknown; known are {', '.join(known)}"


_SENTENCES = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_parsing": "must be true or false",
    "greater_than_equal": "must be at least {ge}",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "dict_type": "must hold keys and values",
    "model_type": "must hold keys and values",
}


def _read_task(file: YamlFile, name: str, entry: _TaskEntry) -> ManifestTask:
    forms = entry.model_fields_set & {"robot_task_name", "shell", "command"}
    if len(forms) != 1:
        raise file.error(("tasks", name), f"needs exactly one of {', '.join(_FORMS[:-1])} and {_FORMS[-1]}")
    options = entry.camunda or TaskOptions()
    command = entry.command or _split(file, name, entry.shell)
    return ManifestTask(
        name.strip(),
        options.topic or name.strip(),
        file.line(("tasks", name)),
        entry.robot_task_name,
        command,
        options,
    )


def _split(file: YamlFile, name: str, shell: str | None) -> tuple[str, ...] | None:
    try:
        return tuple(shlex.split(shell)) if shell else None
    except ValueError as error:
        raise file.error(("tasks", name, "shell"), f"is wrong: {error}") from None


def _check_topics(file: YamlFile, tasks: Sequence[ManifestTask]) -> None:
    owners: dict[str, ManifestTask] = {}
    for task in tasks:
        if task.topic in owners:
            raise BundleError(
                f"'{file.path}', line {task.line}: topic '{task.topic}' of task '{task.name}' "
                f"is already that of task '{owners[task.topic].name}'."
            )
        owners[task.topic] = task
