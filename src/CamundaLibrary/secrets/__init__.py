"""Where secret values come from, and which robots may have them. Names load lazily (PEP 562)."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from CamundaLibrary.secrets.configuration import read_secret_sources
    from CamundaLibrary.secrets.source import SecretSource
    from CamundaLibrary.secrets.store import ConfiguredSecret, SecretStore
    from CamundaLibrary.secrets.values import HiddenMapping, SecretValue

__all__ = [
    "ConfiguredSecret",
    "HiddenMapping",
    "SecretSource",
    "SecretStore",
    "SecretValue",
    "read_secret_sources",
]

_MODULES = {
    "ConfiguredSecret": "store",
    "HiddenMapping": "values",
    "SecretSource": "source",
    "SecretStore": "store",
    "SecretValue": "values",
    "read_secret_sources": "configuration",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
