"""The process instances that a suite tests, and the models they run."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricActivity, HistoricProcessInstance, ProcessDefinition
from CamundaLibrary.errors import ConditionNotMet
from CamundaLibrary.keywords.activities import find_in_model
from CamundaLibrary.keywords.choices import listed
from CamundaLibrary.keywords.connection import Connection
from CamundaLibrary.keywords.processes import standing
from CamundaLibrary.keywords.waiting import wait_for

T = TypeVar("T")


class Subjects:
    """All instances that a keyword was asked about. `deadline` is how long assertions wait unless they say it."""

    def __init__(self, connection: Connection, deadline: timedelta) -> None:
        self._connection = connection
        self._deadline = deadline
        self._definitions: dict[str, ProcessDefinition] = {}
        self._models: dict[str, str] = {}
        self.instances: dict[str, None] = {}

    @property
    def engine(self) -> Engine:
        return self._connection.engine

    def instance(self, instance: str) -> HistoricProcessInstance:
        """Returns an instance and notes that it is tested. ConditionNotMet if there is none."""
        found = self.engine.history.process_instance(instance)
        if found is None:
            raise ConditionNotMet(f"There is no process instance '{instance}'.")
        self.instances[instance] = None
        return found

    def passages(self, instance: str) -> list[HistoricActivity]:
        """Returns the passages through activities, oldest first."""
        return self.engine.history.activities(instance)

    def activity_id(self, instance: str, activity: str) -> str:
        """Returns the id of what goes by this id or name in the instance's model. NoSingleMatch says what there is."""
        definition = self.definition(self.instance(instance).process_definition_id)
        return find_in_model(self.xml(definition.id), definition.key, activity)[0]

    def definition(self, definition_id: str) -> ProcessDefinition:
        """Returns the version of the process; asked for once."""
        if definition_id not in self._definitions:
            self._definitions[definition_id] = self.engine.definitions.get(definition_id)
        return self._definitions[definition_id]

    def xml(self, definition_id: str) -> str:
        """Returns a model; asked for once."""
        if definition_id not in self._models:
            self._models[definition_id] = self.engine.definitions.xml(definition_id)
        return self._models[definition_id]

    def wait_for(self, what: str, instance: str, ask: Callable[[], T | None], timeout: timedelta | None = None) -> T:
        """Returns the first answer of `ask`; when time is over, ConditionNotMet says where the instance stands."""
        limit = self._deadline if timeout is None else timeout
        return wait_for(what, ask, limit, lambda: self.standing(instance))

    def standing(self, instance: str) -> str:
        """Returns where an instance is, or how it ended, in a sentence."""
        found = self.instance(instance)
        if found.end_time is None:
            return standing(self.engine, instance)
        ends = listed(each.name or each.activity_id for each in self.passages(instance) if is_end(each))
        return f"It has ended at {ends}." if ends else f"It has ended ({found.state})."


def is_end(passage: HistoricActivity) -> bool:
    """Returns True for end events, whatever their kind."""
    return passage.activity_type.lower().endswith("endevent")
