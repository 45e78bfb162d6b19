"""One run as the spool knows it."""

import json
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.reporting.policy import Policy


class Phase(str, Enum):
    """How far a run is. `value` is what the file says."""

    TAKEN = "taken"  #: its task is locked, no robot was started
    RUNNING = "running"  #: a robot was started
    ENDED = "ended"  #: the result is written down; the engine may have it already
    UNDELIVERED = "undelivered"  #: the result could not be sent; that is tried again
    REFUSED = "refused"  #: the engine refused the result, and has a failure instead
    LOST = "lost"  #: the lock or the task was gone before the result could be sent


OPEN = (Phase.TAKEN, Phase.RUNNING, Phase.ENDED, Phase.UNDELIVERED)
SHOWN = (Phase.REFUSED, Phase.LOST)
"""Nothing more happens to these by itself."""


class Entry(NamedTuple):
    """One run. `run` is the name of its folder, `artifacts` where the robot writes in it, `policy` how to report.

    `taken` is the time of the fetch by the engine's clock, None if it is not known. `bpmn_error` is the code of the
    error that a failed run is to become. `notices_death`: the robot ends by itself when its worker dies. `pid` and
    `born` are process id and create time of the robot; `result` is what `write_result` made of the result.
    """

    run: str
    engine: str
    worker_id: str
    task: ExternalTask
    policy: Policy
    artifacts: str
    taken: datetime | None = None
    bpmn_error: str | None = None
    notices_death: bool = True
    phase: Phase = Phase.TAKEN
    pid: int | None = None
    born: float | None = None
    result: str | None = None
    problem: str | None = None
    changed: float = 0


def write_facts(entry: Entry) -> str:
    facts = {
        "worker": entry.worker_id,
        "task": entry.task._asdict(),
        "policy": entry.policy._asdict(),
        "artifacts": entry.artifacts,
        "taken": entry.taken,
        "bpmn_error": entry.bpmn_error,
        "notices_death": entry.notices_death,
    }
    return json.dumps(facts, default=_write_value, separators=(",", ":"))


def _write_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, timedelta)
    return value.total_seconds()


def read_entry(
    run: str,
    engine: str,
    facts: str,
    phase: str,
    pid: int | None,
    born: float | None,
    result: str | None,
    problem: str | None,
    changed: float,
) -> Entry:
    read = json.loads(facts)
    task, policy = _read_task(read["task"]), _read_policy(read["policy"])
    terms = (read["artifacts"], _read_time(read["taken"]), read["bpmn_error"], read["notices_death"])
    return Entry(run, engine, read["worker"], task, policy, *terms, Phase(phase), pid, born, result, problem, changed)


def _read_task(facts: dict[str, Any]) -> ExternalTask:
    times = {name: _read_time(facts[name]) for name in ("create_time", "lock_expiration")}
    return ExternalTask(**{**facts, **times})


def _read_policy(facts: dict[str, Any]) -> Policy:
    pauses = tuple(timedelta(seconds=pause) for pause in facts["pauses"])
    return Policy(**{**facts, "pauses": pauses, "lock_duration": timedelta(seconds=facts["lock_duration"])})


def _read_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
