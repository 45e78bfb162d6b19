"""robot.yaml, as RCC and Control Room know it, with our own key `camunda` in its tasks.

Keys and rules are RCC's (`robot/robot.go` of rcc): unknown keys are ignored, a task has exactly one of
`robotTaskName`, `shell` and `command`. Under `camunda` an unknown key is an error.
"""

import shlex
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from CamundaLibrary.bundles.option_types import Inside
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.bundles.problems import Special, describe_all
from CamundaLibrary.bundles.records import Manifest, ManifestTask
from CamundaLibrary.bundles.yaml_file import YamlFile
from CamundaLibrary.errors import BundleError

ROBOT_YAML = "robot.yaml"
_FORMS = ("robotTaskName", "shell", "command")


def read_robot_yaml(path: Path) -> Manifest:
    """Returns the manifest in the file `path`. Raises BundleError."""
    file = YamlFile(path)
    content = _validate(file)
    tasks = tuple(_read_task(file, name, entry) for name, entry in content.tasks.items())
    return Manifest(
        path,
        tasks,
        content.artifacts_dir,
        content.path,
        content.python_path,
        content.environment_files,
        content.pre_run_scripts,
    )


class _TaskEntry(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    robot_task_name: Annotated[str, Field(min_length=1)] | None = None
    shell: Annotated[str, Field(min_length=1)] | None = None
    command: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    camunda: TaskOptions | None = None


class _RobotYaml(BaseModel):
    tasks: Annotated[dict[str, _TaskEntry], Field(min_length=1)]
    artifacts_dir: Annotated[Inside, Field(alias="artifactsDir")]
    path: Annotated[tuple[Inside, ...], Field(alias="PATH")] = ()
    python_path: Annotated[tuple[Inside, ...], Field(alias="PYTHONPATH")] = ()
    environment_configs: Annotated[tuple[Inside, ...], Field(alias="environmentConfigs")] = ()
    conda_config_file: Annotated[Inside | None, Field(alias="condaConfigFile")] = None
    pre_run_scripts: Annotated[tuple[str, ...], Field(alias="preRunScripts")] = ()

    @property
    def environment_files(self) -> tuple[str, ...]:
        return (*self.environment_configs, *([self.conda_config_file] if self.conda_config_file else ()))


def _validate(file: YamlFile) -> _RobotYaml:
    content = file.content
    if not isinstance(content, dict):
        raise file.error((), "must hold keys and values, among them 'tasks' and 'artifactsDir'")
    try:
        return _RobotYaml.model_validate(_without_nothing(content))
    except ValidationError as error:
        special: Special = {(("tasks",), "too_short"): "holds no task"}
        raise BundleError("\n".join(describe_all(error, _RobotYaml, file, (), special))) from None


def _without_nothing(content: dict[str, object]) -> dict[str, object]:
    """A key with nothing behind it counts as not given, as for RCC; a task without anything stays, to be refused."""
    given = {key: value for key, value in content.items() if value is not None}
    tasks = given.get("tasks")
    if isinstance(tasks, dict):
        given["tasks"] = {name: entry or {} for name, entry in tasks.items()}
    return given


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
