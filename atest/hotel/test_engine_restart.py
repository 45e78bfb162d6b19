"""The engine is killed and started again while a room is booked: PostgreSQL keeps what there was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hotel.conftest import Hotel, wait_for
from worker.engine_stage import BreakableEngine, PostgreSQL, revived

import CamundaLibrary
from CamundaLibrary.development_engine import build_engine


@pytest.fixture
def breakable() -> Iterator[BreakableEngine]:
    with PostgreSQL() as database, BreakableEngine(build_engine(print), database=database.jdbc_url) as engine:
        yield engine


@pytest.mark.timeout(400)  # an engine is started twice, and a database made
def test_reservations_survive_an_engine_that_is_killed_while_a_robot_books(breakable, tmp_path: Path):
    engine = CamundaLibrary.connect(breakable.url)
    with Hotel(engine, tmp_path) as hotel:
        worker = hotel.open().worker("--slots", "1")
        before = hotel.reserve("before")
        hotel.await_end(before)
        hotel.services.restart("booking", late=5)
        during = hotel.reserve("during", check_in="2027-06-01", check_out="2027-06-03")
        waiting = hotel.reserve("waiting", check_in="2027-07-01", check_out="2027-07-03")
        wait_for(lambda: hotel.services.bookings("during") or None)
        variables = hotel.variables(during)

        with revived(breakable):
            breakable.kill()
        known = hotel.variables(during)
        ends = {hotel.await_end(instance)["end"] for instance in (during, waiting)}

        assert known.items() >= variables.items()
        assert variables["room_blocked"] is True
        assert ends == {"Booked"}
        assert hotel.await_end(before)["end"] == "Booked"
        counts = {reference: len(hotel.services.bookings(reference)) for reference in ("before", "during", "waiting")}
        assert counts == {"before": 1, "during": 1, "waiting": 1}
        assert worker.is_running
