"""How metrics, status, log lines and hooks name what became of a task."""

from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, Outcome
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt

INCIDENT = "incident"
KINDS = (
    "completed",
    "bpmn_error",
    "failure",
    INCIDENT,
    "given_back",
    "refused",
    "lost",
    "suspended",
    "undelivered",
)


def name_outcome(outcome: Outcome) -> str:
    """Returns what a run means for its task, in one word."""
    if isinstance(outcome, Completed):
        return "completed"
    if isinstance(outcome, BpmnError):
        return "bpmn_error"
    return "failure" if isinstance(outcome, Failed) else "given_back"


def name_receipt(receipt: Receipt) -> str:
    """Returns what became of a report; a failure without tries left that the engine took is an incident."""
    if receipt.delivery is not Delivery.ACCEPTED:
        return str(receipt.delivery.value)
    if isinstance(receipt.outcome, Failed) and receipt.outcome.retries == 0:
        return INCIDENT
    return name_outcome(receipt.outcome)


def is_incident(receipt: Receipt) -> bool:
    """Whether the engine now has an incident: what it refused it has as a failure without tries left."""
    return name_receipt(receipt) in (INCIDENT, Delivery.REFUSED.value)


def message_of(outcome: Outcome) -> str | None:
    """Returns what a failure or a BPMN error says."""
    return outcome.message if isinstance(outcome, (Failed, BpmnError)) else None
