"""Where instances stand: the answer of `/process-instance/{id}/activity-instances`."""

from CamundaLibrary.engines.records import ActivityInstance
from CamundaLibrary.http import Entry


def read_activity_tree(entry: Entry) -> ActivityInstance:
    """Returns an activity instance with all that is open in it."""
    open_ones = [read_activity_tree(each) for each in entry.get("childActivityInstances") or ()]
    transitions = [_transition(each) for each in entry.get("childTransitionInstances") or ()]
    return ActivityInstance(
        id=entry["id"],
        activity_id=entry["activityId"],
        activity_type=entry.get("activityType"),
        name=entry.get("name") or entry.get("activityName"),
        execution_ids=tuple(entry.get("executionIds") or ()),
        incident_ids=tuple(entry.get("incidentIds") or ()),
        children=(*open_ones, *transitions),
    )


def _transition(entry: Entry) -> ActivityInstance:
    return ActivityInstance(
        id=entry["id"],
        activity_id=entry["activityId"],
        activity_type=entry.get("activityType"),
        name=entry.get("activityName"),
        execution_ids=(entry["executionId"],) if entry.get("executionId") else (),
        incident_ids=tuple(entry.get("incidentIds") or ()),
        is_transition=True,
    )
