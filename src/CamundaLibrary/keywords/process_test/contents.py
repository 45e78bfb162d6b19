"""Keywords that say what a process is to hold: variables and incidents."""

from datetime import timedelta
from typing import Any

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import Incident
from CamundaLibrary.errors import ConditionNotMet
from CamundaLibrary.keywords.choices import listed
from CamundaLibrary.keywords.process_test.subjects import Subjects

_MISSING = object()


class ContentAssertions:
    """Looks at variables and incidents of a process instance."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects

    @keyword(tags=("Assertion",))
    def process_variable_should_be(
        self, instance: str, name: str, expected: Any, timeout: timedelta | None = None
    ) -> None:
        """Waits until a variable of a process instance has a value of the same type.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance, running or ended. |
        | ``name``     | Name of the variable. |
        | ``expected`` | The value. ``5`` is text, ``${5}`` a number. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        Example:
        | `Process Variable Should Be`    ${instance}    status    confirmed
        | `Process Variable Should Be`    ${instance}    total     ${12.5}
        """
        self._subjects.instance(instance)

        def is_equal() -> bool | None:
            found = self._variables(instance).get(name, _MISSING)
            return (found == expected and _are_alike(found, expected)) or None

        try:
            self._subjects.wait_for(f"Variable '{name}'", instance, is_equal, timeout)
        except ConditionNotMet as error:
            raise ConditionNotMet(f"{self._said(instance, name)}, not {_shown(expected)}. {_where(error)}") from None

    @keyword(tags=("Assertion",))
    def process_variable_should_exist(self, instance: str, name: str, timeout: timedelta | None = None) -> Any:
        """Waits until a process instance has a variable, and returns its value.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance, running or ended. |
        | ``name``     | Name of the variable. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        Example:
        | ${id}    `Process Variable Should Exist`    ${instance}    booking_id
        """
        self._subjects.instance(instance)
        what = f"Variable '{name}' (there are: {listed(sorted(self._variables(instance))) or 'none'})"
        self._subjects.wait_for(what, instance, lambda: name in self._variables(instance) or None, timeout)
        return self._variables(instance)[name]

    @keyword(tags=("Assertion",))
    def process_variable_should_not_exist(self, instance: str, name: str) -> None:
        """Fails if a process instance has a variable now.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance, running or ended. |
        | ``name``     | Name of the variable. |

        Example:
        | `Process Variable Should Not Exist`    ${instance}    booking_id
        """
        self._subjects.instance(instance)
        if name in self._variables(instance):
            raise ConditionNotMet(f"{self._said(instance, name)}.")

    @keyword(tags=("Assertion",))
    def incident_should_exist(
        self,
        instance: str,
        activity: str | None = None,
        message: str | None = None,
        timeout: timedelta | None = None,
    ) -> DotDict:
        """Waits until a process instance has an incident, and returns it.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of the activity where it has to be. |
        | ``message``  | Text that its message has to contain. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        Returns a dictionary: ``id``, ``type``, ``activity``, ``message``, ``time``.

        Example:
        | `Incident Should Exist`    ${instance}    activity=Book room    message=Connection refused
        """
        wanted = self._subjects.activity_id(instance, activity) if activity else None
        self._subjects.instance(instance)

        def found() -> Incident | None:
            return next((each for each in self._incidents(instance) if _fits(each, wanted, message)), None)

        what = f"An incident{f' at {activity!r}' if activity else ''}{f' with {message!r}' if message else ''}"
        return _incident(self._subjects.wait_for(what, instance, found, timeout))

    @keyword(tags=("Assertion",))
    def incident_should_not_exist(self, instance: str) -> None:
        """Fails if a process instance has an incident now.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        Example:
        | `Incident Should Not Exist`    ${instance}
        """
        self._subjects.instance(instance)
        found = self._incidents(instance)
        if found:
            told = "; ".join(f"at '{each.activity_id}': {each.message}" for each in found)
            raise ConditionNotMet(f"Process instance '{instance}' has {len(found)} incident(s): {told}")

    def _variables(self, instance: str) -> dict[str, Any]:
        found = self._subjects.engine.history.variables(instance)
        return {each.name: each.value.value for each in found if each.activity_instance_id == instance}

    def _incidents(self, instance: str) -> list[Incident]:
        return self._subjects.engine.incidents.list(process_instance_id=instance)

    def _said(self, instance: str, name: str) -> str:
        variables = self._variables(instance)
        if name not in variables:
            there = listed(sorted(variables)) or "none"
            return f"Process instance '{instance}' has no variable '{name}' (there are: {there})"
        return f"Variable '{name}' of process instance '{instance}' is {_shown(variables[name])}"


def _are_alike(found: object, expected: object) -> bool:
    """Returns True for the same type, as `1`, `1.0` and `True` are equal. Robot has dictionaries of its own."""
    return type(found) is type(expected) or isinstance(found, (dict, list))


def _shown(value: object) -> str:
    return f"{value!r} ({type(value).__name__})"


def _where(error: ConditionNotMet) -> str:
    return str(error).partition(" seconds. ")[2]


def _fits(incident: Incident, activity: str | None, message: str | None) -> bool:
    return activity in (None, incident.activity_id) and (message or "") in (incident.message or "")


def _incident(incident: Incident) -> DotDict:
    return DotDict(
        id=incident.id,
        type=incident.type,
        activity=incident.activity_id,
        message=incident.message,
        time=incident.time,
    )
