"""The library CamundaLibrary.Engine, used from a suite as users do."""

import subprocess
import sys
from pathlib import Path

import pytest

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="review"/>
    <userTask id="review" name="Review it"/><sequenceFlow id="b" sourceRef="review" targetRef="decision"/>
    <exclusiveGateway id="decision" default="no"/>
    <sequenceFlow id="yes" sourceRef="decision" targetRef="accepted">
      <conditionExpression xsi:type="tFormalExpression">${{accepted}}</conditionExpression></sequenceFlow>
    <sequenceFlow id="no" sourceRef="decision" targetRef="rejected"/>
    <endEvent id="accepted"/><endEvent id="rejected"/>
  </process>
</definitions>"""


def run_suite(tmp_path: Path, url: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "robot", "--rpa", "-d", str(tmp_path / "output"), "--variable", f"URL:{url}"]
    for name, value in variables.items():
        command += ["--variable", f"{name.upper()}:{value}"]
    suite = str(Path(__file__).with_name("engine.robot"))
    return subprocess.run([*command, suite], capture_output=True, text=True, timeout=120)


def test_the_suite_of_the_engine_library_passes(tmp_path: Path, engine, unique, start_task, run_robot) -> None:
    key = unique("engine-keywords")
    model = tmp_path / f"{key}.bpmn"
    model.write_text(MODEL.format(key=key))
    task = start_task()
    for text in ("first try", "second try"):
        run_robot(f"    Fail    {text}", task_id=task.id)
    try:
        run = run_suite(tmp_path, engine.url, process=key, model=str(model), with_logs=task.instance)
    finally:
        for deployment in {
            each.process_definition_id for each in engine.history.process_instances(process_definition_key=key)
        }:
            engine.deployments.delete(engine.definitions.get(deployment).deployment_id, cascade=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("base_ulr=x", "There is no library argument 'base_ulr'. Did you mean 'base_url'?"),
        ("timeout=soon", "The library argument 'timeout' is wrong: 'soon' is no duration."),
    ],
)
def test_a_wrong_library_argument_is_said_where_the_library_is_imported(
    tmp_path: Path, argument: str, sentence: str
) -> None:
    suite = tmp_path / "x.robot"
    suite.write_text(
        f"*** Settings ***\nLibrary    CamundaLibrary.Engine    {argument}\n*** Tasks ***\nA\n    Start Process    x\n"
    )
    command = [sys.executable, "-m", "robot", "--output", "NONE", "--log", "NONE", "--report", "NONE", str(suite)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert run.returncode == 1
    assert sentence in run.stderr
