"""What engines accept in a model, and do otherwise than its author expects.

The facts are those of Camunda 7.24 and its forks, tried.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from CamundaLibrary.models.document import NAMES, extension_attribute, find_extensions

_VARIABLE = re.compile(r"[^\W\d]\w*")


class Trap(NamedTuple):
    """The id of an element of the model, and a sentence that says what is wrong and how to mend it."""

    element_id: str
    sentence: str


def find_traps(definitions: Element) -> list[Trap]:
    """Returns all that is known to be one, rule by rule."""
    return [
        *_calls_without_variables(definitions),
        *_gateways_without_a_way_out(definitions),
        *_misleading_topics(definitions),
        *_variables_out_of_reach(definitions),
    ]


def _calls_without_variables(definitions: Element) -> Iterator[Trap]:
    """A call that hands over some may well take nothing back; a business key is no variable."""
    for call in definitions.iterfind(".//bpmn:callActivity", NAMES):
        if not any(_is_mapping(each) for each in find_extensions(call, "in")):
            takes_back = any(_is_mapping(each) for each in find_extensions(call, "out"))
            also = "" if takes_back else ", and takes none back"
            mend = 'list them as in and out mappings, or all of them by variables="all"'
            yield Trap(_id(call), f"Call activity {_named(call)} hands over no variables{also}: {mend}.")


def _is_mapping(mapping: Element) -> bool:
    return any(mapping.get(name) for name in ("variables", "source", "sourceExpression"))


def _gateways_without_a_way_out(definitions: Element) -> Iterator[Trap]:
    flows = defaultdict(list)
    for flow in definitions.iterfind(".//bpmn:sequenceFlow", NAMES):
        flows[flow.get("sourceRef")].append(flow)
    for kind in ("exclusiveGateway", "inclusiveGateway"):
        for gateway in definitions.iterfind(f".//bpmn:{kind}", NAMES):
            ways = flows[_id(gateway)]
            has_conditions = all(way.find("bpmn:conditionExpression", NAMES) is not None for way in ways)
            if len(ways) > 1 and has_conditions and not gateway.get("default"):
                yield Trap(
                    _id(gateway),
                    f"Gateway {_named(gateway)} has no default flow: where no condition holds, the instance cannot "
                    "go on, and whoever completed the task before it gets the error.",
                )


def _misleading_topics(definitions: Element) -> Iterator[Trap]:
    spellings: dict[str, str] = {}
    for task in definitions.iter():
        topic = extension_attribute(task, "topic")
        if topic is None:
            continue
        if topic != topic.strip():
            yield Trap(_id(task), f"Topic '{topic}' of {_named(task)} has spaces around it, which belong to its name.")
        known = spellings.setdefault(topic.strip().lower(), topic)
        if known.strip() != topic.strip():
            yield Trap(_id(task), f"Topic '{topic}' of {_named(task)} is another one than '{known}'.")


def _variables_out_of_reach(definitions: Element) -> Iterator[Trap]:
    for element in definitions.iter():
        for name in _variables(element):
            if not _VARIABLE.fullmatch(name):
                yield Trap(
                    _id(element),
                    f"Variable '{name}' of {_named(element)} cannot be named in expressions: "
                    "use letters, digits and underscores.",
                )


def _variables(element: Element) -> Iterator[str]:
    for path in ("inputOutput/inputParameter", "inputOutput/outputParameter"):
        yield from (each.get("name", "") for each in find_extensions(element, path))
    for direction in ("in", "out"):
        yield from (name for each in find_extensions(element, direction) if (name := each.get("target")) is not None)
    yield from (each.get("id", "") for each in find_extensions(element, "formData/formField"))


def _named(element: Element) -> str:
    """Returns name and id, or the id alone."""
    name = " ".join((element.get("name") or "").split())
    return f"'{name}' ({_id(element)})" if name else f"'{_id(element)}'"


def _id(element: Element) -> str:
    return element.get("id", "")
