"""What the worker reaches on a real engine, beside a loop that starts `python -m robot` for every task.

    python bench/worker_runs.py
    python bench/worker_runs.py burst trickle --rounds 5 --purjo /path/to/pur

Starts an engine of its own. How to read the tables: docs/performance.md.
"""

import argparse
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from contenders import Contender, Naive, Ours, Purjo, Running
from pairs import machine, say
from queue_of_tasks import Done, Queue
from races import Races
from rpa_environment import make_environment
from tables import Goal, Row, at_most, latency_rows, rate_rows, slope, table

from CamundaLibrary.development_engine import DevelopmentEngine, build_engine

FORK = Ours("worker, fork server", "trivial", "fork")
PROCESS = Ours("worker, process per run", "trivial", "process")
NAIVE = Naive("naive loop", "trivial")
GOALS = (
    Goal(FORK.name, NAIVE.name, 6),
    Goal(PROCESS.name, NAIVE.name, 1.7),
    Goal(FORK.name, "purjo, defaults", 15),
    Goal(FORK.name, "purjo, best settings", 4),
)


class Bench:
    """All measurements, on one engine."""

    def __init__(self, url: str, folder: Path, rounds: int, scale: float, purjo: str | None) -> None:
        self._url = url
        self._folder = folder
        self._rounds = rounds
        self._scale = scale
        self._purjo = purjo
        self._numbers = itertools.count(1)

    def burst(self) -> list[Row]:
        """Tasks that were queued before the program started, per second."""
        crowd: list[tuple[Contender, int]] = [(NAIVE, 40), (FORK, 300), (PROCESS, 120)]
        if self._purjo:
            crowd.append((Purjo("purjo, defaults", self._purjo, 1, is_tuned=False), 12))
            crowd.append((Purjo("purjo, best settings", self._purjo, 2, is_tuned=True), 40))
        return self._rates(crowd, GOALS)

    def heavy(self) -> list[Row]:
        """The same with robots that import RPA.Browser.Selenium, RPA.Excel.Files and RPA.HTTP."""
        made = make_environment(self._new_folder())
        if isinstance(made, str):
            return [(f"left out, the environment could not be made: {made}",)]
        naive = Naive("naive loop, RPA libraries", "heavy", made.python)
        ours = Ours("worker, fork server, RPA libraries", "heavy", "uv", state=made.state)
        return self._rates([(naive, 10), (ours, 80)], [Goal(ours.name, naive.name, 8)])

    def trickle(self) -> list[Row]:
        """One task about every two seconds on an idle worker, from creation to completion; both poll long."""
        measured = {each.name: self._trickle(each) for each in (NAIVE, FORK)}
        return latency_rows(measured, ratio=0.35, spread=2)

    def share(self) -> list[Row]:
        """What worker and fork server need besides the robots' runs: processor time per task, when idle, memory."""
        rows: list[Row] = [("", "CPU per task", "target", "idle CPU", "target", "memory (PSS)", "target")]
        rows.append(self._share(FORK, 8))
        rows.append(self._share(FORK._replace(name="the same without log", log="never"), 5))
        rows.append(self._share(PROCESS, 8))
        return rows

    def memory(self) -> list[Row]:
        """Memory of worker and fork server over many tasks without log."""
        queue, running = self._begin(FORK._replace(log="never"))
        tasks, seen = self._count(5000), [(0, running.memory())]
        for number in range(10):
            queue.fill(tasks // 10)
            queue.await_empty(600)
            seen.append(((number + 1) * (tasks // 10), running.memory()))
        self._end(queue, running)
        rows: list[Row] = [("tasks done", "PSS of worker and fork server")]
        rows += [(str(count), f"{size:.1f} MiB") for count, size in seen]
        return [*rows, ("slope from the third on", f"{slope(seen[2:]) * 1000:+.2f} MiB per 1,000 tasks")]

    def queue(self) -> list[Row]:
        """The worker's own cost and the engine's fetch time with few and with many tasks waiting."""
        rows: list[Row] = [("tasks waiting", "CPU per task", "the engine's fetch")]
        for waiting in (self._count(100), self._count(10_000)):
            queue = self._new_queue()
            queue.fill(waiting)
            fetch = statistics.median(queue.fetch_time() for _ in range(9))
            running = FORK._replace(log="never").start(queue, self._new_folder())
            self._await_first(queue, waiting)
            left, before = queue.waiting(), running.own_cpu()
            self._await(lambda queue=queue, left=left: left - queue.waiting() >= min(left, 80) * 0.9)  # type: ignore[misc]
            done = left - queue.waiting()
            rows.append((str(waiting), f"{(running.own_cpu() - before) / done * 1000:.1f} ms", f"{fetch:.1f} ms"))
            self._end(queue, running)
        return rows

    def workers(self) -> list[Row]:
        """One, two and three workers of one slot each on one queue."""
        rows: list[Row] = [("workers", "tasks/s", "fetches", "lost to races")]
        for count in (1, 2, 3):
            queue = self._new_queue()
            queue.fill(self._count(200))
            one = FORK._replace(slots=1, more=("--metrics-port", "0"))
            crowd = [one.start(queue, self._new_folder()) for _ in range(count)]
            queue.await_empty(300)
            races = Races.of(crowd)
            rows.append((str(count), f"{queue.done().rate:.1f}", str(races.fetches), f"{races.share:.1%}"))
            for running in crowd:
                running.stop()
            queue.remove()
        return rows

    def _rates(self, crowd: "Sequence[tuple[Contender, int]]", goals: Sequence[Goal]) -> list[Row]:
        rates: dict[str, list[float]] = {contender.name: [] for contender, _ in crowd}
        for number in range(self._rounds):
            for contender, tasks in random.sample(crowd, len(crowd)):
                say(f"round {number + 1} of {self._rounds}: {contender.name}")
                rates[contender.name].append(self._burst(contender, self._count(tasks)).rate)
        return rate_rows(rates, goals)

    def _burst(self, contender: Contender, tasks: int) -> Done:
        queue = self._new_queue()
        queue.fill(tasks)
        running = contender.start(queue, self._new_folder())
        try:
            queue.await_empty(600)
        except TimeoutError as error:
            sys.exit(f"{contender.name}: {error}\n{running.output.read_text('utf-8', 'replace')[-2000:]}")
        finally:
            running.stop()
        done = queue.done()
        if len(done.completed) != tasks:
            sys.exit(f"{contender.name}: {len(done.completed)} of {tasks} tasks were completed.")
        queue.remove()
        return done

    def _trickle(self, contender: Contender) -> list[float]:
        say(f"trickle: {contender.name}")
        queue, running = self._begin(contender)
        for _ in range(self._count(20)):
            time.sleep(2 * random.uniform(0.85, 1.15))
            queue.fill(1)
        queue.await_empty(60)
        latencies = queue.done().latencies
        self._end(queue, running)
        return latencies

    def _share(self, contender: Ours, milliseconds: float) -> Row:
        queue, running = self._begin(contender)
        idle = self._idle(running)
        before, tasks = running.own_cpu(), self._count(200)
        queue.fill(tasks)
        queue.await_empty(300)
        cost, memory = (running.own_cpu() - before) / tasks * 1000, running.memory()
        self._end(queue, running)
        cells = (f"{cost:.1f} ms", at_most(cost, milliseconds, " ms"), f"{idle:.3f} %", at_most(idle, 0.1, " %"))
        return contender.name, *cells, f"{memory:.0f} MiB", at_most(memory, 90, " MiB")

    def _begin(self, contender: Contender) -> tuple[Queue, Running]:
        """Starts a contender that has done one task; that one is no longer in the history."""
        queue = self._new_queue()
        queue.fill(1)
        running = contender.start(queue, self._new_folder())
        queue.await_empty(60)
        queue.forget()
        return queue, running

    def _end(self, queue: Queue, running: Running) -> None:
        running.stop()
        queue.remove()

    def _idle(self, running: Running, seconds: float = 20) -> float:
        time.sleep(2)
        before = running.own_cpu()
        time.sleep(seconds)
        return (running.own_cpu() - before) / seconds * 100

    def _await_first(self, queue: Queue, waiting: int) -> None:
        self._await(lambda: queue.waiting() < waiting - 5)

    def _await(self, condition: Callable[[], bool], at_most: float = 120) -> None:
        deadline = time.monotonic() + at_most
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.1)

    def _new_queue(self) -> Queue:
        return Queue(self._url, f"bench-{next(self._numbers)}")

    def _new_folder(self) -> Path:
        folder = self._folder / f"run-{next(self._numbers)}"
        folder.mkdir()
        return folder

    def _count(self, tasks: int) -> int:
        return max(int(tasks * self._scale), 10)


SERIES: dict[str, Callable[[Bench], list[Row]]] = {
    "burst": Bench.burst,
    "heavy": Bench.heavy,
    "trickle": Bench.trickle,
    "share": Bench.share,
    "memory": Bench.memory,
    "queue": Bench.queue,
    "workers": Bench.workers,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints; a missed target is printed, too, and no reason to fail."""
    parser = argparse.ArgumentParser(description="What the worker reaches on a real engine.")
    parser.add_argument("series", nargs="*", choices=[*SERIES, []], help="what to measure, all by default")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of every burst, 3 by default")
    parser.add_argument("--scale", type=float, default=1, help="share of the tasks to queue, 1 by default")
    parser.add_argument("--purjo", metavar="PUR", help="the program `pur` of purjo 1.0rc2, to be measured, too")
    options = parser.parse_args(arguments)
    print(f"{machine()}; median of {options.rounds} rounds", flush=True)
    engine = DevelopmentEngine(build_engine(lambda line: None), java_memory="3g")
    with tempfile.TemporaryDirectory(prefix="bench-") as name, engine:
        bench = Bench(engine.url, Path(name), max(options.rounds, 1), options.scale, options.purjo)
        for each in options.series or SERIES:
            rows = SERIES[each](bench)
            load = f"(load of the machine afterwards: {os.getloadavg()[0]:.1f})"
            print(f"\n{each}: {SERIES[each].__doc__} {load}\n{table(rows)}", flush=True)


if __name__ == "__main__":
    main()
