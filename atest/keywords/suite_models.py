"""Models of the suites in this folder; `{key}` becomes a name of the test run."""

from pathlib import Path

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
REVIEW = """
<process id="{key}-review" name="Review {key}" isExecutable="true" camunda:historyTimeToLive="P1D"
    camunda:versionTag="{tag}">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="{task}"/>
  <userTask id="{task}" name="{name}"/><sequenceFlow id="b" sourceRef="{task}" targetRef="book"/>
  <userTask id="book" name="Book it"/><sequenceFlow id="c" sourceRef="book" targetRef="end"/>
  <endEvent id="end" name="Booked"/>
  <boundaryEvent id="late" name="Too late" attachedToRef="{task}">
    <timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
  <sequenceFlow id="d" sourceRef="late" targetRef="forgotten"/><endEvent id="forgotten"/>
</process>"""
WORK = """
<process id="{key}-work" isExecutable="true" camunda:historyTimeToLive="P1D">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="work"/>
  <serviceTask id="work" name="Work" camunda:type="external" camunda:topic="{key}"/>
  <sequenceFlow id="b" sourceRef="work" targetRef="end"/><endEvent id="end"/>
</process>
<process id="{key}-calls" isExecutable="true" camunda:historyTimeToLive="P1D">
  <startEvent id="begin"/><sequenceFlow id="e" sourceRef="begin" targetRef="call"/>
  <callActivity id="call" calledElement="{key}-work"/>
  <sequenceFlow id="f" sourceRef="call" targetRef="done"/><endEvent id="done"/>
</process>"""
STEP = """
<process id="{key}-step" isExecutable="true" camunda:historyTimeToLive="P1D">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="step"/>
  <serviceTask id="step" name="Step" camunda:asyncBefore="true" camunda:expression="${ok}">
    <extensionElements><camunda:failedJobRetryTimeCycle>R1/PT1S</camunda:failedJobRetryTimeCycle></extensionElements>
  </serviceTask>
  <sequenceFlow id="b" sourceRef="step" targetRef="end"/><endEvent id="end"/>
</process>"""


def write_models(folder: Path, key: str) -> None:
    """Writes `review-1.bpmn` and `review-2.bpmn`, two versions of one process, `work.bpmn` and `step.bpmn`."""
    versions = {"review-1": ("1.0", "review", "Review it"), "review-2": ("2.0", "check", "Check it")}
    for name, (tag, task, label) in versions.items():
        review = REVIEW.replace("{tag}", tag).replace("{task}", task).replace("{name}", label)
        _write(folder / f"{name}.bpmn", key, review)
    _write(folder / "work.bpmn", key, WORK)
    _write(folder / "step.bpmn", key, STEP)
    (folder / "review-2.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")


def _write(path: Path, key: str, content: str) -> None:
    path.write_text(f"{HEAD}{content.replace('{key}', key)}</definitions>", encoding="utf-8")
