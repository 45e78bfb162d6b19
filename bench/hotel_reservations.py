"""Hotel reservations end to end, services and engine included, beside a loop over the released Python client.

    python bench/hotel_reservations.py
    python bench/hotel_reservations.py --rounds 5 --reservations 200

Starts an engine of its own and the four services, and installs `camunda-external-task-client-python3` into a virtual
environment of its own. How to read the tables: docs/performance.md.
"""

import argparse
import itertools
import os
import random
import signal
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT / "robots" / "hotel"
for folder in (ROOT / "robots" / "demo_hotel", BUNDLE):
    sys.path.insert(0, str(folder))

from hotel_stage import SERVICES, HotelWorker, Services  # noqa: E402 - found there
from pairs import machine, say  # noqa: E402
from reception import create_reservation  # noqa: E402

from CamundaLibrary import connect  # noqa: E402
from CamundaLibrary.development_engine import DevelopmentEngine, build_engine  # noqa: E402
from CamundaLibrary.engines.contract import Engine  # noqa: E402

RELEASED = "camunda-external-task-client-python3"
BARE = "hotel_bare_loop.py"
AT_ONCE = 2
GUEST = {"first_name": "Ann", "last_name": "Ahlgren", "phone": "040 123456", "guests": 2, "room_type": "double"}


class Crew(NamedTuple):
    """Programs at work: the ids of their processes, and how they are ended."""

    processes: list[int]
    stop: Callable[[], None]

    def cpu(self) -> float:
        """Returns the seconds of processor time that they and all their ended children used."""
        return sum(sum(psutil.Process(each).cpu_times()[:4]) for each in self.processes)


class Contender(NamedTuple):
    """Who does the tasks, at most two at once. The targets are shares of the released client's figures."""

    name: str
    start: Callable[["Bench", Path], "Crew"]
    least_rate: float | None = None
    most_time: float | None = None


class Bench:
    """One engine, one set of services, all contenders in turn."""

    def __init__(self, engine: Engine, services: Services, folder: Path, reservations: int) -> None:
        self.engine = engine
        self.services = services
        self.folder = folder
        self._reservations = reservations
        self._numbers = itertools.count()

    def rate(self, contender: Contender) -> tuple[float, float]:
        """Returns reservations per second, from the first task that was done to the last end, and milliseconds of
        processor time for each, start included."""
        instances = self._reserve(self._reservations)
        with self._working(contender) as crew:
            self._await(instances)
            cpu = crew.cpu() * 1000 / len(instances)
        done = [entry.time for each in instances for entry in self._log(each) if entry.event == "succeeded"]
        ends = [self._time(instance)[1] for instance in instances]
        return len(instances) / (max(ends) - min(moment.timestamp() for moment in done)), cpu

    def times(self, contender: Contender, count: int) -> list[float]:
        """Returns the milliseconds that single reservations take, one after the other, of a worker that is warm."""
        taken = []
        with self._working(contender):
            self._await(self._reserve(1))
            for _ in range(count):
                time.sleep(random.uniform(0.2, 0.6))
                instances = self._reserve(1)
                self._await(instances)
                start, end = self._time(instances[0])
                taken.append((end - start) * 1000)
        return taken

    def new_folder(self) -> Path:
        return self.folder / f"run-{next(self._numbers)}"

    @contextmanager
    def _working(self, contender: Contender) -> Iterator[Crew]:
        crew = contender.start(self, self.new_folder())
        try:
            yield crew
        finally:
            crew.stop()

    def _reserve(self, count: int) -> list[str]:
        with ThreadPoolExecutor(4) as guests:
            return list(guests.map(lambda _: self._reserve_one(), range(count)))

    def _reserve_one(self) -> str:
        """Every guest is new and comes at a weekend of his own."""
        number = next(self._numbers)
        arrival = date(2000, 1, 7) + timedelta(weeks=number)
        stay = {"check_in": arrival, "check_out": arrival + timedelta(days=2)}
        return create_reservation({**GUEST, **stay, "email": f"{number}@example.com"}, engine=self.engine)

    def _await(self, instances: list[str]) -> None:
        deadline = time.monotonic() + 600
        for instance in instances:
            while self.engine.processes.get(instance):
                if time.monotonic() > deadline:
                    sys.exit("The reservations did not end within ten minutes.")
                time.sleep(0.05)
        if any(self._end(instance) != "EndEvent_Booked" for instance in instances):
            sys.exit("Not all reservations were booked.")

    def _end(self, instance: str) -> str:
        return self.engine.history.activities(instance)[-1].activity_id

    def _time(self, instance: str) -> tuple[float, float]:
        found = self.engine.history.process_instance(instance)
        assert found
        assert found.end_time
        return found.start_time.timestamp(), found.end_time.timestamp()

    def _log(self, instance: str) -> Sequence:
        return self.engine.history.external_task_log(process_instance_id=instance)


def start_workers(bench: Bench, folder: Path, functions: bool, count: int = 1) -> Crew:
    """Starts so many of our workers, which share the slots."""
    workers = []
    for number in range(count):
        worker = HotelWorker(bench.engine.url, BUNDLE, folder / str(number), bench.services.environment)
        worker.start("--slots", str(AT_ONCE // count), functions=functions)
        workers.append(worker)
    for worker in workers:
        worker.await_line("Connected with engine")

    def stop() -> None:
        for worker in workers:
            worker.ask_to_end()
        if any(worker.stop() != 0 for worker in workers):
            sys.exit("A worker did not end in order.")

    return Crew([worker.process_id for worker in workers if worker.process_id], stop)


def start_released(bench: Bench, python: Path) -> Crew:
    """Two loops, each a process: at equal parallelism, and without the lock of one interpreter."""
    return start_loops(bench, python, "hotel_released_client.py", AT_ONCE)


def start_loops(bench: Bench, python: Path, program: str, count: int) -> Crew:
    environment = {**os.environ, **bench.services.environment}
    command = [str(python), str(ROOT / "bench" / program), bench.engine.url]
    loops = [
        subprocess.Popen([*command, f"loop-{number}"], env=environment, stderr=subprocess.DEVNULL)
        for number in range(count)
    ]

    def stop() -> None:
        for loop in loops:
            loop.kill()
        for loop in loops:
            loop.wait()
        time.sleep(11)  # the engine holds their last polls so long, and would lock tasks for nobody

    return Crew([loop.pid for loop in loops], stop)


def install_released(folder: Path) -> Path:
    """Returns the Python of a new virtual environment with the client, which sees our packages, too."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", RELEASED], check=True)
    found = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    ours = [sysconfig.get_path("purelib"), str(ROOT / "src")]
    Path(found.stdout.strip(), "ours.pth").write_text("\n".join(ours), "utf-8")
    return python


def measure(bench: Bench, contenders: Sequence[Contender], rounds: int, singles: int) -> None:
    """Prints both tables; ratios are those of one round, and the median of them."""
    rates: dict[str, list[float]] = {each.name: [] for each in contenders}
    times: dict[str, list[float]] = {each.name: [] for each in contenders}
    costs: dict[str, list[float]] = {each.name: [] for each in contenders}
    for number in range(rounds):
        for contender in random.sample(contenders, len(contenders)):
            say(f"round {number + 1} of {rounds}: {contender.name}")
            rate, cost = bench.rate(contender)
            rates[contender.name].append(rate)
            costs[contender.name].append(cost)
            times[contender.name].append(statistics.median(bench.times(contender, singles)))
            found = f"{rate:.1f} reservations/s, {cost:.0f} ms of CPU, one in {times[contender.name][-1]:.0f} ms"
            print(f"round {number + 1}, {contender.name}: {found}", flush=True)
    base = contenders[0].name
    print_table("reservations/s", contenders, rates, rates[base], lambda each: each.least_rate, at_least=True)
    print_table("CPU of each, ms", contenders, costs, costs[base], lambda each: None, at_least=False)
    print_table("one reservation, ms", contenders, times, times[base], lambda each: each.most_time, at_least=False)


def print_table(
    title: str,
    contenders: Sequence[Contender],
    figures: dict[str, list[float]],
    base: list[float],
    target_of: Callable[[Contender], float | None],
    at_least: bool,
) -> None:
    print(f"\n{'':34} {title:>20}  x released  least ... most  target")
    for contender in contenders:
        ratios = sorted(found / other for found, other in zip(figures[contender.name], base, strict=True))
        ratio, target = statistics.median(ratios), target_of(contender)
        verdict = ""
        if target is not None:
            held = ratio >= target if at_least else ratio <= target
            verdict = f"at {'least' if at_least else 'most'} {target}: {'held' if held else 'MISSED'}"
        spread = f"{ratios[0]:.2f} ... {ratios[-1]:.2f}"
        figure = statistics.median(figures[contender.name])
        print(f"{contender.name:34} {figure:20.1f}  {ratio:10.2f}  {spread:>14}  {verdict}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Hotel reservations per second, and the time of a single one.")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of all contenders, 3 by default")
    parser.add_argument("--reservations", type=int, default=100, help="of every burst, 100 by default")
    parser.add_argument("--singles", type=int, default=15, help="reservations one by one, 15 by default")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="only contenders whose names hold one of these")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an end in order, as by Ctrl-C
    print(f"{machine()}; median of {options.rounds} rounds", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        python = install_released(Path(name, "released"))
        contenders = [
            Contender(f"released client, {AT_ONCE} processes", lambda bench, _: start_released(bench, python)),
            Contender("bare loop", lambda bench, _: start_loops(bench, Path(sys.executable), BARE, 1)),
            Contender("Worker, functions", lambda bench, folder: start_workers(bench, folder, True), 1.0, 0.7),
            Contender(
                "Worker, functions, 2 processes", lambda bench, folder: start_workers(bench, folder, True, 2), 1.0, 0.7
            ),
            Contender("camunda-robot worker, robots", lambda bench, folder: start_workers(bench, folder, False), 0.3),
        ]
        chosen = [each for each in contenders if not options.only or any(word in each.name for word in options.only)]
        services = Services(BUNDLE / "services", Path(name, "data"), dict.fromkeys(SERVICES, 0))
        with DevelopmentEngine(build_engine(lambda line: None), java_memory="2g") as engine:
            connected = connect(engine.url)
            connected.deployments.create("hotel", sorted((BUNDLE / "processes").iterdir()))
            services.start()
            try:
                bench = Bench(connected, services, Path(name), options.reservations)
                measure(bench, chosen, max(options.rounds, 1), options.singles)
            finally:
                services.stop()


if __name__ == "__main__":
    main()
