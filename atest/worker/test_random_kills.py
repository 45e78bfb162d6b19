"""Several workers on one queue, while robots, fork servers and workers are killed at random."""

import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import pytest
from faults import FaultProxy
from kills_stage import (
    EFFECTS,
    Crowd,
    Effect,
    Locks,
    count_effects,
    crowd_command,
    is_explained,
    processes_of,
    read_effects,
)
from worker_stage import Instance, wait_until

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.worker.state.entry import OPEN
from CamundaLibrary.worker.state.spool import Spool

SLOTS = 2
BODY = """
    Import Library    ${EXECDIR}/effects.py
    ${task}=    Get Task
    Take Effect    ${OUT}/effects    ${task.idempotency_key}
    """
PATIENT = {"retries": "100", "retryTimeout": "100ms", "lockDuration": "1h"}
"""Nobody waits for the end of such a lock here: whoever was killed, others give its tasks back, or go on."""


@pytest.fixture
def chance() -> random.Random:
    """Chance that can be had again: `KILLS_SEED=…`."""
    seed = os.environ.get("KILLS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"KILLS_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def crowd(
    bundle: Callable[..., Path], proxy: FaultProxy, tmp_path: Path, chance: random.Random
) -> Iterator[Callable[..., Crowd]]:
    """Makes a crowd of workers, each with two slots. Nothing of it outlives the test."""
    crowds: list[Crowd] = []

    def crowd(count: int, log: str) -> Crowd:
        folder = bundle(BODY, **PATIENT)
        (folder / "effects.py").write_text(EFFECTS, "utf-8")
        given = {"CAMUNDA_API_BASE_URL": proxy.url, "CAMUNDA_LOG": log}
        command = crowd_command(folder, "--slots", str(SLOTS), "--breaker-after", "0")
        crowds.append(Crowd(command, given, tmp_path, chance))
        for _ in range(count):
            crowds[-1].start()
        return crowds[-1]

    yield crowd
    for each in crowds:
        each.abandon()


@pytest.mark.parametrize(("count", "tasks", "log"), [(2, 150, "always"), (3, 300, "never")])
def test_every_task_is_done_once_but_where_a_kill_fell_between_effect_and_report(
    start: Callable[..., Instance],
    crowd: Callable[..., Crowd],
    proxy: FaultProxy,
    engine: Engine,
    topic: str,
    tmp_path: Path,
    chance: random.Random,
    count: int,
    tasks: int,
    log: str,
) -> None:
    locks = Locks(proxy)
    for _ in range(tasks):
        start()
    keys = {task.id for task in engine.external_tasks.list(topic=topic)}
    workers = crowd(count, log)
    kill_until(workers, lambda: engine.external_tasks.count(topic=topic) == 0, tmp_path / "effects", chance)
    workers.complete()
    wait_until(lambda: not open_entries(tmp_path / "state"), 30)
    assert workers.stop() == [0] * count, workers.logs()

    effects = read_effects(tmp_path / "effects")
    kills = workers.count_kills()
    repeated = repetitions(effects)
    print(f"{kills}: {len(repeated)} effects were repeated; {len(workers.results)} results were seen.")
    assert {effect.key for effect in effects} == keys
    unexplained = [pair for pair in repeated if not is_explained(*pair, workers.kills)]
    assert unexplained == []
    done = workers.results
    assert [second for _, second in repeated if second.at > done.get(second.key, second.at)] == []
    assert min(kills[kind] for kind in ("robot", "fork server", "worker")) > 0
    ended = engine.history.process_instances(process_definition_key=topic)
    assert [each.state for each in ended] == ["COMPLETED"] * tasks
    assert most_at_once(effects, workers.pids) <= SLOTS
    assert max(locks.most.values()) <= 2 * SLOTS  # as many as run, and as many that are reported
    assert [*workers.left(), *processes_of(tmp_path)] == []
    assert "Traceback" not in workers.logs()


def kill_until(
    workers: Crowd, is_done: Callable[[], bool], effects: Path, chance: random.Random, seconds: float = 150
) -> None:
    """Kills after every few effects, so that a slow machine comes to its end, too."""
    deadline, due = monotonic() + seconds, 1
    while not is_done():
        assert monotonic() < deadline, f"Not done after {seconds} s:\n{workers.logs()[-5000:]}"
        workers.revive()
        if count_effects(effects) >= due:
            sleep(chance.uniform(0, 0.3))
            workers.kill_something()
            due = count_effects(effects) + chance.randint(1, 8)
        sleep(0.05)


def open_entries(state: Path) -> list[object]:
    """Returns what is still to be done, in the spools of all workers."""
    found: list[object] = []
    for folder in state.glob("worker-*"):
        with closing(Spool(folder)) as spool:
            found += [entry for entry in spool.entries() if entry.phase in OPEN]
    return found


def repetitions(effects: list[Effect]) -> list[tuple[Effect, Effect]]:
    """Returns each effect that another of the same task followed, with that one."""
    by_key = defaultdict(list)
    for effect in effects:
        by_key[effect.key].append(effect)
    return [pair for of_task in by_key.values() for pair in pairwise(of_task)]


def most_at_once(effects: list[Effect], workers: set[int]) -> int:
    """Returns how many robots of one worker ran at once; those that were killed are counted for a moment only."""
    most = 0
    for worker in workers:
        runs = [(effect.at, effect.ended or effect.at) for effect in effects if worker in effect.pids]
        most = max([most, *(sum(begun <= at <= ended for begun, ended in runs) for at, _ in runs)])
    return most
