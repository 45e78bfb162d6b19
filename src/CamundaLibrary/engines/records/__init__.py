"""What engines answer: frozen records, times as aware datetimes, variables as `TypedValue`."""

from CamundaLibrary.engines.records.batches import Batch
from CamundaLibrary.engines.records.decisions import DecisionDefinition
from CamundaLibrary.engines.records.deployments import Deployment, Resource
from CamundaLibrary.engines.records.history import (
    HistoricActivity,
    HistoricProcessInstance,
    HistoricTaskLog,
    HistoricVariable,
    HistoricVariableUpdate,
)
from CamundaLibrary.engines.records.history_log import (
    HistoricDecision,
    HistoricIncident,
    HistoricUserTask,
    UserOperation,
)
from CamundaLibrary.engines.records.incidents import Incident
from CamundaLibrary.engines.records.jobs import Job, JobDefinition
from CamundaLibrary.engines.records.messages import Correlation, EventSubscription
from CamundaLibrary.engines.records.processes import (
    ActivityInstance,
    MigrationInstruction,
    MigrationPlan,
    ProcessDefinition,
    ProcessInstance,
)
from CamundaLibrary.engines.records.tasks import LockedTask, Subscription
from CamundaLibrary.engines.records.user_tasks import Attachment, Candidates, Comment, UserTask

__all__ = [
    "ActivityInstance",
    "Attachment",
    "Batch",
    "Candidates",
    "Comment",
    "Correlation",
    "DecisionDefinition",
    "Deployment",
    "EventSubscription",
    "HistoricActivity",
    "HistoricDecision",
    "HistoricIncident",
    "HistoricProcessInstance",
    "HistoricTaskLog",
    "HistoricUserTask",
    "HistoricVariable",
    "HistoricVariableUpdate",
    "Incident",
    "Job",
    "JobDefinition",
    "LockedTask",
    "MigrationInstruction",
    "MigrationPlan",
    "ProcessDefinition",
    "ProcessInstance",
    "Resource",
    "Subscription",
    "UserOperation",
    "UserTask",
]
