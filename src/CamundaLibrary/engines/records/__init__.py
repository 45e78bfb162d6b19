"""What engines answer: frozen records, times as aware datetimes, variables as `TypedValue`."""

from CamundaLibrary.engines.records.deployments import Deployment
from CamundaLibrary.engines.records.history import (
    HistoricActivity,
    HistoricProcessInstance,
    HistoricTaskLog,
    HistoricVariable,
    HistoricVariableUpdate,
)
from CamundaLibrary.engines.records.incidents import Incident
from CamundaLibrary.engines.records.processes import ProcessDefinition, ProcessInstance
from CamundaLibrary.engines.records.tasks import LockedTask, Subscription
from CamundaLibrary.engines.records.user_tasks import Attachment, Candidates, Comment, UserTask

__all__ = [
    "Attachment",
    "Candidates",
    "Comment",
    "Deployment",
    "HistoricActivity",
    "HistoricProcessInstance",
    "HistoricTaskLog",
    "HistoricVariable",
    "HistoricVariableUpdate",
    "Incident",
    "LockedTask",
    "ProcessDefinition",
    "ProcessInstance",
    "Subscription",
    "UserTask",
]
