"""One BPMN model and the questions it answers."""

from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from CamundaLibrary.models.document import (
    NAMES,
    ModelUnreadable,
    extension_attribute,
    find_extensions,
    read_definitions,
)
from CamundaLibrary.models.error_events import Catcher, find_catchers
from CamundaLibrary.models.flow import Flow, read_flow
from CamundaLibrary.models.traps import Trap, find_traps

_LOOP_COUNTERS = ("loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")


class Model:
    """A BPMN file with one or more processes.

    Rules are those of Camunda 7 and its forks (`BpmnParse` and `BpmnExceptionHandler` of the engine, tried on 7.24).
    All methods raise ModelUnreadable for an activity that the model does not have.
    """

    def __init__(self, definitions: Element) -> None:
        self._definitions = definitions
        self._elements = {element.get("id"): element for element in definitions.iterfind(".//*[@id]")}
        self._parents = {child: parent for parent in definitions.iter() for child in parent}
        self._catchers = find_catchers(definitions)

    @classmethod
    def parse(cls, xml: str) -> "Model":
        """Reads the text of a BPMN file. Raises ModelUnreadable."""
        return cls(read_definitions(xml))

    def catcher(self, activity_id: str, error_code: str) -> Catcher | None:
        """Returns the event of this model that catches an error which the activity itself throws."""
        return self._nearest_catcher(activity_id, error_code, own_scopes=self._scopes(activity_id))

    def catcher_behind_call(self, call_activity_id: str, error_code: str, thrown_by: str | None) -> Catcher | None:
        """Returns the event of this model that catches an error which comes out of a called process.

        `thrown_by` is the activity that threw it if the called process is one of this very model, else None. An event
        sub-process does not catch errors from within itself, but does catch those of processes called from within.
        """
        own_scopes = self._scopes(thrown_by) if thrown_by else ()
        return self._nearest_catcher(call_activity_id, error_code, own_scopes)

    def flow(self, process_id: str) -> Flow:
        """Returns what a process of this model is made of. Raises ModelUnreadable if it is not there."""
        return read_flow(self._definitions, process_id)

    def traps(self) -> list[Trap]:
        """Returns what an engine accepts, and does otherwise than it looks."""
        return find_traps(self._definitions)

    def call_activities(self) -> list[str]:
        """Returns the ids of all call activities."""
        return [call.get("id", "") for call in self._definitions.iterfind(".//bpmn:callActivity", NAMES)]

    def local_names(self, activity_id: str) -> frozenset[str]:
        """Returns the names of the variables that the model makes for the activity alone and that end with it.

        They are its input parameters and, of a multi-instance activity, element variable and loop counters. A process
        variable of the same name cannot be reached from the activity.
        """
        activity = self._activity(activity_id)
        parameters = find_extensions(activity, "inputOutput/inputParameter")
        return frozenset([*(parameter.get("name", "") for parameter in parameters), *_loop_variables(activity)])

    def extension_properties(self, activity_id: str) -> dict[str, str]:
        """Returns the extension properties of the activity."""
        properties = find_extensions(self._activity(activity_id), "properties/property")
        return {each.get("name", ""): each.get("value", "") for each in properties}

    def _nearest_catcher(self, activity_id: str, error_code: str, own_scopes: Collection[str]) -> Catcher | None:
        for scope_id in self._scopes(activity_id):
            for catcher in self._catchers.get(scope_id, ()):
                if catcher.catches(error_code) and catcher.event_sub_process_id not in own_scopes:
                    return catcher
        return None

    def _scopes(self, activity_id: str) -> list[str]:
        """Returns the ids of the activity and all that is around it, nearest first."""
        scopes = []
        scope: Element | None = self._activity(activity_id)
        while scope is not None:
            scopes.append(scope.get("id", ""))
            scope = self._parents.get(scope)
        return scopes

    def _activity(self, activity_id: str) -> Element:
        if activity_id not in self._elements:
            raise ModelUnreadable(f"The BPMN model has no activity '{activity_id}'.")
        return self._elements[activity_id]


def _loop_variables(activity: Element) -> Iterator[str]:
    for loop in activity.iterfind("bpmn:multiInstanceLoopCharacteristics", NAMES):
        yield from _LOOP_COUNTERS
        element_variable = extension_attribute(loop, "elementVariable")
        if element_variable:
            yield element_variable
        for item in loop.iterfind("bpmn:inputDataItem[@name]", NAMES):
            yield item.get("name", "")
