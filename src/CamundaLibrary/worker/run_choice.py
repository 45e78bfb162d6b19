"""What does the tasks of which topic."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.bundles.bundle import Bundle, Topic
from CamundaLibrary.runners import RUNNERS, Runner, RunnerSettings, choose
from CamundaLibrary.worker.runs.robot_run import RobotRun
from CamundaLibrary.worker.runs.run import MakeRun


class OwnCode(NamedTuple):
    """Tasks that are done in the worker's process: their topics as if they were a bundle's, and what does each."""

    bundle: Bundle
    runs: Mapping[str, MakeRun]


def choose_runs(
    topics: Iterable[Topic],
    own_code: OwnCode | None,
    settings: RunnerSettings,
    environment_of: Callable[[Topic], Mapping[str, str]],
    equipped: ExitStack,
) -> dict[str, MakeRun]:
    """Returns what makes the runs of each topic. Runners were tried with the topic's bundle; `equipped` closes them.

    Raises BundleError where a runner cannot wrap the bundle's robots.
    """
    runners: dict[str, Runner] = {}
    chosen: dict[str, MakeRun] = {}
    checked: set[tuple[Path, str]] = set()
    for topic in topics:
        if own_code and topic.bundle is own_code.bundle:
            chosen[topic.name] = own_code.runs[topic.name]
            continue
        name = choose(topic.options.runner, topic.bundle)
        if name not in runners:
            runners[name] = RUNNERS[name](settings)
            equipped.callback(runners[name].close)
        chosen[topic.name] = partial(RobotRun, runners[name])
        if (topic.bundle.folder, name) not in checked:
            checked.add((topic.bundle.folder, name))
            runners[name].check(topic.bundle, environment_of(topic))
    return chosen
