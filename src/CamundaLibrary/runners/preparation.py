"""Environments built before the first task needs them: `camunda-robot worker --prepare`."""

import logging
from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from CamundaLibrary.bundles.bundle import Bundle, Topic
from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.runners import RUNNERS, RunnerSettings, choose

_log = logging.getLogger(__name__)


@runtime_checkable
class Preparing(Protocol):
    """A runner whose robots need environments."""

    def prepare(self, bundle: Bundle) -> None:
        """Builds the environment now. Raises EnvironmentNotBuilt."""


def prepare(topics: Iterable[Topic], settings: RunnerSettings) -> int:
    """Builds the environments of all topics and returns the exit code: 1 if one could not be built, else 0.

    Progress and failures are logged.
    """
    problems = [problem for name, bundle in _wanted(topics) if (problem := _prepare(name, bundle, settings))]
    if not problems:
        _log.info("All environments are ready.")
    return 1 if problems else 0


def _wanted(topics: Iterable[Topic]) -> Iterator[tuple[str, Bundle]]:
    """Yields runner and bundle, each once."""
    seen: set[tuple[str, object]] = set()
    for topic in topics:
        name = choose(topic.options.runner, topic.bundle)
        if (name, topic.bundle.folder) not in seen:
            seen.add((name, topic.bundle.folder))
            yield name, topic.bundle


def _prepare(name: str, bundle: Bundle, settings: RunnerSettings) -> str | None:
    """Returns what went wrong, if anything."""
    runner = RUNNERS[name](settings)
    if not isinstance(runner, Preparing):
        _log.info("Bundle '%s' uses the worker's Python (runner '%s').", bundle.source, name)
        return None
    try:
        runner.prepare(bundle)
    except EnvironmentNotBuilt as error:
        _log.error("%s%s", error, f"\n{error.details}" if error.details else "")
        return str(error)
    finally:
        runner.close()
    _log.info("Bundle '%s' is ready (runner '%s').", bundle.source, name)
    return None
