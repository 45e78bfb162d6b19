"""What is said of models that engines accept and do otherwise than it looks. `atest/models` shows that they do."""

from pathlib import Path

import pytest

from CamundaLibrary.models import Model, Trap

MODELS = sorted((Path(__file__).parents[2] / "robots").rglob("*.bpmn"))


def traps(body: str, engine: str = "http://camunda.org/schema/1.0/bpmn") -> list[Trap]:
    return Model.parse(
        f"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="{engine}">
          <bpmn:process id="process">{body}</bpmn:process>
        </bpmn:definitions>"""
    ).traps()


def call(mappings: str) -> str:
    return f"""<bpmn:callActivity id="call" name="Create client" calledElement="client">
        <bpmn:extensionElements>{mappings}</bpmn:extensionElements></bpmn:callActivity>"""


def gateway(kind: str, flows: str, default: str = "") -> str:
    return f'<bpmn:{kind} id="gate" name="Valid?" {default}/>{flows}'


def flow(id: str, condition: str = "<bpmn:conditionExpression>${a}</bpmn:conditionExpression>") -> str:
    return f'<bpmn:sequenceFlow id="{id}" sourceRef="gate" targetRef="end">{condition}</bpmn:sequenceFlow>'


MEND = 'list them as in and out mappings, or all of them by variables="all".'
NOTHING = f"Call activity 'Create client' (call) hands over no variables, and takes none back: {MEND}"


@pytest.mark.parametrize(
    ("mappings", "expected"),
    [
        ("", [NOTHING]),
        ('<camunda:in businessKey="#{execution.processBusinessKey}"/>', [NOTHING]),
        (
            '<camunda:out source="id" target="client_id"/>',
            [f"Call activity 'Create client' (call) hands over no variables: {MEND}"],
        ),
        ('<camunda:in variables="all"/>', []),
        ('<camunda:in sourceExpression="${a}" target="a"/><camunda:out variables="all"/>', []),
    ],
)
def test_a_call_that_passes_no_variables(mappings: str, expected: list[str]) -> None:
    assert traps(call(mappings)) == [Trap("call", sentence) for sentence in expected]
    assert traps(call(mappings), "http://operaton.org/schema/1.0/bpmn") == [Trap("call", each) for each in expected]


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_a_gateway_where_it_may_be_that_no_condition_holds(kind: str) -> None:
    (trap,) = traps(gateway(kind, flow("one") + flow("two")))
    assert trap == Trap(
        "gate",
        "Gateway 'Valid?' (gate) has no default flow: where no condition holds, the instance cannot go on, "
        "and whoever completed the task before it gets the error.",
    )


@pytest.mark.parametrize(
    "model",
    [
        gateway("exclusiveGateway", flow("one") + flow("two"), 'default="two"'),
        gateway("exclusiveGateway", flow("one") + flow("two", condition="")),
        gateway("exclusiveGateway", flow("one")),
        gateway("parallelGateway", flow("one") + flow("two")),
    ],
    ids=["default", "one without condition", "one way", "parallel"],
)
def test_a_gateway_with_a_way_out(model: str) -> None:
    assert traps(model) == []


def test_topics_that_look_like_others() -> None:
    topics = ("block-room", "Block-Room", " block-room", "create-booking", "block-room")
    tasks = [f'<bpmn:serviceTask id="t{n}" camunda:topic="{topic}"/>' for n, topic in enumerate(topics)]
    assert [trap.sentence for trap in traps("".join(tasks))] == [
        "Topic 'Block-Room' of 't1' is another one than 'block-room'.",
        "Topic ' block-room' of 't2' has spaces around it, which belong to its name.",
    ]


def test_variables_that_no_expression_can_name() -> None:
    inner = """<bpmn:serviceTask id="task"><bpmn:extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="first name">a</camunda:inputParameter>
        <camunda:outputParameter name="größe_2">a</camunda:outputParameter>
      </camunda:inputOutput></bpmn:extensionElements></bpmn:serviceTask>
      <bpmn:startEvent id="start"><bpmn:extensionElements><camunda:formData>
        <camunda:formField id="check-in"/></camunda:formData></bpmn:extensionElements></bpmn:startEvent>"""
    mend = "cannot be named in expressions: use letters, digits and underscores."
    assert [trap.sentence for trap in traps(inner)] == [
        f"Variable 'first name' of 'task' {mend}",
        f"Variable 'check-in' of 'start' {mend}",
    ]
    assert [
        trap.sentence for trap in traps(call('<camunda:in source="a" target="2a"/><camunda:out variables="all"/>'))
    ] == [f"Variable '2a' of 'Create client' (call) {mend}"]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_examples_have_none(path: Path) -> None:
    assert Model.parse(path.read_text("utf-8")).traps() == []
