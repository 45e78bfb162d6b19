"""The events of a model that catch BPMN errors, each at the scope it guards."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from CamundaLibrary.models.document import NAMES

_ErrorCodes = Mapping[str | None, str | None]


class Catcher(NamedTuple):
    """An event that catches BPMN errors.

    `error_code` None catches all. `event_sub_process_id` is that of the event sub-process which the event starts; None
    for a boundary event.
    """

    event_id: str
    error_code: str | None
    event_sub_process_id: str | None = None

    def catches(self, error_code: str) -> bool:
        return self.error_code is None or self.error_code == error_code

    @property
    def precedence(self) -> tuple[bool, bool]:
        """Sorts the catchers of one scope as the engine asks them.

        A sub-process is one scope with both its event sub-processes (inside) and its boundary events (outside): inside
        comes first, even if only the outside names the code. Of the same kind, named codes come first.
        """
        return self.event_sub_process_id is None, self.error_code is None


def find_catchers(definitions: Element) -> dict[str, list[Catcher]]:
    """Returns the catchers by the id of the scope (activity or process) they guard, first asked first."""
    codes = {error.get("id"): error.get("errorCode") for error in definitions.iterfind("bpmn:error", NAMES)}
    catchers = defaultdict(list)
    for scope_id, catcher in _find_boundary_events(definitions, codes):
        catchers[scope_id].append(catcher)
    for scope in definitions.iter():
        catchers[scope.get("id", "")].extend(_find_event_sub_processes(scope, codes))
    return {scope_id: sorted(found, key=lambda each: each.precedence) for scope_id, found in catchers.items() if found}


def _find_boundary_events(definitions: Element, codes: _ErrorCodes) -> Iterator[tuple[str, Catcher]]:
    for event in definitions.iterfind(".//bpmn:boundaryEvent[bpmn:errorEventDefinition]", NAMES):
        yield event.get("attachedToRef", "").strip(), Catcher(event.get("id", ""), _caught_code(event, codes))


def _find_event_sub_processes(scope: Element, codes: _ErrorCodes) -> Iterator[Catcher]:
    for sub_process in scope.iterfind("bpmn:subProcess[@triggeredByEvent='true']", NAMES):
        for event in sub_process.iterfind("bpmn:startEvent[bpmn:errorEventDefinition]", NAMES):
            yield Catcher(event.get("id", ""), _caught_code(event, codes), sub_process.get("id", ""))


def _caught_code(event: Element, codes: _ErrorCodes) -> str | None:
    """Returns the code as it stands in the model: the engine takes expressions and unknown references literally."""
    reference = next(event.iterfind("bpmn:errorEventDefinition", NAMES)).get("errorRef")
    if reference is None:
        return None
    return codes.get(reference.strip(), reference.strip())
