"""What robots get of the worker's environment, and of its way to the engine: what they ask for and may have."""

import os
from collections.abc import Collection
from pathlib import Path

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.durations import format_iso
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.settings import Settings, variable_of
from CamundaLibrary.worker.configuration import Permissions

_FOR_LISTENER = ("log", "log_variable", "log_scope", "log_max_size", "on_skip")
_OF_ENGINE = ("base_url", "authorization", "username", "password", "token_url", "client_id", "client_secret", "scope",
              "timeout", "ca_bundle", "proxy", "client_certificate", "client_key")  # fmt: skip
_FILES = ("ca_bundle", "client_certificate", "client_key")
_NEVER_PASSED = ("CAMUNDA_API_", "CAMUNDA_ROBOT_")


def robot_environment_for(
    topic: Topic, settings: Settings, permissions: Permissions, passed: Collection[str] = ()
) -> dict[str, str]:
    """Returns what robots of the topic get beyond the minimum. `passed` are variables that the operator gives to all.

    Raises SettingsError if the topic asks for something that the operator does not allow.
    """
    options = topic.options
    if options.engine and topic.name not in permissions.engine:
        raise SettingsError(
            f"Topic '{topic.name}' of '{topic.bundle.source}' asks for the engine (engine: true), which is not "
            f"allowed. Allow it with --allow-engine '{topic.name}', or take it out of its options."
        )
    forbidden = [name for name in options.environment if name not in (*permissions.environment, *passed)]
    if forbidden:
        raise SettingsError(
            f"Topic '{topic.name}' of '{topic.bundle.source}' asks for variables of the environment that are not "
            f"allowed: {', '.join(forbidden)}. Allow each with --allow-environment, or take it out of its options."
        )
    check_passed((*passed, *options.environment))
    wanted = {name: os.environ[name] for name in (*passed, *options.environment) if name in os.environ}
    return {**wanted, **_for_listener(settings), **(_engine(settings) if options.engine else {})}


def check_passed(names: Collection[str]) -> None:
    """Raises SettingsError if one of the variables must not reach a robot in this way."""
    for name in names:
        if name.upper().startswith(_NEVER_PASSED):
            raise SettingsError(f"The variable '{name}' is not passed to robots: it is the worker's own.")


def _for_listener(settings: Settings) -> dict[str, str]:
    given = settings.given
    return {variable_of(name): str(given[name]) for name in _FOR_LISTENER if name in given}


def _engine(settings: Settings) -> dict[str, str]:
    """Robots run in a folder of their own, so a path is made absolute."""
    told = {name: getattr(settings, name) for name in _OF_ENGINE}
    told["timeout"] = format_iso(settings.timeout)
    told |= {name: str(Path(told[name]).absolute()) for name in _FILES if told[name]}
    return {variable_of(name): str(value) for name, value in told.items() if value}
