"""Keywords on the variables of the current task."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.errors import ValueUnreadable
from CamundaLibrary.keywords.group import TaskGroup
from CamundaLibrary.keywords.scope import Scope


class VariableType(Enum):
    """Types of the engine that a value can be asked to have. JsonText is text that is JSON already."""

    Boolean = "Boolean"
    Short = "Short"
    Integer = "Integer"
    Long = "Long"
    Double = "Double"
    String = "String"
    Date = "Date"
    Bytes = "Bytes"
    Json = "Json"
    JsonText = "JsonText"
    Xml = "Xml"
    Null = "Null"


class Default(Enum):
    """REQUIRED: a variable that is missing fails."""

    REQUIRED = "required"


class VariableKeywords(TaskGroup):
    """Variables, typed as in `Variable types`."""

    @keyword(tags=("Variable",))
    def get_task_variable(self, name: str, default: Any = Default.REQUIRED) -> Any:
        """Returns the value of a variable that the task sees.

        | =Arguments= | =Description= |
        | ``name``    | Name of the variable. |
        | ``default`` | Value to return where there is no such variable; without it that fails. |

        A variable that this run has set already is returned as set. See `Variable types` for the Python values.

        Example:
        | ${query}    `Get Task Variable`    query
        | ${limit}    `Get Task Variable`    limit    default=${10}
        """
        return self.task.value(name, *([] if default is Default.REQUIRED else [default]))

    @keyword(tags=("Variable",))
    def get_task_variables(self) -> DotDict:
        """Returns all variables that the task sees, as a dictionary with dot access.

        Files are named by their file names; get them by `Get Task File`. The log of an earlier try is left out.

        Example:
        | ${variables}    `Get Task Variables`
        | Log    ${variables.query}
        """
        values = DotDict()
        for name, value in self.task.all_variables().items():
            try:
                values[name] = value.value
            except ValueUnreadable as error:
                logger.warn(f"Variable '{name}' is left out: {error}")
        return values

    @keyword(tags=("Variable",))
    def set_task_variable(
        self, name: str, value: Any, type: VariableType | None = None, scope: Scope = Scope.PROCESS
    ) -> None:
        """Sets a variable, to be sent together with the outcome.

        | =Arguments= | =Description= |
        | ``name``    | Name of the variable, 1-255 characters. |
        | ``value``   | Any value of `Variable types`; others are refused here, at this line. |
        | ``type``    | Type of the engine; without it the Python value decides. Text is never guessed about. |
        | ``scope``   | PROCESS: the process instance. TASK: the task itself; ends with it unless the model maps it. |

        Robot Framework has a keyword of this name for its own variables: ``BuiltIn.Set Task Variable``.

        Example:
        | `Set Task Variable`    results    ${urls}
        | `Set Task Variable`    amount    12.50    type=Double
        | `Set Task Variable`    note    seen    scope=TASK
        """
        from CamundaLibrary.variables import encode

        self.task.set({name: encode(value, type.value if type else None)}, in_task=scope is Scope.TASK)

    @keyword(tags=("Variable",))
    def set_task_variables(self, values: Mapping[str, Any], scope: Scope = Scope.PROCESS) -> None:
        """Sets several variables, to be sent together with the outcome.

        | =Arguments= | =Description= |
        | ``values``  | Dictionary of names and values. |
        | ``scope``   | PROCESS or TASK, as in `Set Task Variable`. |

        Example:
        | &{values}    Create Dictionary    title=${title}    alt=${alt}
        | `Set Task Variables`    ${values}
        """
        from CamundaLibrary.variables import encode_all

        self.task.set(encode_all(values), in_task=scope is Scope.TASK)
