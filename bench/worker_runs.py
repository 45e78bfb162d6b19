"""What the worker reaches on a real engine, beside a loop that starts `python -m robot` for every task.

    python bench/worker_runs.py
    python bench/worker_runs.py burst trickle --rounds 5 --purjo /path/to/pur

Starts an engine of its own. How to read the tables: docs/performance.md.
"""

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from contenders import Contender, Naive, Ours, Purjo, Running
from pairs import machine, say
from queue_of_tasks import Done, Queue

from CamundaLibrary.development_engine import DevelopmentEngine, build_engine

Row = tuple[str, ...]
FORK = Ours("worker, fork server", "trivial", "fork")
PROCESS = Ours("worker, process per run", "trivial", "process")
NAIVE = Naive("naive loop", "trivial")
HEAVY = Ours("worker, fork server, RPA libraries", "heavy", "fork")
HEAVY_NAIVE = Naive("naive loop, RPA libraries", "heavy")


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
        return self._rates(crowd, {"worker, fork server": 6, "worker, process per run": 1.7})

    def heavy(self) -> list[Row]:
        """The same with robots that import RPA.Browser.Selenium, RPA.Excel.Files and RPA.HTTP."""
        if find_spec("RPA") is None:
            return [("left out: rpaframework is not installed",)]
        return self._rates([(HEAVY_NAIVE, 10), (HEAVY, 60)], {HEAVY.name: 8})

    def trickle(self) -> list[Row]:
        """One task about every two seconds on an idle worker, from creation to completion."""
        measured = {each.name: self._trickle(each) for each in (NAIVE, FORK)}
        middle = {name: statistics.median(times) for name, times in measured.items()}
        rows: list[Row] = [("", "p50", "p95", "p50 / naive", "p95 / p50")]
        for name, times in measured.items():
            p95 = times[int(len(times) * 0.95)] if len(times) < 20 else statistics.quantiles(times, n=20)[-1]
            ratio, spread = middle[name] / middle[NAIVE.name], p95 / middle[name]
            rows.append((name, f"{middle[name]:.0f} ms", f"{p95:.0f} ms", f"{ratio:.2f}", f"{spread:.2f}"))
        return rows

    def share(self) -> list[Row]:
        """What worker and fork server need besides the robots' runs: processor time per task, when idle, memory."""
        rows: list[Row] = [("", "CPU per task", "idle CPU", "memory (PSS)")]
        for contender in (FORK, FORK._replace(name="the same without log", log="never"), PROCESS):
            queue, running = self._begin(contender)
            idle = self._idle(running)
            before, tasks = running.own_cpu(), self._count(200)
            queue.fill(tasks)
            queue.await_empty(300)
            cost = (running.own_cpu() - before) / tasks * 1000
            rows.append((contender.name, f"{cost:.1f} ms", f"{idle:.3f} %", f"{running.memory():.0f} MiB"))
            self._end(queue, running)
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
        rest = seen[2:]
        slope = statistics.linear_regression([count for count, _ in rest], [size for _, size in rest]).slope
        rows: list[Row] = [("tasks done", "PSS of worker and fork server")]
        rows += [(str(count), f"{size:.1f} MiB") for count, size in seen]
        return [*rows, ("slope from the third on", f"{slope * 1000:+.2f} MiB per 1,000 tasks")]

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
        rows: list[Row] = [("workers", "tasks/s")]
        for count in (1, 2, 3):
            queue = self._new_queue()
            queue.fill(self._count(200))
            one = FORK._replace(slots=1)
            crowd = [one.start(queue, self._new_folder()) for _ in range(count)]
            queue.await_empty(300)
            rows.append((str(count), f"{queue.done().rate:.1f}"))
            for running in crowd:
                running.stop()
            queue.remove()
        return rows

    def _rates(self, crowd: "Sequence[tuple[Contender, int]]", targets: dict[str, float]) -> list[Row]:
        rates: dict[str, list[float]] = {contender.name: [] for contender, _ in crowd}
        naive = crowd[0][0].name
        for number in range(self._rounds):
            for contender, tasks in random.sample(crowd, len(crowd)):
                say(f"round {number + 1} of {self._rounds}: {contender.name}")
                rates[contender.name].append(self._burst(contender, self._count(tasks)).rate)
        rows: list[Row] = [("", "tasks/s", "x naive", "least … most", "target")]
        for name, found in rates.items():
            ratios = sorted(rate / base for rate, base in zip(found, rates[naive], strict=True))
            spread, target = f"{ratios[0]:.2f} … {ratios[-1]:.2f}", targets.get(name)
            ratio = statistics.median(ratios)
            verdict = f"{target}: {'held' if ratio >= target else 'MISSED'}" if target else ""
            rows.append((name, f"{statistics.median(found):.2f}", f"{ratio:.2f}", spread, verdict))
        return rows

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
        for _ in range(self._count(15)):
            time.sleep(2 * random.uniform(0.85, 1.15))
            queue.fill(1)
        queue.await_empty(60)
        latencies = queue.done().latencies
        self._end(queue, running)
        return latencies

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
            print(f"\n{each}: {SERIES[each].__doc__}\n{_table(rows)}", flush=True)


def _table(rows: Sequence[Row]) -> str:
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(max(map(len, rows)))]
    cells = [[cell.ljust(width) for cell, width in zip(row, widths, strict=False)] for row in rows]
    return "\n".join("  ".join(row).rstrip() for row in cells)


if __name__ == "__main__":
    main()
