"""What PythonLibCore finds out about the keywords of a library each time an object of it is made.

For SeleniumLibrary and its like that are hundreds of signatures, and two fifths of a run that imports it. They follow
from the functions alone, so the fork server can know them without making an object of somebody else's library.
"""

import gc
import inspect
import sys
from copy import copy
from types import FunctionType, MethodType
from typing import Any

_MODULE = "robotlibcore.keywords.builder"


def prepare() -> None:
    """Has each look at a keyword of what is imported find what was found here.

    These are no public parts of PythonLibCore; where they are not as expected it raises something, and nothing changes.
    """
    if _MODULE not in sys.modules:
        return
    builder: Any = sys.modules[_MODULE].KeywordBuilder
    original = builder.build.__func__
    if list(inspect.signature(original).parameters) != ["cls", "function", "translation"]:
        return
    known: dict[Any, Any] = {function: builder.build(MethodType(function, object())) for function in _keywords()}

    def build(cls: Any, function: Any, translation: Any = None) -> Any:
        found = None if translation or not inspect.ismethod(function) else known.get(function.__func__)
        return _copy(found) if found else original(cls, function, translation)

    builder.build = classmethod(build)


def _copy(found: Any) -> Any:
    """Libraries may change what they were given."""
    made = copy(found)
    made.argument_specification, made.argument_types = copy(found.argument_specification), copy(found.argument_types)
    return made


def _keywords() -> list[FunctionType]:
    """Methods without documentation of their own may inherit that of another class, which the function cannot tell."""
    functions = (thing for thing in gc.get_objects() if type(thing) is FunctionType)
    return [each for each in functions if "robot_name" in each.__dict__ and each.__doc__ is not None]
