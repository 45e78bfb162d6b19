"""Keywords on incidents: what stopped and waits for somebody."""

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import Incident
from CamundaLibrary.errors import RequestRefused, ValueRefused
from CamundaLibrary.keywords.connection import EngineGroup


class IncidentKeywords(EngineGroup):
    """Looks at incidents and has what failed tried again."""

    @keyword(tags=("Incident",))
    def find_incidents(
        self,
        instance: str | None = None,
        process: str | None = None,
        activity: str | None = None,
        type: str | None = None,
        message: str | None = None,
        tenant: str | None = None,
    ) -> list[DotDict]:
        """Returns the open incidents that match all that is given, oldest first.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``process``  | Id of the process in its model. |
        | ``activity`` | Id of the activity in the model. |
        | ``type``     | The engine's word: ``failedExternalTask``, ``failedJob``. |
        | ``message``  | Pattern of the message; ``%`` stands for anything. |
        | ``tenant``   | Id of the tenant. |

        Each is a dictionary: ``id``, ``type``, ``message``, ``activity``, ``instance``, ``time``, ``annotation``,
        ``cause`` (id of the incident in a called process that this one comes from), ``of`` (id of the job or external
        task that failed), ``tenant``.

        Example:
        | ${incidents}    `Find Incidents`    process=comic-search    message=%timeout%
        | Log    ${incidents[0].message}
        """
        found = self.engine.incidents.list(
            process_instance_id=instance,
            process_definition_key=process,
            activity_id=activity,
            type=type,
            message_like=message,
            tenant_id=tenant,
        )
        return [_shown(each) for each in found]

    @keyword(tags=("Incident",))
    def get_incident_details(self, incident: str) -> str:
        """Returns all that is known of what failed, as text.

        | =Arguments=  | =Description= |
        | ``incident`` | Id of the incident. |

        That is the message, and the error details of the external task or the stack trace of the job.

        Example:
        | ${details}    `Get Incident Details`    ${incidents[0].id}
        """
        cause = _cause(self.engine, self.engine.incidents.get(incident))
        return "\n".join(text for text in (cause.message, _details(self.engine, cause)) if text)

    @keyword(tags=("Incident",))
    def retry_incident(self, incident: str, retries: int = 1) -> None:
        """Has the job or external task of an incident tried again.

        | =Arguments=  | =Description= |
        | ``incident`` | Id of the incident. |
        | ``retries``  | How many tries it gets. |

        That ends the incident. Of a process that called the one with the trouble, the trouble itself is tried again.

        Example:
        | `Retry Incident`    ${incidents[0].id}    retries=3
        """
        _retry(self.engine, _cause(self.engine, self.engine.incidents.get(incident)), retries)

    @keyword(tags=("Incident",))
    def retry_incidents(
        self,
        instance: str | None = None,
        process: str | None = None,
        activity: str | None = None,
        message: str | None = None,
        retries: int = 1,
    ) -> int:
        """Has all that failed tried again, and returns how many that were.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``process``  | Id of the process in its model; all its versions and instances. |
        | ``activity`` | Id of the activity in the model. |
        | ``message``  | Pattern of the message; ``%`` stands for anything. |
        | ``retries``  | How many tries each gets. |

        One of ``instance`` and ``process`` must be given. For very many: `Set Retries Of External Tasks` and
        `Set Retries Of Jobs`.

        Example:
        | ${count}    `Retry Incidents`    process=comic-search    message=%timeout%
        """
        if instance is None and process is None:
            raise ValueRefused("Retrying incidents failed: give an instance or a process.")
        found = self.engine.incidents.list(
            process_instance_id=instance, process_definition_key=process, activity_id=activity, message_like=message
        )
        causes = {cause.id: cause for cause in (_cause(self.engine, each) for each in found)}
        for cause in causes.values():
            _retry(self.engine, cause, retries)
        return len(causes)

    @keyword(tags=("Incident",))
    def annotate_incident(self, incident: str, text: str | None = None) -> None:
        """Writes a note to an incident, for all who look at it.

        | =Arguments=  | =Description= |
        | ``incident`` | Id of the incident. |
        | ``text``     | The note, in place of the one there is; without it that one is taken away. |

        Example:
        | `Annotate Incident`    ${incidents[0].id}    The shop is down until noon.
        """
        if text:
            self.engine.incidents.annotate(incident, text)
        else:
            self.engine.incidents.clear_annotation(incident)


def _cause(engine: Engine, incident: Incident) -> Incident:
    """Returns the incident itself or the one in a called process that it comes from."""
    if incident.configuration or incident.root_cause_id in (None, incident.id):
        return incident
    return engine.incidents.get(incident.root_cause_id)


def _details(engine: Engine, cause: Incident) -> str | None:
    if cause.configuration and cause.type == "failedJob":
        return engine.jobs.stacktrace(cause.configuration)
    if cause.configuration and cause.type == "failedExternalTask":
        return engine.external_tasks.error_details(cause.configuration)
    return None


def _retry(engine: Engine, cause: Incident, retries: int) -> None:
    if cause.configuration and cause.type == "failedJob":
        engine.jobs.set_retries(cause.configuration, retries)
    elif cause.configuration and cause.type == "failedExternalTask":
        engine.external_tasks.set_retries(cause.configuration, retries)
    else:
        reason = f"it is of type '{cause.type}', and only jobs and external tasks can be tried again"
        raise RequestRefused(f"Retrying incident '{cause.id}'", reason)
    logger.info(f"Has '{cause.activity_id}' tried again that failed with: {cause.message}")


def _shown(incident: Incident) -> DotDict:
    return DotDict(
        id=incident.id,
        type=incident.type,
        message=incident.message,
        activity=incident.activity_id,
        instance=incident.process_instance_id,
        time=incident.time,
        annotation=incident.annotation,
        cause=incident.root_cause_id if incident.root_cause_id != incident.id else None,
        of=incident.configuration,
        tenant=incident.tenant_id,
    )
