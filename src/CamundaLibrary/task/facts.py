"""What robots and Python code are told of their task, in the order in which it is shown."""

from CamundaLibrary.task.context import TaskContext

_OF_TASK = (
    "id",
    "topic",
    "business_key",
    "process_instance_id",
    "process_definition_id",
    "process_definition_key",
    "activity_id",
    "retries",
    "priority",
    "tenant_id",
)


def facts_of(context: TaskContext) -> dict[str, object]:
    """Returns the facts by name; what is not known is None. Extension properties may be asked of the engine."""
    facts: dict[str, object] = {name: getattr(context.task, name) for name in _OF_TASK}
    return {**facts, "extension_properties": dict(context.extension_properties), "idempotency_key": context.task.id}
