"""`python robots/demo_hotel` in a copy of its own, with names that nothing else in the engine has."""

from pathlib import Path

from demo_run import DemoRun
from hotel.conftest import PROCESSES, copy_bundle


class HotelDemo(DemoRun):
    """The demo's copy in a folder, and its run there."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, "demo_hotel")
        copy_bundle(self.robots / "hotel", name)
        self.copy("demo", "demo_hotel")
        self.replace("hotel/reception.py", f'"{PROCESSES[0]}"', f'"{PROCESSES[0]}-{name}"')
        any_ports = ', {"booking": 0, "room": 0, "restaurant": 0, "client": 0})'  # other tests may run beside it
        self.replace("demo_hotel/HotelStage.py", '_output / "services")', f'_output / "services"{any_ports}')
        self.replace("demo_hotel/reservations.robot", "validate-input", f"validate-input-{name}")
