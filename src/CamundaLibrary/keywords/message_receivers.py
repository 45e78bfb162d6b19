"""Who waits for a message: for the sentence of one that nobody got, or too many would."""

from dataclasses import dataclass

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import EventSubscription
from CamundaLibrary.errors import CamundaLibraryError, NoSingleMatch, RequestRefused
from CamundaLibrary.keywords.choices import hint

_MOST_ASKED = 1000
_MOST_SHOWN = 5


@dataclass(frozen=True)
class Wanted:
    """The message, and who should have got it."""

    name: str
    instance: str | None
    tenant: str | None


def say_who_waits(engine: Engine, error: RequestRefused, wanted: Wanted) -> CamundaLibraryError:
    """Returns a NoSingleMatch instead of the engine's error, which names nobody; that if it is about something else.

    The engine is asked for those who wait now: they may be others than a moment before.
    """
    if "Cannot correlate" not in error.reason:
        return error
    waiting = engine.event_subscriptions.list(
        event_type="message", event_name=wanted.name, tenant_id=wanted.tenant, max_results=_MOST_ASKED
    )
    if not waiting:
        reason = f"nobody waits for that message.{hint(wanted.name, _names(engine))}"
    elif "to a single" in error.reason:
        matching = [each for each in waiting if wanted.instance in (None, each.process_instance_id)]
        reason = (
            f"several wait for it. {_listed(engine, matching)} "
            "Say which by business_key, instance, correlation_keys or tenant, or use 'Correlate Message To All'."
        )
    else:
        reason = f"nobody who waits for it matches. {_listed(engine, waiting)}"
    return NoSingleMatch(f"{error.action} failed: {reason}")


def _names(engine: Engine) -> list[str]:
    """Returns the names of the messages that anybody waits for."""
    found = engine.event_subscriptions.list(event_type="message", max_results=_MOST_ASKED)
    return [each.event_name for each in found if each.event_name]


def _listed(engine: Engine, waiting: list[EventSubscription]) -> str:
    shown = ", ".join(_receiver(engine, each) for each in waiting[:_MOST_SHOWN])
    more = len(waiting) - _MOST_SHOWN
    verb = "waits" if len(waiting) == 1 else "wait"
    return f"There {verb}: {shown}{f' and {more} more' if more > 0 else ''}."


def _receiver(engine: Engine, subscription: EventSubscription) -> str:
    """Returns who waits: `process instance 'a1b2' with business key 'A-17' of tenant 'north' at 'paid'`."""
    tenant = f" of tenant '{subscription.tenant_id}'" if subscription.tenant_id else ""
    if subscription.process_instance_id is None:
        return f"start event '{subscription.activity_id}'{tenant}"
    instance = engine.history.process_instance(subscription.process_instance_id)
    key = f" with business key '{instance.business_key}'" if instance and instance.business_key else ""
    return f"process instance '{subscription.process_instance_id}'{key}{tenant} at '{subscription.activity_id}'"
