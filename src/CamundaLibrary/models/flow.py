"""The flow of a process: what can be passed, and the ways between."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from CamundaLibrary.models.document import NAMES, ModelUnreadable

_SCOPES = ("subProcess", "transaction", "adHocSubProcess")
_PREFIX = f"{{{NAMES['bpmn']}}}"


class FlowNode(NamedTuple):
    """An activity, event or gateway. `type` is the name of its element in BPMN: `serviceTask`."""

    id: str
    name: str | None
    type: str


class SequenceFlow(NamedTuple):
    """The way from one flow node (its id) to another."""

    id: str
    name: str | None
    source: str
    target: str


class Flow(NamedTuple):
    """What a process, with all its sub-processes, is made of, in the order of its file."""

    nodes: tuple[FlowNode, ...]
    sequence_flows: tuple[SequenceFlow, ...]


def read_flow(definitions: Element, process_id: str) -> Flow:
    """Returns the flow of one process of a model. Raises ModelUnreadable if it is not there."""
    process = definitions.find(f"bpmn:process[@id='{process_id}']", NAMES)
    if process is None:
        raise ModelUnreadable(f"The BPMN model has no process '{process_id}'.")
    elements = list(_flow_elements(process))
    return Flow(
        tuple(FlowNode(_id(each), each.get("name"), kind) for kind, each in elements if kind != "sequenceFlow"),
        tuple(_sequence_flow(each) for kind, each in elements if kind == "sequenceFlow"),
    )


def _flow_elements(scope: Element) -> Iterator[tuple[str, Element]]:
    for element in scope.iterfind("bpmn:*[@id]", NAMES):
        kind = element.tag.removeprefix(_PREFIX)
        if _is_flow_element(kind):
            yield kind, element
        if kind in _SCOPES:
            yield from _flow_elements(element)


def _is_flow_element(kind: str) -> bool:
    is_node = kind.endswith(("Task", "Event", "Gateway")) or kind in ("task", "callActivity", *_SCOPES)
    return is_node or kind == "sequenceFlow"


def _sequence_flow(element: Element) -> SequenceFlow:
    return SequenceFlow(_id(element), element.get("name"), element.get("sourceRef", ""), element.get("targetRef", ""))


def _id(element: Element) -> str:
    return element.get("id", "")
