"""What was run through, from the passages that the history of an engine holds."""

from datetime import datetime, timedelta, timezone

import pytest

from CamundaLibrary.coverage import cover, render
from CamundaLibrary.engines.records import HistoricActivity
from CamundaLibrary.models import ModelUnreadable

NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <process id="order" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="in" sourceRef="start" targetRef="work"/>
    <task id="work" name="Work
 hard"/><sequenceFlow id="done" sourceRef="work" targetRef="ok?"/>
    <boundaryEvent id="late" attachedToRef="work"/><sequenceFlow id="too late" sourceRef="late" targetRef="merge"/>
    <exclusiveGateway id="ok?"/>
    <sequenceFlow id="yes" name="Yes" sourceRef="ok?" targetRef="merge"/>
    <sequenceFlow id="again" sourceRef="ok?" targetRef="work"/>
    <exclusiveGateway id="merge"/><sequenceFlow id="out" sourceRef="merge" targetRef="scope"/>
    <subProcess id="scope"><startEvent id="inner"/></subProcess>
  </process>
</definitions>"""


def passages(*steps: str) -> list[HistoricActivity]:
    """Each step is `node from-to`, in seconds, with an `x` behind for a cancelled one, `*` for one still open."""
    return [_passage(number, step) for number, step in enumerate(steps)]


def _passage(number: int, step: str) -> HistoricActivity:
    node, _, times = step.rpartition(" ")
    begun, _, left = times.rstrip("x*").partition("-")
    end = None if times.endswith("*") else NOON + timedelta(seconds=int(left))
    start = NOON + timedelta(seconds=int(begun))
    facts = (f"{node}:{number}", node, "task", None, "i", None, start, end)
    return HistoricActivity(*facts, canceled=times.endswith("x"), parent_id="i")


def taken(*steps: str) -> list[str]:
    return [flow.id for flow in cover("order", 1, MODEL, [passages(*steps)]).taken]


def test_what_was_passed_is_told_apart_from_what_was_not():
    coverage = cover("order", 3, MODEL, [passages("start 0-0", "work 0-5*")])
    assert [node.id for node in coverage.passed] == ["start", "work"]
    assert coverage.text().splitlines() == [
        "order (version 3): 23 %, 2 of 7 nodes, 1 of 6 sequence flows, in 1 instance",
        "  not passed: 'late' (boundaryEvent)",
        "  not passed: 'ok?' (exclusiveGateway)",
        "  not passed: 'merge' (exclusiveGateway)",
        "  not passed: 'scope' (subProcess)",
        "  not passed: 'inner' (startEvent)",
        "  not taken:  'Work hard' to 'ok?'",
        "  not taken:  'late' to 'merge'",
        "  not taken:  'ok?' to 'merge' (Yes)",
        "  not taken:  'ok?' to 'Work hard'",
        "  not taken:  'merge' to 'scope'",
    ]


def test_instances_add_up():
    one, other = passages("start 0-0", "work 0-1"), passages("late 0-0", "merge 0-0")
    coverage = cover("order", 1, MODEL, [one, other])
    assert [flow.id for flow in coverage.taken] == ["in", "too late"]
    assert coverage.instances == 2


def test_a_model_that_no_instance_ran_is_covered_not_at_all():
    assert cover("order", 1, MODEL, []).percent == 0


def test_a_gateway_that_chooses_was_left_one_way():
    assert taken("ok? 0-0", "merge 0-1") == ["yes"]
    assert taken("ok? 0-0", "work 0-1", "ok? 1-1", "merge 1-1") == ["done", "yes", "again"]


def test_a_cancelled_passage_leads_nowhere():
    assert taken("ok? 0-0", "work 0-3x", "late 3-3", "merge 3-3") == ["too late", "again"]


def test_flows_do_not_cross_scopes():
    start, work = passages("start 0-0", "work 0-1")
    elsewhere = HistoricActivity(**{**vars(work), "parent_id": "another scope"})
    assert cover("order", 1, MODEL, [[start, elsewhere]]).taken == ()


def test_the_runs_of_a_multi_instance_activity_are_one_passage():
    start, body = passages("start 0-0", "work#multiInstanceBody 0-3")
    runs = [HistoricActivity(**{**vars(run), "parent_id": body.id}) for run in passages("work 1-2", "work 1-3")]
    end = passages("ok? 3-3")
    coverage = cover("order", 1, MODEL, [[start, body, *runs, *end]])
    assert [flow.id for flow in coverage.taken] == ["in", "done"]
    assert [node.id for node in coverage.passed] == ["start", "work", "ok?"]


def test_a_process_that_is_not_in_the_model_is_named():
    with pytest.raises(ModelUnreadable, match=r"^The BPMN model has no process 'odrer'\.$"):
        cover("odrer", 1, MODEL, [])


def test_names_of_a_model_cannot_break_the_page():
    model = MODEL.replace('name="Yes"', 'name="&lt;/script>&lt;img src=x>{{script}}"')
    page = render([cover("order", 1, model, [])])
    assert "<img src=x" not in page
    assert "&lt;/script&gt;&lt;img src=x&gt;{{script}}" in page
