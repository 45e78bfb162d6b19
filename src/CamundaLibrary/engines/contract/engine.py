"""One engine, all it can."""

from typing import Protocol

from CamundaLibrary.engines.contract.batches import Batches
from CamundaLibrary.engines.contract.decisions import Decisions
from CamundaLibrary.engines.contract.definitions import Definitions
from CamundaLibrary.engines.contract.deployments import Deployments
from CamundaLibrary.engines.contract.events import EventSubscriptions, Signals
from CamundaLibrary.engines.contract.external_tasks import ExternalTasks
from CamundaLibrary.engines.contract.history import History
from CamundaLibrary.engines.contract.incidents import Incidents
from CamundaLibrary.engines.contract.jobs import Jobs
from CamundaLibrary.engines.contract.messages import Messages
from CamundaLibrary.engines.contract.migrations import Migrations
from CamundaLibrary.engines.contract.processes import Processes
from CamundaLibrary.engines.contract.user_tasks import UserTasks
from CamundaLibrary.engines.contract.variables import VariablesOfEngine


class Engine(Protocol):
    """One engine, reached with one set of credentials. Safe for use by several threads."""

    @property
    def url(self) -> str:
        """REST root, without credentials."""

    @property
    def external_tasks(self) -> ExternalTasks: ...

    @property
    def variables(self) -> VariablesOfEngine: ...

    @property
    def definitions(self) -> Definitions: ...

    @property
    def processes(self) -> Processes: ...

    @property
    def migrations(self) -> Migrations: ...

    @property
    def incidents(self) -> Incidents: ...

    @property
    def jobs(self) -> Jobs: ...

    @property
    def batches(self) -> Batches: ...

    @property
    def messages(self) -> Messages: ...

    @property
    def signals(self) -> Signals: ...

    @property
    def event_subscriptions(self) -> EventSubscriptions: ...

    @property
    def decisions(self) -> Decisions: ...

    @property
    def deployments(self) -> Deployments: ...

    @property
    def user_tasks(self) -> UserTasks: ...

    @property
    def history(self) -> History: ...

    def version(self) -> str: ...

    def close(self) -> None:
        """Closes the connections; the next call opens new ones."""
