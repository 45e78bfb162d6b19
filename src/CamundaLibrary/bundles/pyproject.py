"""The manifest in pyproject.toml: `[tool.camunda-robot]`, with a table for each topic."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from CamundaLibrary.bundles.option_types import Inside, Name
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.bundles.problems import Special, describe_all
from CamundaLibrary.bundles.records import Manifest, ManifestTask
from CamundaLibrary.bundles.toml_file import TomlFile
from CamundaLibrary.errors import BundleError

PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "camunda-robot")
_ROBOT = ("suite", "task", "include", "exclude")
_FUNCTION = r"^[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*$"


def read_pyproject(path: Path) -> Manifest | None:
    """Returns the manifest in the file `path`, None if it says nothing about our topics. Raises BundleError."""
    file = TomlFile(path)
    table = _find_table(file)
    if table is None:
        return None
    try:
        content = _Table.model_validate(table)
    except ValidationError as error:
        special: Special = {((*_TABLE, "topics"), "too_short"): "holds no topic"}
        raise BundleError("\n".join(describe_all(error, _Table, file, _TABLE, special))) from None
    tasks = tuple(_read_task(file, topic, entry) for topic, entry in content.topics.items())
    return Manifest(path, tasks, content.artifacts_dir, content.path, content.python_path)


def _find_table(file: TomlFile) -> object | None:
    tool = file.content.get("tool")
    return tool.get("camunda-robot") if isinstance(tool, dict) else None


def _list(given: object) -> object:
    return [given] if isinstance(given, str) else given


_Tags = Annotated[tuple[Name, ...], BeforeValidator(_list)]


class _TopicEntry(TaskOptions):
    """The options, and what runs."""

    suite: Inside | None = None
    task: Name | None = None
    include: _Tags = ()
    exclude: _Tags = ()
    handler: Annotated[str, StringConstraints(pattern=_FUNCTION)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _check_topic(cls, given: Any) -> Any:
        if isinstance(given, dict) and "topic" in given:
            raise ValueError("has 'topic', but the name of the table is the topic")
        return given

    @model_validator(mode="after")
    def _check_one_way(self) -> "_TopicEntry":
        is_robot = any(getattr(self, name) for name in _ROBOT)
        if is_robot == bool(self.handler):
            raise ValueError("needs either handler, or some of suite, task, include and exclude")
        return self


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topics: Annotated[dict[Name, _TopicEntry], Field(min_length=1)]
    artifacts_dir: Annotated[Inside, Field(alias="artifactsDir")] = "output"
    path: Annotated[tuple[Inside, ...], Field(alias="PATH")] = ()
    python_path: Annotated[tuple[Inside, ...], Field(alias="PYTHONPATH")] = ()


def _read_task(file: TomlFile, topic: str, entry: _TopicEntry) -> ManifestTask:
    options = TaskOptions.model_construct(**{name: getattr(entry, name) for name in TaskOptions.model_fields})
    line = file.line((*_TABLE, "topics", topic))
    return ManifestTask(
        topic, topic, line, entry.task, None, options, entry.suite, entry.include, entry.exclude, entry.handler
    )
