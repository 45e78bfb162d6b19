"""What came of the reservations of one demo: a table, all from the engine's history."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricProcessInstance

CROWD = "crowd "


class Row(NamedTuple):
    """One line of the table."""

    guest: str
    end: str
    time: str
    room: str
    booking: str
    tries: str
    workers: str


HEAD = Row("RESERVATION", "END", "TIME", "ROOM", "BOOKING", "TRIES", "WORKERS")


class HotelReport:
    """Reads the history of one run, whose business keys begin with `run`."""

    def __init__(self, engine: Engine, process: str, run: str) -> None:
        self._engine = engine
        self._process = process
        self._run = run

    def print(self) -> None:
        rows = [HEAD, *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def _rows(self) -> Iterator[Row]:
        """One for each reservation; the crowd has one together."""
        crowd = []
        for instance in self._engine.history.process_instances(process_definition_key=self._process):
            key = str(instance.business_key)
            if key.startswith(f"{self._run}-{CROWD}"):
                crowd.append(instance)
            elif key.startswith(f"{self._run}-"):
                yield self._row(instance, key.removeprefix(f"{self._run}-"))
        if crowd:
            yield self._row_of_crowd(crowd)

    def _row(self, instance: HistoricProcessInstance, guest: str) -> Row:
        variables = self._engine.history.variables(instance.id, activity_instance_id=instance.id)
        values = {each.name: each.value.value for each in variables}
        room, booking = (str(values.get(name) or "-") for name in ("room_id", "booking_id"))
        tries, workers = self._work(instance)
        return Row(guest, self._end(instance), _time([instance]), room, booking, str(tries), str(len(workers)))

    def _row_of_crowd(self, crowd: list[HistoricProcessInstance]) -> Row:
        ends = Counter(self._end(instance) for instance in crowd)
        work = [self._work(instance) for instance in crowd]
        workers = set().union(*(names for _, names in work))
        told = ", ".join(f"{count} x {end}" for end, count in ends.items())
        tries = sum(tries for tries, _ in work)
        return Row(f"a crowd of {len(crowd)}", told, _time(crowd), "-", "-", str(tries), str(len(workers)))

    def _end(self, instance: HistoricProcessInstance) -> str:
        activities = self._engine.history.activities(instance.id)
        ends = [str(each.name) for each in activities if each.activity_type.lower().endswith("endevent")]
        return ends[-1] if ends else instance.state

    def _work(self, instance: HistoricProcessInstance) -> tuple[int, set[str]]:
        """Returns how many tries its tasks took, and the ids of the workers who made them."""
        log = self._engine.history.external_task_log(process_instance_id=instance.id)
        tries = [entry for entry in log if entry.event != "created"]
        return len(tries), {entry.worker_id for entry in tries if entry.worker_id}


def _time(instances: list[HistoricProcessInstance]) -> str:
    """Returns how long they took, from the first start to the last end."""
    ends = [each.end_time for each in instances if each.end_time]
    return f"{(max(ends) - min(each.start_time for each in instances)).total_seconds():.1f} s" if ends else "-"
