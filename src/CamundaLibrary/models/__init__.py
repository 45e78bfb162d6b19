"""BPMN models, read only: what an engine will do with a task, as far as the model says it."""

from CamundaLibrary.models.document import ModelUnreadable
from CamundaLibrary.models.error_events import Catcher
from CamundaLibrary.models.flow import Flow, FlowNode, SequenceFlow
from CamundaLibrary.models.model import Model
from CamundaLibrary.models.traps import Trap

__all__ = ["Catcher", "Flow", "FlowNode", "Model", "ModelUnreadable", "SequenceFlow", "Trap"]
