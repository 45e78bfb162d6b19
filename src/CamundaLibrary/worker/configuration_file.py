"""camunda-robot.toml: what may stand in it, with a sentence for everything that is wrong."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator

from CamundaLibrary.bundles.option_types import Count, Duration, Flag, Name, Number, VariableName
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.bundles.problems import describe_all
from CamundaLibrary.bundles.toml_file import TomlFile
from CamundaLibrary.durations import parse_duration
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.secrets.configuration import read_secret_sources
from CamundaLibrary.secrets.store import ConfiguredSecret
from CamundaLibrary.settings import Settings, parse_setting

FILE_NAME = "camunda-robot.toml"
_CREDENTIALS = (("authorization",), ("username", "password"), ("token_url", "client_id", "client_secret"))
_HIDDEN = ("authorization", "password", "client_secret")
_NOT_OF_ENGINES = ("task_file", "task_id", "worker_id", "topic", "secret_name")
_PATHS = ("state", "wheels", "log_file")


class EngineTable(NamedTuple):
    """One table `[engines.NAME]`: settings as they are spelled in the file, read; `topics` None means all."""

    name: str
    settings: Mapping[str, Any]
    topics: tuple[str, ...] | None


class ConfigurationFile(NamedTuple):
    """The content of a file. `worker` holds what is given of the command's options, paths made absolute."""

    path: Path
    worker: Mapping[str, Any]
    engines: tuple[EngineTable, ...]
    topics: Mapping[str, TaskOptions]
    secrets: Mapping[str, ConfiguredSecret]
    hooks: Mapping[str, str | tuple[str, ...]]


def find_configuration_file(named: Path | None) -> Path | None:
    """Returns the file that is named, else the one in the working folder, if there is one."""
    usual = Path(FILE_NAME)
    return named or (usual if usual.is_file() else None)


def read_configuration_file(path: Path) -> ConfigurationFile:
    """Returns what stands in the file; SettingsError names file, line and key of everything that is wrong."""
    file = TomlFile(path.absolute(), SettingsError)
    problems: list[str] = []
    content = _validate(file, problems)
    secrets = _read_secrets(file, problems)
    engines = _read_engines(file, content, problems)
    if problems:
        raise SettingsError("\n".join(problems))
    return ConfigurationFile(
        file.path,
        _read_worker(content.worker, file.path.parent),
        engines,
        content.topics,
        secrets,
        _said(content.hooks),
    )


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _parse_size(given: object) -> int:
    return int(parse_setting("log_max_size", given))


def _one_topic(given: Any) -> Any:
    if isinstance(given, dict) and "topic" in given:
        raise ValueError("has 'topic', but the name of the table is the topic")
    return given


_Text = Annotated[str, Field(min_length=1)]
_Names = tuple[_Text, ...]


def _parse_patience(given: object) -> timedelta:
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        raise ValueError("must be a duration like '90s', '5 minutes', '1:30' or 'PT5M'")
    return parse_duration(str(given))


class _Worker(_Strict):
    bundles: _Names | None = None
    base_url: Annotated[str, BeforeValidator(lambda given: parse_setting("base_url", given))] | None = None
    slots: Count | None = None
    grace: Annotated[timedelta, BeforeValidator(_parse_patience)] | None = None
    state: _Text | None = None
    pass_environment: tuple[VariableName, ...] | None = None
    allow_engine: _Names | None = None
    allow_environment: tuple[VariableName, ...] | None = None
    wheels: _Text | None = None
    once: Flag | None = None
    limit: Count | None = None
    idle_exit: Duration | None = None
    breaker_after: Number | None = None
    kept_for: Duration | None = None
    kept_size: Annotated[int, BeforeValidator(_parse_size)] | None = None
    log_format: Literal["text", "json"] | None = None
    log_file: _Text | None = None
    metrics_port: Annotated[Number, Field(le=65535)] | None = None
    metrics_address: _Text | None = None
    watch: Flag | None = None


def _setting(name: str) -> Any:
    def parse(given: object) -> Any:
        if isinstance(given, bool) or not isinstance(given, (str, int, float, list)):
            raise ValueError("must be text")
        if isinstance(given, list) and name != "retry_timeout":
            raise ValueError("must be text, not a list")
        parse_setting(name, given)
        return given  # read again together with those of the environment

    return Annotated[Any, BeforeValidator(parse)]


class _EngineBase(_Strict):
    topics: Annotated[_Names, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _check_credentials(self) -> "_EngineBase":
        given = {name.removesuffix("_env") for name in self.model_fields_set}
        for name in _HIDDEN:
            if {name, f"{name}_env"} <= self.model_fields_set:
                raise ValueError(f"has {name} beside {name}_env: keep one of them")
        kinds = [next(name for name in kind if name in given) for kind in _CREDENTIALS if given & set(kind)]
        if len(kinds) > 1:
            raise ValueError(f"has more than one kind of credentials: {' and '.join(kinds)}; keep one of them")
        return self


_SETTINGS = tuple(name for name in Settings._fields if name not in _NOT_OF_ENGINES)
_FIELDS: dict[str, Any] = {name: (_setting(name), None) for name in _SETTINGS}
_FIELDS.update({f"{name}_env": (_Text | None, None) for name in _HIDDEN})
_Engine: Any = create_model("_Engine", __base__=_EngineBase, **_FIELDS)


def _parse_command(given: object) -> str | tuple[str, ...]:
    words = [given] if isinstance(given, str) else given
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise ValueError("must be a command, or the list of its words")
    return given if isinstance(given, str) else tuple(words)


_Command = Annotated[Any, BeforeValidator(_parse_command)]


class _Hooks(_Strict):
    after_robot: _Command | None = None
    on_incident: _Command | None = None


_Topic = Annotated[TaskOptions, BeforeValidator(_one_topic)]


class _Content(_Strict):
    worker: _Worker = _Worker()
    topics: dict[Name, _Topic] = Field(default_factory=dict)
    engines: dict[Name, _Engine] = Field(default_factory=dict)
    secrets: dict[str, Any] = Field(default_factory=dict)
    hooks: _Hooks = _Hooks()

    @model_validator(mode="after")
    def _check_one_address(self) -> "_Content":
        if self.engines and self.worker.base_url:
            raise ValueError("has base_url under [worker] beside [engines]: keep one of them")
        return self


def _validate(file: TomlFile, problems: list[str]) -> _Content:
    try:
        return _Content.model_validate(file.content)
    except ValidationError as error:
        problems.extend(describe_all(error, _Content, file))
        return _Content()


def _read_secrets(file: TomlFile, problems: list[str]) -> dict[str, ConfiguredSecret]:
    table = file.content.get("secrets")
    if not isinstance(table, dict):
        return {}
    try:
        return read_secret_sources(table, lambda keys, problem: file.error(("secrets", *keys), problem))
    except SettingsError as error:
        problems.append(str(error))
        return {}


def _read_worker(table: _Worker, folder: Path) -> dict[str, Any]:
    """Relative paths are meant from where the file is."""
    given = _said(table)
    for name in _PATHS:
        if name in given:
            given[name] = folder / Path(given[name]).expanduser()
    if "bundles" in given:
        given["bundles"] = tuple(folder / Path(bundle).expanduser() for bundle in given["bundles"])
    return given


def _read_engines(file: TomlFile, content: _Content, problems: list[str]) -> tuple[EngineTable, ...]:
    return tuple(_read_engine(file, name, table, problems) for name, table in content.engines.items())


def _read_engine(file: TomlFile, name: str, table: BaseModel, problems: list[str]) -> EngineTable:
    given = _said(table)
    topics = given.pop("topics", None)
    for secret in _HIDDEN:
        variable = given.pop(f"{secret}_env", None)
        if variable and not os.environ.get(variable):
            keys = ("engines", name, f"{secret}_env")
            problems.append(file.sentence(keys, f"names the environment variable '{variable}', which is not set"))
        elif variable:
            given[secret] = os.environ[variable]
    for setting in ("ca_bundle", "client_certificate", "client_key"):
        if setting in given:
            given[setting] = str(file.path.parent / Path(given[setting]).expanduser())
    return EngineTable(name, given, topics)


def _said(table: BaseModel) -> dict[str, Any]:
    fields = {name: getattr(table, name) for name in type(table).model_fields}
    return {name: value for name, value in fields.items() if value is not None}
