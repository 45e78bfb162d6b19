"""What happens in a worker, as Prometheus metrics. Load this module only where metrics are asked for."""

from collections.abc import Callable, Collection

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from CamundaLibrary.version import __version__
from CamundaLibrary.worker import notices
from CamundaLibrary.worker.notices import Notice
from CamundaLibrary.worker.outcome_kinds import KINDS, name_receipt

CONTENT_TYPE = CONTENT_TYPE_LATEST
_PREFIX = "camunda_robot"
_RUNS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_WAITS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400)
_FETCHES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10.5, 30)
_REPORTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_PAUSES = ("breaker", "hours", "hand")


class Metrics:
    """Counts notices. `results_waiting` tells how many results are on disk because the engine did not take them."""

    def __init__(
        self, worker_id: str, slots: int, topics: Collection[str], results_waiting: Callable[[], float] = lambda: 0
    ) -> None:
        self.registry = CollectorRegistry()
        self._make_counters()
        self._make_times()
        self._make_states()
        self._counts = self._table()
        self._set_up(worker_id, slots, topics, results_waiting)

    def text(self) -> bytes:
        """Returns all of them in the text format of Prometheus."""
        return generate_latest(self.registry)

    def notice(self, notice: Notice) -> None:
        """Takes one notice into account; safe in any thread."""
        count = self._counts.get(type(notice))
        if count:
            count(notice)

    def _make_counters(self) -> None:
        self._fetched = self._counter("tasks_fetched", "Tasks that were fetched and locked.", "topic")
        self._outcomes = self._counter("outcomes", "Tasks by what became of them.", "topic", "outcome")
        self._fetch_failures = self._counter("fetch_failures", "Fetches that failed.", "engine")
        self._extensions = self._counter("lock_extensions", "Locks that were extended.")
        self._locks_lost = self._counter("locks_lost", "Locks of running tasks that were lost.")
        self._repetitions = self._counter("report_repetitions", "Reports that had to be sent once more.", "topic")
        self._builds = self._counter("environment_builds", "Environments that were built, or not.", "result")

    def _make_times(self) -> None:
        self._runs = self._histogram("run_duration_seconds", "From start to end of a robot.", _RUNS, "topic")
        self._waits = self._histogram("wait_seconds", "From creation of a task to its robot's start.", _WAITS, "topic")
        self._fetches = self._histogram("fetch_duration_seconds", "Fetches, long poll included.", _FETCHES, "engine")
        self._reports = self._histogram("report_duration_seconds", "Reports, repetitions included.", _REPORTS, "topic")
        self._build_seconds = self._counter("environment_build_seconds", "Time that builds of environments took.")

    def _make_states(self) -> None:
        self._running = self._gauge("robots_running", "Robots that run now.", "topic")
        self._slots = self._gauge("slots", "Tasks that the worker does at once.")
        self._engine_up = self._gauge("engine_up", "Whether the engine answered last time.", "engine")
        self._paused = self._gauge("topic_paused", "Whether a topic is not fetched now, by reason.", "topic", "reason")
        self._waiting = self._gauge("results_waiting", "Results on disk that the engine did not take yet.")

    def _set_up(
        self, worker_id: str, slots: int, topics: Collection[str], results_waiting: Callable[[], float]
    ) -> None:
        """Everything that can be counted is there from the start, as 0."""
        Info(_PREFIX + "_worker", "The worker.", registry=self.registry).info(
            {"worker_id": worker_id, "version": __version__}
        )
        ProcessCollector(registry=self.registry)
        self._slots.set(slots)
        self._waiting.set_function(results_waiting)
        for topic in topics:
            for metric in (self._fetched, self._repetitions, self._runs, self._waits, self._reports, self._running):
                metric.labels(topic)
            for kind in KINDS:
                self._outcomes.labels(topic, kind)
            for reason in _PAUSES:
                self._paused.labels(topic, reason)
        for result in ("built", "failed"):
            self._builds.labels(result)

    def _table(self) -> dict[type, Callable[..., None]]:
        return {
            notices.Connected: lambda each: self._engine_up.labels(each.engine).set(1),
            notices.Fetched: self._count_fetch,
            notices.FetchFailed: self._count_fetch_failure,
            notices.Started: self._count_start,
            notices.Ended: self._count_end,
            notices.Reported: self._count_report,
            notices.ReportRepeated: lambda each: self._repetitions.labels(each.task.topic).inc(),
            notices.LockExtended: lambda each: self._extensions.inc(),
            notices.LockLost: lambda each: self._locks_lost.inc(),
            notices.TopicPaused: lambda each: self._paused.labels(each.topic, each.why).set(1),
            notices.TopicResumed: lambda each: self._paused.labels(each.topic, each.why).set(0),
            notices.EnvironmentBuilt: self._count_build,
        }

    def _count_fetch(self, fetched: notices.Fetched) -> None:
        self._engine_up.labels(fetched.engine).set(1)
        self._fetches.labels(fetched.engine).observe(fetched.duration.total_seconds())
        for task in fetched.tasks:
            self._fetched.labels(task.topic).inc()

    def _count_fetch_failure(self, failed: notices.FetchFailed) -> None:
        self._engine_up.labels(failed.engine).set(0)
        self._fetch_failures.labels(failed.engine).inc()

    def _count_start(self, started: notices.Started) -> None:
        self._running.labels(started.task.topic).inc()
        if started.waited is not None:
            self._waits.labels(started.task.topic).observe(max(started.waited.total_seconds(), 0))

    def _count_end(self, ended: notices.Ended) -> None:
        self._running.labels(ended.task.topic).dec()
        self._runs.labels(ended.task.topic).observe(ended.duration.total_seconds())

    def _count_report(self, reported: notices.Reported) -> None:
        self._outcomes.labels(reported.task.topic, name_receipt(reported.receipt)).inc()
        self._reports.labels(reported.task.topic).observe(reported.duration.total_seconds())

    def _count_build(self, built: notices.EnvironmentBuilt) -> None:
        self._builds.labels("failed" if built.problem else "built").inc()
        self._build_seconds.inc(built.duration.total_seconds())

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"{_PREFIX}_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"{_PREFIX}_{name}", text, labels, buckets=buckets, registry=self.registry)
