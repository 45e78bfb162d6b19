"""Keywords on the variables of process instances."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from robot.api.deco import keyword

from CamundaLibrary.engines.contract import VariableScope
from CamundaLibrary.errors import NotFound, ValueRefused, VariableMissing
from CamundaLibrary.keywords.activities import find_positions, running
from CamundaLibrary.keywords.choices import choose_one, hint
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.variables import Default, VariableType
from CamundaLibrary.variables import FileValue, TypedValue, encode, encode_all


class ProcessVariableKeywords(EngineGroup):
    """Reads and sets variables of running instances; those of ended ones can be read."""

    @keyword(tags=("Process variable",))
    def get_process_variable(
        self, instance: str, name: str, default: Any = Default.REQUIRED, activity: str | None = None
    ) -> Any:
        """Returns the value of a variable of a process instance.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance; it may have ended. |
        | ``name``     | Name of the variable. |
        | ``default``  | Value to return where there is no such variable; without it that fails. |
        | ``activity`` | Id or name of an activity the instance stands at: a variable of this activity alone. |

        See `Variable types` for the Python values. A file is named by its file name; get it by `Get Process File`.

        Example:
        | ${query}    `Get Process Variable`    ${instance}    query
        | ${counter}    `Get Process Variable`    ${instance}    loopCounter    default=${0}    activity=Search
        """
        values = self._values(instance, activity)
        if name in values:
            return values[name].value
        if default is not Default.REQUIRED:
            return default
        where = f"Process instance '{instance}'" if activity is None else f"Activity '{activity}' of '{instance}'"
        raise VariableMissing(f"{where} has no variable '{name}'.{hint(name, values)}")

    @keyword(tags=("Process variable",))
    def set_process_variable(
        self, instance: str, name: str, value: Any, type: VariableType | None = None, activity: str | None = None
    ) -> None:
        """Sets a variable of a running process instance.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``name``     | Name of the variable. |
        | ``value``    | Any value of `Variable types`. |
        | ``type``     | Type of the engine; without it the Python value decides. Text is never guessed about. |
        | ``activity`` | Id or name of an activity the instance stands at: for this activity alone. |

        Example:
        | `Set Process Variable`    ${instance}    query    dragons
        | `Set Process Variable`    ${instance}    amount    12.50    type=Double
        """
        self._scope(instance, activity).set({name: encode(value, type.value if type else None)})

    @keyword(tags=("Process variable",))
    def set_process_variables(self, instance: str, values: Mapping[str, Any], activity: str | None = None) -> None:
        """Sets several variables of a running process instance, all of them or none.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``values``   | Dictionary of names and values. |
        | ``activity`` | Id or name of an activity the instance stands at: for this activity alone. |

        Example:
        | &{values}    Create Dictionary    query=dragons    count=${3}
        | `Set Process Variables`    ${instance}    ${values}
        """
        self._scope(instance, activity).set(encode_all(values))

    @keyword(tags=("Process variable",))
    def delete_process_variable(self, instance: str, name: str, activity: str | None = None) -> None:
        """Deletes a variable of a running process instance.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``name``     | Name of the variable. There need be none. |
        | ``activity`` | Id or name of an activity the instance stands at: a variable of this activity alone. |

        Example:
        | `Delete Process Variable`    ${instance}    query
        """
        self._scope(instance, activity).delete(name)

    @keyword(tags=("Process variable",))
    def set_process_file(
        self, instance: str, name: str, path: Path, mime_type: str | None = None, activity: str | None = None
    ) -> None:
        """Sets a File variable of a running process instance from a file of any size.

        | =Arguments=   | =Description= |
        | ``instance``  | Id of the process instance. |
        | ``name``      | Name of the variable. |
        | ``path``      | The file. |
        | ``mime_type`` | Kind of content; without it the file's extension decides. |
        | ``activity``  | Id or name of an activity the instance stands at: for this activity alone. |

        Example:
        | `Set Process File`    ${instance}    invoice    ${OUTPUT DIR}/invoice.pdf
        """
        scope = self._scope(instance, activity)
        if not path.is_file():
            raise ValueRefused(f"Setting file '{name}' failed: there is no file '{path}'.")
        scope.upload(name, FileValue(path.name, path=path, mime_type=mime_type))

    def _scope(self, instance: str, activity: str | None) -> VariableScope:
        if activity is None:
            return self.engine.variables.of_process_instance(running(self.engine, instance).id)
        what = f"activity instance of '{activity}' in process instance '{instance}'"
        at = choose_one(what, find_positions(self.engine, instance, activity), lambda each: each.id)
        return self.engine.variables.of_execution(at.execution_ids[0])

    def _values(self, instance: str, activity: str | None) -> dict[str, TypedValue]:
        """Returns what there is now; of an ended instance the last values."""
        if activity is not None:
            return self._scope(instance, activity).all()
        try:
            return self.engine.variables.of_process_instance(instance).all()
        except NotFound:
            if self.engine.history.process_instance(instance) is None:
                raise
            past = self.engine.history.variables(instance)
            return {each.name: each.value for each in past if each.activity_instance_id == instance}
