"""The record of one external task, in a module that imports nothing heavy: robots with a task file load it too."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class ExternalTask(NamedTuple):
    """One external task as the engine or a task file describes it.

    `retries` is None until the engine was first told a number. `lock_expiration` is by the engine's clock and only
    good for showing: count with the lock duration that was asked for. `extension_properties` are those of the task's
    activity in the model; None where nobody asked the engine for them. `error_details` is None for the same reason.
    """

    id: str
    topic: str
    worker_id: str | None = None
    business_key: str | None = None
    process_instance_id: str | None = None
    process_definition_id: str | None = None
    process_definition_key: str | None = None
    process_definition_version_tag: str | None = None
    activity_id: str | None = None
    activity_instance_id: str | None = None
    execution_id: str | None = None
    retries: int | None = None
    priority: int = 0
    tenant_id: str | None = None
    suspended: bool = False
    create_time: datetime | None = None
    lock_expiration: datetime | None = None
    error_message: str | None = None
    error_details: str | None = None
    extension_properties: Mapping[str, str] | None = None
