"""Puts together what a worker is told: options of the command over its environment over its file over defaults."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.settings import Settings, Source, environment, read_settings, variable_of
from CamundaLibrary.worker.configuration import (
    Configuration,
    EngineOptions,
    HookOptions,
    Permissions,
    WorkerOptions,
)
from CamundaLibrary.worker.configuration_file import ConfigurationFile, EngineTable, read_configuration_file

_API = "CAMUNDA_API_"
_CREDENTIALS = ("authorization", "username", "password", "token_url", "client_id", "client_secret")
_NOTHING = ConfigurationFile(Path(), {}, (), {}, {}, {})


def read_configuration(path: Path | str, **options: Any) -> Configuration:
    """Returns what the file `path` says, and over it `options` in the spelling of the command. Raises SettingsError."""
    return configure(options, read_configuration_file(Path(path)))


def configure(given: Mapping[str, Any], file: ConfigurationFile | None = None) -> Configuration:
    """Returns the configuration. `given` are options of the command, flags and environment alike; None is "not given".

    Raises SettingsError.
    """
    told = {**(file or _NOTHING).worker, **{name: value for name, value in given.items() if value is not None}}
    base_url = given.get("base_url")
    bundles = tuple(Path(bundle) for bundle in told.get("bundles", ()))
    worker = WorkerOptions(**{name: told[name] for name in WorkerOptions._fields if name in told})
    permissions = Permissions(told.get("allow_engine", ()), told.get("allow_environment", ()))
    if file is None:
        return Configuration(bundles, (_only_engine(base_url, {}),), worker, permissions=permissions)
    engines = _engines(base_url, file)
    hooks = HookOptions(**file.hooks)
    return Configuration(bundles, engines, worker, file.topics, file.secrets, hooks, permissions, file.path)


def overlooked_variables(configuration: Configuration) -> list[str]:
    """Returns the variables of the environment that say something of one engine where there are several."""
    if len(configuration.engines) < 2:
        return []
    return sorted(name for name in os.environ if name.startswith(_API))


def _engines(base_url: str | None, file: ConfigurationFile) -> tuple[EngineOptions, ...]:
    if len(file.engines) > 1:
        if base_url:
            names = ", ".join(table.name for table in file.engines)
            raise SettingsError(
                f"'{file.path}' names several engines ({names}): the option --base-url fits none of them."
            )
        return tuple(_one_of_several(table) for table in file.engines)
    if file.engines:
        (table,) = file.engines
        return (_only_engine(base_url, table.settings)._replace(name=table.name, topics=table.topics),)
    return (_only_engine(base_url, {name: file.worker[name] for name in ("base_url",) if name in file.worker}),)


def _only_engine(base_url: str | None, in_file: Mapping[str, Any]) -> EngineOptions:
    """The one engine can be said by option and environment, too. Credentials there replace all that are in the file."""
    if any(os.environ.get(variable_of(name)) for name in _CREDENTIALS):
        in_file = {name: value for name, value in in_file.items() if name not in _CREDENTIALS}
    return EngineOptions(settings=_read([Source("option", {"base_url": base_url}), environment(), _in_file(in_file)]))


def _one_of_several(table: EngineTable) -> EngineOptions:
    """What is not about the way to the engine can be said by the environment for all engines."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(_API)}
    settings = _read([Source("environment variable", others, by_variable=True), _in_file(table.settings)])
    return EngineOptions(table.name, settings, table.topics)


def _in_file(settings: Mapping[str, Any]) -> Source:
    return Source("key", settings)


def _read(sources: list[Source]) -> Settings:
    return read_settings(sources).settings_or_error()
