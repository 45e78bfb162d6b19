"""Keywords of the demo: what plays behind the scene, and what the audience is told of it."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hotel_stage import HotelWorker, Services
from reception import create_reservation
from robot.api import logger
from robot.api.deco import library

from CamundaLibrary import connect

GUEST = {
    "first_name": "Ann",
    "last_name": "Ahlgren",
    "email": "ann@example.com",
    "phone": "040 123456",
    "check_in": "2027-05-14",
    "check_out": "2027-05-16",
    "guests": 2,
    "room_type": "double",
}
SETTINGS = {"CAMUNDA_RETRY_TIMEOUT": "1s, 2s", "CAMUNDA_LOCK_DURATION": "5s"}  # short, for people who watch


@library(scope="GLOBAL", auto_keywords=True)
class HotelStage:
    """The hotel's services and workers, and the guests who write to it. `run` begins all references."""

    def __init__(self, bundle: str, output: str, run: str) -> None:
        self._bundle = Path(bundle)
        self._output = Path(output)
        self._run = run
        self._engine = connect(os.environ["CAMUNDA_API_BASE_URL"])
        self._services = Services(self._bundle / "services", self._output / "services")
        self._workers: dict[str, HotelWorker] = {}

    def open_hotel(self) -> None:
        self._services.start()
        for name, address in self._services.addresses.items():
            logger.console(f"{name.title()} service: {address}")

    def close_hotel(self) -> None:
        for worker in self._workers.values():
            worker.ask_to_end()
        for worker in self._workers.values():
            worker.stop()
        self._services.stop()

    def stop_service(self, name: str) -> None:
        self._services.stop(name)

    def start_service(self, name: str) -> None:
        self._services.start(name)

    def let_service_answer_late(self, name: str, seconds: float) -> None:
        self._services.restart(name, late=seconds)

    def let_service_answer_at_once(self, name: str) -> None:
        self._services.restart(name)

    def start_worker(self, name: str, functions: bool = False) -> None:
        """Starts a worker of two slots, with robots or with functions only."""
        worker = HotelWorker(
            self._engine.url, self._bundle, self._output / name, {**SETTINGS, **self._services.environment}
        )
        self._workers[name] = worker
        worker.start("--slots", "2", functions=functions)
        worker.await_line("Connected with engine")

    def kill_worker(self, name: str) -> None:
        self._workers.pop(name).kill()

    def stop_workers(self) -> None:
        for worker in self._workers.values():
            worker.ask_to_end()
        for worker in self._workers.values():
            worker.stop()
        self._workers.clear()

    def reserve(self, reference: str, **wishes: Any) -> str:
        """Asks for a reservation like Ann's, but for the wishes; returns the process instance."""
        data = {name: value for name, value in {**GUEST, **wishes}.items() if value != ""}
        return create_reservation(data, reference=f"{self._run}-{reference}", engine=self._engine)

    def reserve_many(self, count: int) -> list[str]:
        """Asks for two nights for each of many guests, at 100 weekends."""
        with ThreadPoolExecutor(4) as guests:
            return list(guests.map(self._reserve_weekend, range(count)))

    def _reserve_weekend(self, number: int) -> str:
        arrival = date(2028, 1, 7) + timedelta(weeks=number % 100)
        stay = {"check_in": arrival, "check_out": arrival + timedelta(days=2)}
        return self.reserve(f"crowd {number}", email=f"guest-{number}@example.com", **stay)

    def count_bookings(self, reference: str) -> int:
        """Returns how often the booking service was told to book under this reference."""
        return len(self._services.bookings(f"{self._run}-{reference}"))

    def count_bookings_of_crowd(self) -> list[int]:
        """Returns the same for each guest of the crowd who was booked at all."""
        references = [booking["reference"] for booking in self._services.bookings()]
        crowd = Counter(each for each in references if each.startswith(f"{self._run}-crowd "))
        return list(crowd.values())

    def list_blocked_rooms(self) -> list[str]:
        return [block["room_id"] for block in self._services.blocks()]

    def tell_steps(self, instance: str) -> None:
        """Tells what each step of a reservation did to its variables, from the engine's history."""
        history = self._engine.history
        updates = [
            (update.time, variable.name, update.value.value)
            for variable in history.variables(instance, activity_instance_id=instance)
            for update in history.variable_updates(variable.id)
        ]
        for step in history.activities(instance):
            if step.activity_type in ("serviceTask", "callActivity"):
                ended = step.end_time or step.start_time
                written = {name: value for time, name, value in updates if step.start_time < time <= ended}
                values = ", ".join(f"{name}={value}" for name, value in written.items())
                logger.console(f"    {step.name:26}{values}")
