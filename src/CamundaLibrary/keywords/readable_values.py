"""Values of several variables, some of which Python may not be able to read."""

from collections.abc import Mapping

from robot.api import logger
from robot.utils import DotDict

from CamundaLibrary.errors import ValueUnreadable
from CamundaLibrary.variables import TypedValue


def readable(values: Mapping[str, TypedValue]) -> DotDict:
    """Returns the values by name; those that cannot be read, Java objects, are left out, and the log says so."""
    found = DotDict()
    for name, value in values.items():
        try:
            found[name] = value.value
        except ValueUnreadable as error:
            logger.info(f"Variable '{name}' is left out: {error}")
    return found
