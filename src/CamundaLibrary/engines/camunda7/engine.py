"""A Camunda 7 engine, or one of its relatives."""

from CamundaLibrary.engines.camunda7.batches import Camunda7Batches
from CamundaLibrary.engines.camunda7.decisions import Camunda7Decisions
from CamundaLibrary.engines.camunda7.definitions import Camunda7Definitions
from CamundaLibrary.engines.camunda7.deployments import Camunda7Deployments
from CamundaLibrary.engines.camunda7.events import Camunda7EventSubscriptions, Camunda7Signals
from CamundaLibrary.engines.camunda7.external_tasks import Camunda7ExternalTasks
from CamundaLibrary.engines.camunda7.history import Camunda7History
from CamundaLibrary.engines.camunda7.incidents import Camunda7Incidents
from CamundaLibrary.engines.camunda7.jobs import Camunda7Jobs
from CamundaLibrary.engines.camunda7.messages import Camunda7Messages
from CamundaLibrary.engines.camunda7.migrations import Camunda7Migrations
from CamundaLibrary.engines.camunda7.processes import Camunda7Processes
from CamundaLibrary.engines.camunda7.user_tasks import Camunda7UserTasks
from CamundaLibrary.engines.camunda7.variables import Camunda7Variables
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Engine:
    """All resources of one REST root. Nothing is sent before the first call."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self.external_tasks = Camunda7ExternalTasks(client)
        self.variables = Camunda7Variables(client)
        self.definitions = Camunda7Definitions(client)
        self.processes = Camunda7Processes(client)
        self.migrations = Camunda7Migrations(client)
        self.incidents = Camunda7Incidents(client)
        self.jobs = Camunda7Jobs(client)
        self.batches = Camunda7Batches(client)
        self.messages = Camunda7Messages(client)
        self.signals = Camunda7Signals(client)
        self.event_subscriptions = Camunda7EventSubscriptions(client)
        self.decisions = Camunda7Decisions(client)
        self.deployments = Camunda7Deployments(client)
        self.user_tasks = Camunda7UserTasks(client)
        self.history = Camunda7History(client)

    def __repr__(self) -> str:
        return f"<Camunda 7 engine at '{self.url}'>"

    @property
    def url(self) -> str:
        """REST root, without credentials."""
        return self._client.url

    def version(self) -> str:
        """Reads the engine's version: `7.24.0`."""
        return self._client.get("Reading the engine's version", "version").build(_version)

    def close(self) -> None:
        """Closes the connections; the next call opens new ones."""
        self._client.close()


def _version(entry: Entry) -> str:
    return str(entry["version"])
