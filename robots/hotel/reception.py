"""Asks for reservations, and waits for what comes of them.

    from reception import await_reservation, create_reservation

    reservation = create_reservation({"first_name": "Ann", …, "check_in": "2027-05-14", "check_out": "2027-05-16"})
    print(await_reservation(reservation)["status"])

Or, from a terminal, `python robots/hotel/reception.py Ann Ahlgren ann@example.com 2027-05-14 2027-05-16`.
Which engine: CAMUNDA_API_BASE_URL, and CAMUNDA_API_… for credentials.
"""

import sys
import time
import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from CamundaLibrary import connect
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.variables import encode_all

PROCESS = "HotelReservationProcess"
DEFAULTS = {"guests": 1, "room_type": "double"}


def create_reservation(
    data: Mapping[str, object], *, reference: str | None = None, engine: Engine | None = None, process: str = PROCESS
) -> str:
    """Starts the process and returns the id of its instance, which then waits for the first task to be done.

    `data` has `first_name`, `last_name`, `email`, `phone`, `check_in`, `check_out` (a date, or text like 2027-05-14),
    and maybe `guests` (1) and `room_type` (double, single or suite). `reference` becomes the business key.
    """
    values = {name: str(value) if isinstance(value, date) else value for name, value in {**DEFAULTS, **data}.items()}
    key = reference or f"R-{uuid.uuid4().hex[:8]}"
    return (engine or connect()).processes.start(process, business_key=key, variables=encode_all(values)).id


def await_reservation(
    instance: str, *, timeout: timedelta = timedelta(minutes=1), engine: Engine | None = None
) -> dict[str, object]:
    """Waits for the end of the process and returns its variables, with `end`, the name of the end event.

    TimeoutError if it takes longer, for example because a service is away.
    """
    history = (engine or connect()).history
    deadline = time.monotonic() + timeout.total_seconds()
    while not getattr(history.process_instance(instance), "end_time", None):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Reservation '{instance}' has not ended within {timeout}.")
        time.sleep(0.1)
    found = history.variables(instance, activity_instance_id=instance)
    ends = [each.name for each in history.activities(instance) if each.activity_type.lower().endswith("endevent")]
    return {**{each.name: each.value.value for each in found}, "end": ends[-1] if ends else None}


def main(arguments: list[str]) -> None:
    fields = ("first_name", "last_name", "email", "check_in", "check_out")
    if len(arguments) != len(fields):
        sys.exit(f"Usage: python reception.py {' '.join(name.upper() for name in fields)}")
    reservation = create_reservation({**dict(zip(fields, arguments, strict=True)), "phone": "040 123456"})
    print(f"Process instance {reservation}")
    for name, value in await_reservation(reservation).items():
        print(f"  {name}: {value}")


if __name__ == "__main__":
    main(sys.argv[1:])
