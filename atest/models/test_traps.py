"""Engines accept these models, and do otherwise than it looks."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineFailed
from CamundaLibrary.models import Model
from CamundaLibrary.variables import encode_all

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">"""
GATEWAY = """
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="task"/>
    <serviceTask id="task" camunda:type="external" camunda:topic=" {key}"/>
    <sequenceFlow id="b" sourceRef="task" targetRef="gate"/><{kind} id="gate"/>
    <sequenceFlow id="one" sourceRef="gate" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">${{1 == 2}}</conditionExpression></sequenceFlow>
    <sequenceFlow id="two" sourceRef="gate" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">${{1 == 3}}</conditionExpression></sequenceFlow>
    <endEvent id="end"/>
  </process>
</definitions>"""
CALL = """
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="call"/>
    <callActivity id="call" calledElement="{key}-called"/><sequenceFlow id="b" sourceRef="call" targetRef="wait"/>
    <userTask id="wait"/>
  </process>
  <process id="{key}-called" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="begin"/><sequenceFlow id="c" sourceRef="begin" targetRef="work"/>
    <serviceTask id="work" camunda:type="external" camunda:topic="{key}"/>
  </process>
</definitions>"""


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_without_a_default_flow_whoever_completed_the_task_before_gets_the_error(
    engine: Engine, deploy: Callable[..., str], unique: Callable[[str], str], kind: str
) -> None:
    key = unique("gate")
    model = HEAD + GATEWAY.format(key=key, kind=kind)
    assert [trap.element_id for trap in Model.parse(model).traps()] == ["gate", "task"]
    deploy(model)
    instance = engine.processes.start(key)
    (task,) = engine.external_tasks.list(process_instance_id=instance.id)
    assert task.topic == f" {key}"
    engine.external_tasks.lock(task.id, "atest", timedelta(minutes=1))
    with pytest.raises(
        EngineFailed, match="No outgoing sequence flow for the element with id 'gate' could be selected"
    ):
        engine.external_tasks.complete(task.id, "atest", {}, {})


def test_a_call_passes_no_variables_by_itself(
    engine: Engine, deploy: Callable[..., str], unique: Callable[[str], str]
) -> None:
    key = unique("call")
    model = HEAD + CALL.format(key=key)
    assert [trap.element_id for trap in Model.parse(model).traps()] == ["call"]
    deploy(model)
    instance = engine.processes.start(key, variables=encode_all({"given": 1}))
    (task,) = engine.external_tasks.list(topic=key)
    assert task.process_instance_id != instance.id
    assert engine.variables.visible_from(task.execution_id).all() == {}
    engine.external_tasks.lock(task.id, "atest", timedelta(minutes=1))
    engine.external_tasks.complete(task.id, "atest", encode_all({"found": 2}), {})
    assert set(engine.variables.of_process_instance(instance.id).all()) == {"given"}
