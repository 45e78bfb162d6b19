"""Keywords on signals, and on who waits for an event."""

from datetime import timedelta
from enum import Enum
from typing import Any

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import EventSubscription
from CamundaLibrary.keywords.choices import choose_one
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.processes import standing
from CamundaLibrary.keywords.waiting import wait_for
from CamundaLibrary.variables import encode_all


class EventType(Enum):
    """What can be waited for. COMPENSATE is a compensation, CONDITIONAL a condition on variables."""

    MESSAGE = "message"
    SIGNAL = "signal"
    COMPENSATE = "compensate"
    CONDITIONAL = "conditional"


class EventKeywords(EngineGroup):
    """Sends signals, and tells who waits for what."""

    @keyword(tags=("Event",))
    def send_signal(
        self,
        name: str,
        /,
        instance: str | None = None,
        activity: str | None = None,
        tenant: str | None = None,
        **variables: Any,
    ) -> None:
        """Sends a signal to all that wait for it, or to one process instance.

        | =Arguments=   | =Description= |
        | ``name``      | Name of the signal in the model. |
        | ``instance``  | Id of the process instance that gets it; without it all that wait, and start events. |
        | ``activity``  | Id of the event in the model, where an instance waits for the signal in several places. |
        | ``tenant``    | Id of the tenant. |
        | ``variables`` | Process variables to set where it arrives. |

        Without ``instance`` it is no error that nobody waits. `Find Event Subscriptions` tells who does.

        Example:
        | `Send Signal`    shop closed    reason=maintenance
        | `Send Signal`    shop closed    instance=${instance}
        """
        execution = _waiting_for_signal(self.engine, name, instance, activity) if instance else None
        self.engine.signals.send(
            name,
            execution_id=execution,
            variables=encode_all(variables),
            tenant_id=None if execution else tenant,
        )

    @keyword(tags=("Event",))
    def trigger_activity(self, instance: str, activity: str, /, **variables: Any) -> None:
        """Lets a process instance go on that waits in a receive task without a message.

        | =Arguments=   | =Description= |
        | ``instance``  | Id of the process instance. |
        | ``activity``  | Id of the receive task in the model. |
        | ``variables`` | Process variables to set. |

        A receive task or event with a message: `Correlate Message`.

        Example:
        | `Trigger Activity`    ${instance}    wait-for-answer    answer=yes
        """
        what = f"execution of process instance '{instance}' at activity '{activity}'"
        found = self.engine.signals.executions(instance, activity)
        open_ones = (each for each in self.engine.history.activities(instance, finished=False))
        execution = choose_one(what, found, str, asked=activity, known=lambda: [each.activity_id for each in open_ones])
        self.engine.signals.trigger(execution, encode_all(variables))

    @keyword(tags=("Event",))
    def find_event_subscriptions(
        self,
        name: str | None = None,
        type: EventType | None = None,
        instance: str | None = None,
        activity: str | None = None,
        tenant: str | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns who waits for a message, a signal or another event, oldest first.

        | =Arguments=  | =Description= |
        | ``name``     | Name of the message or signal. |
        | ``type``     | MESSAGE, SIGNAL, COMPENSATE or CONDITIONAL; without it any. |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id of the event or receive task in the model. |
        | ``tenant``   | Id of the tenant. |
        | ``limit``    | How many to return at most. |

        Each is a dictionary: ``name``, ``type``, ``instance`` (None: it is a start event that waits), ``activity``,
        ``execution``, ``created``, ``tenant``.

        Example:
        | ${waiting}    `Find Event Subscriptions`    order paid
        | Length Should Be    ${waiting}    3
        """
        found = self.engine.event_subscriptions.list(
            event_type=type.value if type else None,
            event_name=name,
            process_instance_id=instance,
            activity_id=activity,
            tenant_id=tenant,
            max_results=limit,
        )
        return [_shown(each) for each in found]

    @keyword(tags=("Event",))
    def wait_for_event_subscription(
        self,
        instance: str,
        name: str | None = None,
        activity: str | None = None,
        timeout: timedelta = timedelta(seconds=30),
    ) -> DotDict:
        """Waits until a process instance waits for a message, a signal or another event.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``name``     | Name of the message or signal; without it any. |
        | ``activity`` | Id of the event or receive task in the model; without it any. |
        | ``timeout``  | How long to wait at most. |

        Returns a dictionary as `Find Event Subscriptions` does. To be used before `Correlate Message`, where the
        process may still be on its way.

        Example:
        | `Wait For Event Subscription`    ${instance}    order paid
        | `Correlate Message`    order paid    instance=${instance}
        """
        event = f"'{name}'" if name else f"at '{activity}'" if activity else "of any kind"
        return wait_for(
            f"An event subscription {event} of process instance '{instance}'",
            lambda: next(iter(self.find_event_subscriptions(name, instance=instance, activity=activity)), None),
            timeout,
            lambda: standing(self.engine, instance),
        )


def _waiting_for_signal(engine: Engine, name: str, instance: str, activity: str | None) -> str:
    """Returns the execution of an instance that waits for a signal. NoSingleMatch if none or several do."""
    waiting = engine.event_subscriptions.list(event_type="signal", process_instance_id=instance)
    found = [each for each in waiting if each.event_name == name and activity in (None, each.activity_id)]
    chosen = choose_one(
        f"execution of process instance '{instance}' that waits for signal '{name}'",
        found,
        lambda each: each.activity_id or each.id,
        asked=name,
        known=lambda: [each.event_name or "" for each in waiting],
    )
    return chosen.execution_id or ""


def _shown(subscription: EventSubscription) -> DotDict:
    return DotDict(
        name=subscription.event_name,
        type=subscription.event_type,
        instance=subscription.process_instance_id,
        activity=subscription.activity_id,
        execution=subscription.execution_id,
        created=subscription.created,
        tenant=subscription.tenant_id,
    )
