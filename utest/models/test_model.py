"""Models as text, and what we read in them. `atest/models` proves the rules on the engine."""

from pathlib import Path

import pytest

from CamundaLibrary.errors import CamundaLibraryError
from CamundaLibrary.models import Catcher, Model, ModelUnreadable

RULES = Path(__file__).parents[2] / "atest" / "models" / "errors"
ONE_PROCESS = sorted(path for path in RULES.glob("*.bpmn") if not path.stem.startswith("call_activity"))


def read(body: str, extensions: str = "http://camunda.org/schema/1.0/bpmn") -> Model:
    return Model.parse(
        f"""<?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:engine="{extensions}">
          <bpmn:error id="named" errorCode="x"/>
          <bpmn:error id="codeless"/>
          <bpmn:error id="empty" errorCode=""/>
          <bpmn:error id="expression" errorCode="${{code}}"/>
          <bpmn:process id="process">{body}</bpmn:process>
        </bpmn:definitions>"""
    )


def test_the_rules_are_there() -> None:
    assert len(ONE_PROCESS) == 31


@pytest.mark.parametrize("path", ONE_PROCESS, ids=lambda path: path.stem)
def test_catcher_of_each_rule(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = "catcher" if 'id="catcher"' in text else None

    catcher = Model.parse(text).catcher("task", "x")

    assert (catcher and catcher.event_id) == expected


@pytest.mark.parametrize(
    ("definition", "caught", "not_caught"),
    [
        ("<bpmn:errorEventDefinition/>", ["x", "y", "${code}"], []),
        ('<bpmn:errorEventDefinition errorRef="named"/>', ["x"], ["y", "X", "named"]),
        ('<bpmn:errorEventDefinition errorRef=" named "/>', ["x"], [" x "]),
        ('<bpmn:errorEventDefinition errorRef="codeless"/>', ["x", "y"], []),
        ('<bpmn:errorEventDefinition errorRef="empty"/>', [], ["x"]),
        ('<bpmn:errorEventDefinition errorRef="expression"/>', ["${code}"], ["x"]),
        ('<bpmn:errorEventDefinition errorRef="unknown"/>', ["unknown"], ["x"]),
        ('<bpmn:timerEventDefinition id="timer"/>', [], ["x"]),
    ],
)
def test_codes_that_a_boundary_event_catches(definition: str, caught: list[str], not_caught: list[str]) -> None:
    model = read(
        f"""<bpmn:serviceTask id="task"/>
        <bpmn:boundaryEvent id="event" attachedToRef="task">{definition}</bpmn:boundaryEvent>"""
    )

    assert [code for code in [*caught, *not_caught] if model.catcher("task", code)] == caught


def test_a_catcher_tells_event_code_and_event_sub_process() -> None:
    model = read(
        """<bpmn:serviceTask id="task"/>
        <bpmn:boundaryEvent id="boundary" attachedToRef="task">
          <bpmn:errorEventDefinition errorRef="named"/>
        </bpmn:boundaryEvent>
        <bpmn:subProcess id="rescue" triggeredByEvent="true">
          <bpmn:startEvent id="started"><bpmn:errorEventDefinition/></bpmn:startEvent>
        </bpmn:subProcess>"""
    )

    assert model.catcher("task", "x") == Catcher("boundary", "x")
    assert model.catcher("task", "y") == Catcher("started", None, "rescue")


CALL_IN_EVENT_SUB_PROCESS = """
    <bpmn:subProcess id="rescue" triggeredByEvent="true">
      <bpmn:startEvent id="started"><bpmn:errorEventDefinition/></bpmn:startEvent>
      <bpmn:callActivity id="call"/>
      <bpmn:serviceTask id="task"/>
    </bpmn:subProcess>"""


def test_an_event_sub_process_catches_the_errors_of_processes_called_from_within() -> None:
    model = read(CALL_IN_EVENT_SUB_PROCESS)

    assert model.catcher("call", "x") is None
    assert model.catcher_behind_call("call", "x", thrown_by=None) == Catcher("started", None, "rescue")


def test_an_event_sub_process_does_not_catch_its_own_errors_thrown_in_a_process_that_calls_itself() -> None:
    assert read(CALL_IN_EVENT_SUB_PROCESS).catcher_behind_call("call", "x", thrown_by="task") is None


def test_call_activities_of_all_scopes() -> None:
    assert read(CALL_IN_EVENT_SUB_PROCESS + '<bpmn:callActivity id="other"/>').call_activities() == ["call", "other"]


@pytest.mark.parametrize("engine", ["http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn"])
class TestExtensionsOf:
    def test_input_parameters_are_local(self, engine: str) -> None:
        model = read(
            """<bpmn:subProcess id="around">
              <bpmn:extensionElements>
                <engine:inputOutput><engine:inputParameter name="outer">1</engine:inputParameter></engine:inputOutput>
              </bpmn:extensionElements>
              <bpmn:serviceTask id="task">
                <bpmn:extensionElements>
                  <engine:inputOutput>
                    <engine:inputParameter name="query">${query}</engine:inputParameter>
                    <engine:inputParameter name="Größe / cm"><engine:list/></engine:inputParameter>
                    <engine:outputParameter name="result">${found}</engine:outputParameter>
                  </engine:inputOutput>
                  <engine:connector>
                    <engine:inputOutput><engine:inputParameter name="url"/></engine:inputOutput>
                  </engine:connector>
                </bpmn:extensionElements>
              </bpmn:serviceTask>
            </bpmn:subProcess>""",
            engine,
        )

        assert model.local_names("task") == {"query", "Größe / cm"}

    def test_loop_variables_are_local(self, engine: str) -> None:
        model = read(
            """<bpmn:serviceTask id="task">
              <bpmn:multiInstanceLoopCharacteristics engine:collection="comics" engine:elementVariable="comic"/>
            </bpmn:serviceTask>
            <bpmn:serviceTask id="standard">
              <bpmn:multiInstanceLoopCharacteristics>
                <bpmn:loopDataInputRef>comics</bpmn:loopDataInputRef><bpmn:inputDataItem name="page"/>
              </bpmn:multiInstanceLoopCharacteristics>
            </bpmn:serviceTask>""",
            engine,
        )
        counters = {"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"}

        assert model.local_names("task") == {"comic", *counters}
        assert model.local_names("standard") == {"page", *counters}

    def test_extension_properties(self, engine: str) -> None:
        model = read(
            """<bpmn:serviceTask id="task">
              <bpmn:extensionElements>
                <engine:properties>
                  <engine:property name="robot.timeout" value="10m"/><engine:property name="note" value="a &lt; b"/>
                </engine:properties>
              </bpmn:extensionElements>
            </bpmn:serviceTask>""",
            engine,
        )

        assert model.extension_properties("task") == {"robot.timeout": "10m", "note": "a < b"}


def test_a_plain_task_has_neither_local_names_nor_properties() -> None:
    model = read('<bpmn:serviceTask id="task"/>')

    assert model.local_names("task") == frozenset()
    assert model.extension_properties("task") == {}


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE_REFUSED = "The BPMN model has a document type (DOCTYPE), which is refused."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The BPMN model is not well-formed XML: no element found: line 1, column 0."),
        ("<html><br></html>", "The BPMN model is not well-formed XML: mismatched tag: line 1, column 12."),
        (
            "<a>\ud800</a>",
            "The BPMN model is not well-formed XML: 'utf-8' codec can't encode character '\\ud800' "
            "in position 3: surrogates not allowed.",
        ),
        ("<html/>", "The BPMN model starts with 'html' instead of 'definitions' of BPMN 2.0."),
        ("<definitions/>", "The BPMN model starts with 'definitions' instead of 'definitions' of BPMN 2.0."),
        ("<!DOCTYPE html><html/>", DOCTYPE_REFUSED),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', DOCTYPE_REFUSED),
        ('<!DOCTYPE a [<!ENTITY file SYSTEM "file:///etc/passwd">]><a>&file;</a>', DOCTYPE_REFUSED),
        (f'<!DOCTYPE a [<!ENTITY a0 "a">{ENTITIES}]><a>&a9;</a>', DOCTYPE_REFUSED),
    ],
    ids=["empty", "broken", "surrogate", "html", "no namespace", "doctype", "external DTD", "external entity", "bomb"],
)
def test_what_is_no_model_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ModelUnreadable) as refused:
        Model.parse(text)

    assert str(refused.value) == sentence
    assert isinstance(refused.value, CamundaLibraryError)


def test_an_unknown_activity_is_refused_with_a_sentence() -> None:
    model = read('<bpmn:serviceTask id="task"/>')

    for question in (lambda: model.catcher("gone", "x"), lambda: model.local_names("gone")):
        with pytest.raises(ModelUnreadable, match=r"^The BPMN model has no activity 'gone'\.$"):
            question()
