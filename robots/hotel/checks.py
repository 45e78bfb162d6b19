"""Two tasks of the reservation as Python functions: what was asked for, and whether there is a room."""

from datetime import date

import HotelServices

from CamundaLibrary import CurrentTask, ThrowBpmnError

NEEDED = ("first_name", "last_name", "email", "phone", "check_in", "check_out", "guests", "room_type")


def validate_input(task: CurrentTask) -> dict[str, object]:
    """Sets `valid`. A date that is none is an error of this code; by the manifest's rule it becomes TASK_ERROR."""
    missing = [name for name in NEEDED if task.variable(name, None) in (None, "")]
    if missing:
        raise ThrowBpmnError("INVALID_INPUT", f"The reservation lacks {', '.join(missing)}.")
    arrival = date.fromisoformat(task.variable("check_in"))
    departure = date.fromisoformat(task.variable("check_out"))
    return {"valid": arrival < departure and task.variable("guests") >= 1}


def check_room_availability(task: CurrentTask) -> dict[str, object]:
    """Sets `roomAvailable`, and `selected_room_id`, which is None where there is no room."""
    wish = [task.variable(name) for name in ("room_type", "guests", "check_in", "check_out")]
    room = HotelServices.find_room(*wish)
    return {"roomAvailable": room is not None, "selected_room_id": room}
