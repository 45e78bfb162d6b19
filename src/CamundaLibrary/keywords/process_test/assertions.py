"""Keywords that say where a process is to be and what it is to have done."""

from datetime import timedelta

from robot.api.deco import keyword

from CamundaLibrary.engines.records import HistoricActivity
from CamundaLibrary.errors import ConditionNotMet
from CamundaLibrary.keywords.choices import listed
from CamundaLibrary.keywords.process_test.subjects import Subjects, is_end


class ProcessAssertions:
    """Looks at the way a process instance takes."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects

    @keyword(tags=("Assertion",))
    def process_should_be_waiting_at(
        self, instance: str, activity: str, *more: str, timeout: timedelta | None = None
    ) -> None:
        """Waits until a process instance stands at all of the activities.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of an activity or event in the model. |
        | ``more``     | Further ones at which it has to stand at the same time. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        It fails at once when the instance has ended.

        Example:
        | `Process Should Be Waiting At`    ${instance}    Review order
        """
        wanted = self._ids(instance, activity, *more)

        def is_there() -> bool | None:
            if self._open(instance).issuperset(wanted):
                return True
            if self._subjects.instance(instance).end_time:
                raise ConditionNotMet(f"{_waits(instance, activity, *more)}: {self._subjects.standing(instance)}")
            return None

        self._subjects.wait_for(f"Waiting at {listed([activity, *more])}", instance, is_there, timeout)

    @keyword(tags=("Assertion",))
    def process_should_not_be_waiting_at(
        self, instance: str, activity: str, *more: str, timeout: timedelta | None = None
    ) -> None:
        """Waits until a process instance stands at none of the activities.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of an activity or event in the model. |
        | ``more``     | Further ones. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        Example:
        | `Process Should Not Be Waiting At`    ${instance}    Review order
        """
        wanted = self._ids(instance, activity, *more)
        what = f"Leaving {listed([activity, *more])}"
        self._subjects.wait_for(what, instance, lambda: self._open(instance).isdisjoint(wanted) or None, timeout)

    @keyword(tags=("Assertion",))
    def process_should_have_passed(
        self, instance: str, activity: str, *more: str, timeout: timedelta | None = None
    ) -> None:
        """Waits until a process instance has left all of the activities, in any order.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of an activity, event or gateway in the model. |
        | ``more``     | Further ones. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        What was interrupted was not passed.

        Example:
        | `Process Should Have Passed`    ${instance}    Check order    order-valid
        """
        wanted = self._ids(instance, activity, *more)

        def is_passed() -> bool | None:
            return set(self._passed(instance)).issuperset(wanted) or None

        self._subjects.wait_for(f"Passing {listed([activity, *more])}", instance, is_passed, timeout)

    @keyword(tags=("Assertion",))
    def process_should_have_passed_in_order(
        self, instance: str, activity: str, *more: str, timeout: timedelta | None = None
    ) -> None:
        """Waits until a process instance has left the activities in this order.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of the first activity, event or gateway. |
        | ``more``     | The next ones; others may lie between. The same may be named again. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        Example:
        | `Process Should Have Passed In Order`    ${instance}    Check order    Ask again    Check order
        """
        wanted = self._ids(instance, activity, *more)

        def is_passed() -> bool | None:
            passed = iter(self._passed(instance))
            return all(each in passed for each in wanted) or None

        what = f"Passing {listed([activity, *more])} in this order"
        self._subjects.wait_for(what, instance, is_passed, timeout)

    @keyword(tags=("Assertion",))
    def process_should_not_have_passed(self, instance: str, activity: str, *more: str) -> None:
        """Fails if a process instance has passed one of the activities until now.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id or name of an activity, event or gateway in the model. |
        | ``more``     | Further ones. |

        To be asked when the instance has ended, or stands where it cannot go there any more.

        Example:
        | `Process Should Have Ended`    ${instance}
        | `Process Should Not Have Passed`    ${instance}    Send reminder
        """
        wanted = dict(zip(self._ids(instance, activity, *more), (activity, *more), strict=True))
        found = [wanted[each] for each in wanted if each in self._passed(instance)]
        if found:
            raise ConditionNotMet(f"Process instance '{instance}' has passed {listed(found)}.")

    @keyword(tags=("Assertion",))
    def process_should_have_ended(self, instance: str, at: str | None = None, timeout: timedelta | None = None) -> None:
        """Waits until a process instance has ended.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``at``       | Id or name of an end event that it has to have reached. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        Example:
        | `Process Should Have Ended`    ${instance}    at=Order accepted
        """
        wanted = self._ids(instance, at)[0] if at else None
        self._subjects.instance(instance)
        ended = "The end of the process"
        self._subjects.wait_for(
            ended, instance, lambda: self._subjects.instance(instance).end_time is not None or None, timeout
        )
        if wanted and wanted not in [each.activity_id for each in self._subjects.passages(instance) if is_end(each)]:
            raise ConditionNotMet(
                f"Process instance '{instance}' did not end at '{at}'. {self._subjects.standing(instance)}"
            )

    @keyword(tags=("Assertion",))
    def process_should_be_active(self, instance: str) -> None:
        """Fails if a process instance has ended or is suspended.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        Example:
        | `Process Should Be Active`    ${instance}
        """
        state = self._subjects.instance(instance).state
        if state != "ACTIVE":
            raise ConditionNotMet(f"Process instance '{instance}' is not active but {state}.")

    @keyword(tags=("Assertion",))
    def process_should_have_called(self, instance: str, activity: str, timeout: timedelta | None = None) -> str:
        """Waits until a call activity has called a process, returns its instance's id.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the calling process instance. |
        | ``activity`` | Id or name of the call activity. |
        | ``timeout``  | How long to wait, if not as long as the library's ``deadline``. |

        Example:
        | ${called}    `Process Should Have Called`    ${instance}    Create client
        | `Process Should Have Ended`    ${called}
        """
        (wanted,) = self._ids(instance, activity)

        def called() -> str | None:
            passages = [each for each in self._subjects.passages(instance) if each.activity_id == wanted]
            return next((each.called_process_instance_id for each in reversed(passages)), None)

        return self._subjects.wait_for(f"A process called by '{activity}'", instance, called, timeout)

    def _ids(self, instance: str, *activities: str) -> list[str]:
        return [self._subjects.activity_id(instance, activity) for activity in activities]

    def _open(self, instance: str) -> set[str]:
        return {each.activity_id for each in self._subjects.passages(instance) if each.end_time is None}

    def _passed(self, instance: str) -> list[str]:
        left = [each for each in self._subjects.passages(instance) if each.end_time and not each.canceled]
        return [each.activity_id for each in sorted(left, key=_left)]


def _left(passage: HistoricActivity) -> float:
    assert passage.end_time is not None
    return passage.end_time.timestamp()


def _waits(instance: str, *activities: str) -> str:
    return f"Process instance '{instance}' does not wait at {listed(activities)}"
