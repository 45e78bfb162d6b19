"""The tables of docs/operating.md name all that there is, and nothing else."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.worker import notices
from CamundaLibrary.worker.log import fields as log_fields
from CamundaLibrary.worker.log import file as log_file
from CamundaLibrary.worker.log.format import JsonFormat
from CamundaLibrary.worker.monitoring.health_server import HealthServer
from CamundaLibrary.worker.monitoring.metrics import Metrics
from CamundaLibrary.worker.monitoring.status import Status
from CamundaLibrary.worker.monitoring.worker_folders import SeenWorker
from CamundaLibrary.worker.outcome_kinds import KINDS
from CamundaLibrary.worker.runs import hook_command, hooks
from CamundaLibrary.worker.state.entry import OPEN, SHOWN

PAGE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
ENGINE = "http://localhost:8080/engine-rest"
TASK = ExternalTask("a", "b", "c", "d", "e", process_definition_key="f", activity_id="g")


def table(first_column):
    """The rows below the head whose first cell is that."""
    lines = PAGE[PAGE.index(f"| {first_column} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def words(cells):
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.fixture(scope="module")
def families():
    metrics = Metrics("pc-1-x", 1, ["Search comics"])
    metrics.notice(notices.Fetched(ENGINE, (), timedelta()))
    metrics.notice(notices.FetchFailed(ENGINE, "No answer."))
    ours = [each for each in metrics.registry.collect() if each.name.startswith("camunda_robot")]
    suffix = {"counter": "_total", "info": "_info"}
    return {f"{each.name}{suffix.get(each.type, '')}": each for each in ours}


def test_all_metrics_are_listed(families):
    assert words(row[0] for row in table("metric")) == families.keys()


@pytest.mark.parametrize("row", table("metric"), ids=lambda row: row[0])
def test_type_and_labels_of_a_metric_are_those_in_the_table(families, row):
    family = families[row[0].strip("`")]
    assert row[1] == ("gauge" if family.type == "info" else family.type)
    labels = {label for sample in family.samples for label in sample.labels if label != "le"}
    assert words([row[2]]) == labels


def test_all_outcomes_are_listed():
    assert words(row[0] for row in table("outcome")) == set(KINDS)


def test_all_fields_of_log_lines_are_listed():
    extra = log_fields.fields(TASK, engine=ENGINE, outcome="completed", seconds=1)
    try:
        raise RuntimeError
    except RuntimeError as error:
        raised = (type(error), error, error.__traceback__)
    record = logging.makeLogRecord({"msg": "x", "exc_info": raised, **extra})
    assert words(row[0] for row in table("field")) == json.loads(JsonFormat().format(record)).keys()


def test_all_keys_of_the_status_are_listed():
    status = Status("pc-1-x", 1, [ENGINE])
    status.notice(notices.Started(TASK, Path("run"), None))
    seen = SeenWorker(Path("worker-1"), True, {**status.snapshot(), "written": "now"}, ())
    keys = seen.to_json()
    assert words(row[0] for row in table("key")) == keys.keys() - {"version"}
    (running,) = keys["running"]
    assert words(row[1] for row in table("key") if row[0] == "`running`") == running.keys()


def test_all_phases_of_results_are_listed():
    (row,) = [row for row in table("key") if row[0] == "`results`"]
    assert {each.value for each in (*OPEN, *SHOWN)} <= words([row[1]])


def test_all_variables_of_hooks_are_listed():
    told = hooks._describe(TASK, {"CAMUNDA_OUTCOME": "x", "CAMUNDA_RUN_FOLDER": "x", "CAMUNDA_MESSAGE": "x"})
    assert words(row[0] for row in table("variable")) == {*told, hook_command._MARK}


def test_the_pages_are_those_that_are_served():
    server = HealthServer(None, lambda: ("", b""), 0)
    pages = set(server._server.RequestHandlerClass.args[0])
    server.stop()
    assert words(row[0] for row in table("page")) | {"/metrics"} == pages


def test_the_sizes_of_log_files_are_those_on_the_page():
    assert (log_file.MOST_BYTES, log_file.FILES) == (10_000_000, 5)
