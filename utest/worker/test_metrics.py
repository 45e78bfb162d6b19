"""What is counted, under which names."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.worker import notices
from CamundaLibrary.worker.monitoring.metrics import Metrics
from CamundaLibrary.worker.outcome_kinds import KINDS

TASK = ExternalTask("a1b2", "Search comics")
ENGINE = "http://localhost:8080/engine-rest"


@pytest.fixture
def metrics():
    return Metrics("pc-1-x", 4, ["Search comics"], lambda: 3)


def seconds(number):
    return timedelta(seconds=number)


def value(metrics, name, **labels):
    return metrics.registry.get_sample_value(f"camunda_robot_{name}", labels)


@pytest.mark.parametrize("kind", KINDS)
def test_every_outcome_of_a_topic_is_there_from_the_start(metrics, kind):
    assert value(metrics, "outcomes_total", topic="Search comics", outcome=kind) == 0


@pytest.mark.parametrize(
    ("delivery", "outcome", "kind"),
    [
        (Delivery.ACCEPTED, Completed(), "completed"),
        (Delivery.ACCEPTED, BpmnError("not_found"), "bpmn_error"),
        (Delivery.ACCEPTED, Failed(".", retries=2), "failure"),
        (Delivery.ACCEPTED, Failed(".", retries=0), "incident"),
        (Delivery.ACCEPTED, GivenBack(), "given_back"),
        (Delivery.REFUSED, Failed(".", retries=0), "refused"),
        (Delivery.LOST, Completed(), "lost"),
        (Delivery.SUSPENDED, Completed(), "suspended"),
        (Delivery.UNDELIVERED, Failed(".", retries=0), "undelivered"),
    ],
)
def test_reports_are_counted_by_topic_and_outcome(metrics, delivery, outcome, kind):
    metrics.notice(notices.Reported(TASK, Receipt(delivery, outcome), seconds(0.2)))
    counted = {each: value(metrics, "outcomes_total", topic="Search comics", outcome=each) for each in KINDS}
    assert counted == {**dict.fromkeys(KINDS, 0), kind: 1}
    assert value(metrics, "report_duration_seconds_sum", topic="Search comics") == 0.2


def test_running_robots_are_a_gauge_and_their_times_histograms(metrics):
    metrics.notice(notices.Started(TASK, Path("run"), seconds(7)))
    assert value(metrics, "robots_running", topic="Search comics") == 1
    assert value(metrics, "wait_seconds_bucket", topic="Search comics", le="5.0") == 0
    assert value(metrics, "wait_seconds_bucket", topic="Search comics", le="10.0") == 1
    metrics.notice(notices.Ended(TASK, seconds(90)))
    assert value(metrics, "robots_running", topic="Search comics") == 0
    assert value(metrics, "run_duration_seconds_sum", topic="Search comics") == 90
    assert value(metrics, "run_duration_seconds_bucket", topic="Search comics", le="120.0") == 1


def test_a_task_whose_age_is_unknown_counts_for_no_wait_and_a_clock_behind_as_none(metrics):
    metrics.notice(notices.Started(TASK, Path("run"), None))
    assert value(metrics, "wait_seconds_count", topic="Search comics") == 0
    metrics.notice(notices.Started(TASK, Path("run"), seconds(-3600)))
    assert value(metrics, "wait_seconds_sum", topic="Search comics") == 0


def test_fetches_and_trouble_with_an_engine(metrics):
    metrics.notice(notices.FetchFailed(ENGINE, "No answer."))
    assert value(metrics, "engine_up", engine=ENGINE) == 0
    metrics.notice(notices.Fetched(ENGINE, (TASK, TASK), seconds(0.03)))
    assert value(metrics, "engine_up", engine=ENGINE) == 1
    assert value(metrics, "fetch_failures_total", engine=ENGINE) == 1
    assert value(metrics, "tasks_fetched_total", topic="Search comics") == 2
    assert value(metrics, "fetch_duration_seconds_count", engine=ENGINE) == 1


def test_an_engine_that_only_greeted_is_up(metrics):
    metrics.notice(notices.Connected(ENGINE, "7.24.0"))
    assert value(metrics, "engine_up", engine=ENGINE) == 1


def test_locks_and_repeated_reports(metrics):
    for notice in (
        notices.LockExtended("a1b2"),
        notices.LockExtended("a1b2"),
        notices.LockLost("a1b2", "task does not exist"),
        notices.ReportRepeated(TASK, "No answer."),
    ):
        metrics.notice(notice)
    assert value(metrics, "lock_extensions_total") == 2
    assert value(metrics, "locks_lost_total") == 1
    assert value(metrics, "report_repetitions_total", topic="Search comics") == 1


def test_paused_topics_by_reason(metrics):
    metrics.notice(notices.TopicPaused("Search comics", "breaker", 60))
    assert value(metrics, "topic_paused", topic="Search comics", reason="breaker") == 1
    metrics.notice(notices.TopicResumed("Search comics", "breaker"))
    metrics.notice(notices.TopicPaused("Search comics", "hand", None))
    assert value(metrics, "topic_paused", topic="Search comics", reason="breaker") == 0
    assert value(metrics, "topic_paused", topic="Search comics", reason="hand") == 1


def test_builds_of_environments(metrics):
    metrics.notice(notices.EnvironmentBuilt("a1", seconds(20)))
    metrics.notice(notices.EnvironmentBuilt("a1", seconds(5), "No network."))
    assert value(metrics, "environment_builds_total", result="built") == 1
    assert value(metrics, "environment_builds_total", result="failed") == 1
    assert value(metrics, "environment_build_seconds_total") == 25


def test_slots_waiting_results_and_the_worker(metrics):
    assert value(metrics, "slots") == 4
    assert value(metrics, "results_waiting") == 3
    (info,) = [each for each in metrics.registry.collect() if each.name == "camunda_robot_worker"]
    assert info.samples[0].labels["worker_id"] == "pc-1-x"


def test_notices_that_count_nothing_are_passed_over(metrics):
    before = metrics.registry.get_sample_value("camunda_robot_slots")
    for notice in (notices.Alive(), notices.Stopping(), notices.Broken("It died.")):
        metrics.notice(notice)
    assert metrics.registry.get_sample_value("camunda_robot_slots") == before


def test_the_text_is_what_prometheus_reads(metrics):
    families = {each.name for each in text_string_to_metric_families(metrics.text().decode())}
    assert {"camunda_robot_outcomes", "camunda_robot_run_duration_seconds", "process_cpu_seconds"} <= families


def test_two_workers_in_one_process_count_apart(metrics):
    other = Metrics("pc-2-y", 1, ["Search comics"])
    other.notice(notices.LockExtended("a1b2"))
    assert value(metrics, "lock_extensions_total") == 0
