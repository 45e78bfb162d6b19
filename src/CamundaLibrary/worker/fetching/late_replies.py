"""Tasks whose fetch was answered so late that their locks may have run out on the way."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import LockedTask, Subscription
from CamundaLibrary.errors import EngineError
from CamundaLibrary.task.lock_keeper import renew_lock
from CamundaLibrary.worker.log.fields import fields

_log = logging.getLogger(__name__)


def keep_ours(
    engine: Engine,
    worker_id: str,
    tasks: Sequence[LockedTask],
    subscriptions: Mapping[str, Subscription],
    waited: timedelta,
) -> list[LockedTask]:
    """Returns the tasks whose locks are surely ours; `waited` is how long the fetch took.

    When in it the engine locked them is not known: a lock of which half may be over is renewed. What is not ours any
    more is left alone: another worker may have it, and whoever gives it back would take it from that one.
    """
    return [each for each in tasks if _is_ours(engine, worker_id, each, subscriptions[each.task.topic], waited)]


def _is_ours(engine: Engine, worker_id: str, locked: LockedTask, subscription: Subscription, waited: timedelta) -> bool:
    duration = subscription.lock_duration
    if waited < duration / 2:
        return True
    try:
        renew_lock(engine, locked.task.id, worker_id, duration, duration / 2)
    except EngineError as error:
        task = locked.task
        _log.warning("Task '%s' came too late, it is not begun: %s", task.id, error, extra=fields(task))
        return False
    return True
