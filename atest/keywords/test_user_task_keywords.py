"""Keywords on tasks for people, used from a suite."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves it out
sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))

from small_models import END, START, flow, process, write_model
from suites import run_suite

from CamundaLibrary.engines.contract import Engine

REVIEW = process(
    START
    + '<userTask id="review" name="Review" camunda:candidateUsers="kim" camunda:candidateGroups="sales"'
    + ' camunda:priority="70" camunda:dueDate="2030-01-31T12:00:00"'
    + ' camunda:formKey="camunda-forms:deployment:review.html">'
    + '<extensionElements><camunda:formData><camunda:formField id="pages" type="long"/></camunda:formData>'
    + "</extensionElements></userTask>"
    + END
    + flow("start", "review", "end")
    + '<boundaryEvent id="failed" attachedToRef="review"><errorEventDefinition errorRef="error"/></boundaryEvent>'
    + '<boundaryEvent id="late" attachedToRef="review" cancelActivity="false">'
    + '<escalationEventDefinition escalationRef="escalation"/></boundaryEvent>'
    + '<endEvent id="bad"/><userTask id="help"/>'
    + flow("failed", "bad")
    + flow("late", "help")
)
REVIEW += '<error id="error" errorCode="damaged"/><escalation id="escalation" escalationCode="slow"/>'


def test_the_suite_of_user_tasks_passes(tmp_path: Path, engine: Engine, unique: Callable[[str], str]) -> None:
    key = unique("review")
    model, form = tmp_path / "review.bpmn", tmp_path / "review.html"
    model.write_text(write_model(key, REVIEW))
    form.write_text("<form>review</form>")
    deployment = engine.deployments.create(key, [model, form])
    try:
        run_suite("user_tasks.robot", tmp_path, URL=engine.url, KEY=key)
    finally:
        engine.deployments.delete(deployment.id, cascade=True)
