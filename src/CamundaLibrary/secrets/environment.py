"""Secrets in the environment of the worker, which no robot gets."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from CamundaLibrary.errors import SecretMissing
from CamundaLibrary.secrets.values import HiddenMapping, SecretValue


class EnvironmentSource(NamedTuple):
    """One environment variable, or several by key."""

    variables: str | Mapping[str, str]

    def check(self) -> None:
        """Needs nothing."""

    def read(self) -> SecretValue:
        if isinstance(self.variables, str):
            return _read(self.variables)
        return HiddenMapping({key: _read(variable) for key, variable in self.variables.items()})


def _read(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise SecretMissing(f"The worker has no environment variable '{variable}'. Set it and start the worker again.")
    return value
