"""What a worker was told: by its command line, its environment and its file, or by a program."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.secrets.store import ConfiguredSecret
from CamundaLibrary.settings import Settings


class WorkerOptions(NamedTuple):
    """The options of the worker itself, in the spelling of `camunda-robot worker`.

    `slots` None: as many at once as there are cores. `state` is the folder that all workers of a user share, None: the
    usual one. `pass_environment` names variables of the worker's environment that all robots get. `wheels` is a folder
    to build environments from without a network. `once`: end when nothing waits any more; `limit`: after so many
    tasks; `idle_exit`: after so long without one. `breaker_after`: technical failures in a row that pause a topic, 0:
    never. Runs that did not end well are kept for `kept_for` and while all of them have at most `kept_size` bytes.
    `metrics_port` None: no metrics.
    """

    slots: int | None = None
    grace: timedelta = timedelta(seconds=30)
    state: Path | None = None
    pass_environment: tuple[str, ...] = ()
    wheels: Path | None = None
    once: bool = False
    limit: int | None = None
    idle_exit: timedelta | None = None
    breaker_after: int = 5
    kept_for: timedelta = timedelta(days=7)
    kept_size: int = 1_000_000_000
    log_format: str = "text"
    log_file: Path | None = None
    metrics_port: int | None = None
    metrics_address: str = "127.0.0.1"
    watch: bool = False


class EngineOptions(NamedTuple):
    """One engine: its address, credentials and other settings. `topics` None: those of all bundles."""

    name: str = "engine"
    settings: Settings = Settings()
    topics: tuple[str, ...] | None = None


class HookOptions(NamedTuple):
    """Commands of the operator, after every robot and when a task becomes an incident: one text, or its words."""

    after_robot: str | tuple[str, ...] | None = None
    on_incident: str | tuple[str, ...] | None = None


class Permissions(NamedTuple):
    """What the operator allows: topics whose robots may get the engine, and variables that robots may ask for."""

    engine: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


class Configuration(NamedTuple):
    """All that a worker was told. `topics` are its own options for topics; `file` is where much of it stands."""

    bundles: tuple[Path, ...]
    engines: tuple[EngineOptions, ...] = (EngineOptions(),)
    worker: WorkerOptions = WorkerOptions()
    topics: Mapping[str, TaskOptions] = MappingProxyType({})
    secrets: Mapping[str, ConfiguredSecret] = MappingProxyType({})
    hooks: HookOptions = HookOptions()
    permissions: Permissions = Permissions()
    file: Path | None = None
