"""What is between `<definitions>` and `</definitions>` of small models; `{key}` becomes a name of the test."""

from itertools import pairwise

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="atest">'
)


def write_model(key: str, content: str) -> str:
    """Returns a whole BPMN file."""
    return f"{_HEAD}{content.replace('{key}', key)}</definitions>"


def process(content: str, attributes: str = "") -> str:
    """Returns a process that can run."""
    return (
        f'<process id="{{key}}" name="Process of a test" isExecutable="true" camunda:historyTimeToLive="P1D"'
        f" {attributes}>{content}</process>"
    )


def flow(*ids: str) -> str:
    """Returns sequence flows from each to the next."""
    pairs = pairwise(ids)
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)


def external(id: str = "task", content: str = "", attributes: str = "") -> str:
    """Returns an external task of the topic `{key}`."""
    return (
        f'<serviceTask id="{id}" name="Work" camunda:type="external" camunda:topic="{{key}}" {attributes}>'
        f"{content}</serviceTask>"
    )


START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'

ONE_TASK = process(START + external() + END + flow("start", "task", "end"))

PROPERTIES = (
    "<extensionElements><camunda:properties>"
    '<camunda:property name="robot.suite" value="tasks.robot"/><camunda:property name="ä" value=""/>'
    "</camunda:properties></extensionElements>"
)
TASK_WITH_PROPERTIES = process(
    START + external(content=PROPERTIES, attributes='camunda:taskPriority="7"') + END + flow("start", "task", "end"),
    'camunda:versionTag="1.2"',
)

INPUT = (
    "<extensionElements><camunda:inputOutput>"
    '<camunda:inputParameter name="query">${query}</camunda:inputParameter>'
    "</camunda:inputOutput></extensionElements>"
)
TASK_WITH_INPUT = process(START + external(content=INPUT) + END + flow("start", "task", "end"))

CAUGHT = process(
    START
    + external()
    + END
    + flow("start", "task", "end")
    + '<boundaryEvent id="caught" attachedToRef="task">'
    + '<errorEventDefinition errorRef="error" camunda:errorCodeVariable="code" camunda:errorMessageVariable="message"/>'
    + '</boundaryEvent><endEvent id="not_found"/>'
    + flow("caught", "not_found")
)
CAUGHT += '<error id="error" errorCode="not_found"/>'

BROKEN_CONDITION = process(
    START
    + external()
    + END
    + flow("start", "task")
    + '<sequenceFlow id="condition" sourceRef="task" targetRef="end">'
    + '<conditionExpression xsi:type="tFormalExpression">${acepted}</conditionExpression></sequenceFlow>'
)

PARALLEL_TASKS = process(
    START
    + external(
        content="<multiInstanceLoopCharacteristics><loopCardinality>10</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    + END
    + flow("start", "task", "end")
)

USER_TASK = process(
    START
    + '<userTask id="review" name="Review" camunda:formKey="form" camunda:priority="70"'
    + ' camunda:dueDate="2030-01-31T12:00:00"/>'
    + END
    + flow("start", "review", "end")
)

WAITS_FOR_MESSAGE = process(
    START
    + '<intermediateCatchEvent id="waiting"><messageEventDefinition messageRef="message"/></intermediateCatchEvent>'
    + END
    + flow("start", "waiting", "end")
)
WAITS_FOR_MESSAGE += '<message id="message" name="{key} arrived"/>'

CALLS_ANOTHER = process(
    START + '<callActivity id="call" calledElement="{key}-called"/>' + END + flow("start", "call", "end")
)
CALLS_ANOTHER += (
    '<process id="{key}-called" isExecutable="true" camunda:historyTimeToLive="P1D">'
    '<startEvent id="begin"/><userTask id="wait"/>' + flow("begin", "wait") + "</process>"
)
