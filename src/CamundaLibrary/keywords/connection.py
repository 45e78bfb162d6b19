"""The engine of one library import, connected when a keyword first needs it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.keywords.robot_variables import robot_variables, unwrap_secrets
from CamundaLibrary.settings import Source, environment, read_settings


class Connection:
    """Settings of one import, and the engine they lead to."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._arguments = Source("library argument", unwrap_secrets(arguments))
        read_settings([self._arguments]).settings_or_error()

    @cached_property
    def engine(self) -> Engine:
        """The engine; SettingsError where the settings are wrong."""
        sources = [self._arguments, robot_variables(), environment()]
        return connect(settings=read_settings(sources).settings_or_error())


class EngineGroup:
    """A group of keywords on the engine."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def engine(self) -> Engine:
        return self._connection.engine
