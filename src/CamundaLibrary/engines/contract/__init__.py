"""What the rest of the project may ask of an engine, whichever it is.

Every method raises an `EngineError` of `CamundaLibrary.errors` when the engine refuses or cannot be reached, and
nothing else. Reading calls are repeated a few times by the client itself; reports (complete, bpmn_error, failure) and
fetches are sent once: who reports decides about repeating. Filters left at None are not sent.
"""

from CamundaLibrary.engines.contract.batches import Batches
from CamundaLibrary.engines.contract.decisions import DecisionFilters, Decisions
from CamundaLibrary.engines.contract.definitions import Definitions
from CamundaLibrary.engines.contract.deployments import DeploymentFilters, Deployments
from CamundaLibrary.engines.contract.engine import Engine
from CamundaLibrary.engines.contract.events import EventSubscriptions, Signals
from CamundaLibrary.engines.contract.external_tasks import ExternalTasks
from CamundaLibrary.engines.contract.history import History
from CamundaLibrary.engines.contract.incidents import Incidents
from CamundaLibrary.engines.contract.jobs import Jobs
from CamundaLibrary.engines.contract.messages import Messages
from CamundaLibrary.engines.contract.migrations import Migrations
from CamundaLibrary.engines.contract.processes import Processes
from CamundaLibrary.engines.contract.user_tasks import UserTaskFilters, UserTaskNotes, UserTasks
from CamundaLibrary.engines.contract.variables import Variables, VariableScope, VariablesOfEngine

__all__ = [
    "Batches",
    "DecisionFilters",
    "Decisions",
    "Definitions",
    "DeploymentFilters",
    "Deployments",
    "Engine",
    "EventSubscriptions",
    "ExternalTasks",
    "History",
    "Incidents",
    "Jobs",
    "Messages",
    "Migrations",
    "Processes",
    "Signals",
    "UserTaskFilters",
    "UserTaskNotes",
    "UserTasks",
    "VariableScope",
    "Variables",
    "VariablesOfEngine",
]
