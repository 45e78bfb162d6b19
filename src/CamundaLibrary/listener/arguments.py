"""Listener arguments, read by ourselves: Robot Framework would run the robot unwrapped if it refused one."""

from collections.abc import Sequence
from typing import Any

from CamundaLibrary.settings import Settings


def read_arguments(arguments: Sequence[object]) -> dict[str, Any]:
    """Returns `name=value` arguments by name.

    Robot Framework splits `CamundaListener:task_file=C:\\x.json` at every colon: a part without a known name belongs
    to the argument before it. One that belongs nowhere is kept under its own text, for the settings to refuse.
    """
    values: dict[str, Any] = {}
    last = None
    for argument in map(str, arguments):
        name, equals, value = argument.partition("=")
        if equals and (name in Settings._fields or last is None or name.isidentifier()):
            last = name
            values[name] = value
        elif last:
            values[last] = f"{values[last]}:{argument}"
        else:
            values[f"{argument} without '='" if argument in Settings._fields else argument] = argument
    return values
