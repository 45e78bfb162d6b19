"""What Robot Framework's run tells: settings among its variables, and what kind of run it is."""

from collections.abc import Mapping
from typing import Any

from robot.api.types import Secret
from robot.libraries.BuiltIn import BuiltIn, RobotNotRunningError

from CamundaLibrary.settings import Settings, Source, variable_of


def robot_variables() -> Source:
    """Returns the settings among Robot Framework's variables; none outside of a run."""
    try:
        variables = BuiltIn().get_variables(no_decoration=True)
    except RobotNotRunningError:
        variables = {}
    values = {name: variables[name] for name in map(variable_of, Settings._fields) if name in variables}
    return Source("Robot variable", unwrap_secrets(values), by_variable=True)


def is_dry_run() -> bool | None:
    """Returns whether the run is dry; None outside of a run, as in libdoc."""
    builtin = BuiltIn()
    return bool(builtin.dry_run_active) if builtin.robot_running else None


def unwrap_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """The one place where Robot's Secret is opened."""
    return {name: value.value if isinstance(value, Secret) else value for name, value in values.items()}
