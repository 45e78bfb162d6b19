"""`Library    CamundaLibrary.Engine`: what robots and tests do with an engine, beyond their own task."""

from typing import Any

from robot.api.deco import library
from robotlibcore import HybridCore

from CamundaLibrary.keywords.batches import BatchKeywords
from CamundaLibrary.keywords.connection import Connection
from CamundaLibrary.keywords.decisions import DecisionKeywords
from CamundaLibrary.keywords.definitions import DefinitionKeywords
from CamundaLibrary.keywords.deployments import DeploymentKeywords
from CamundaLibrary.keywords.events import EventKeywords
from CamundaLibrary.keywords.external_tasks import ExternalTaskKeywords
from CamundaLibrary.keywords.history import HistoryKeywords
from CamundaLibrary.keywords.history_log import HistoryLogKeywords
from CamundaLibrary.keywords.history_operations import HistoricOperationKeywords
from CamundaLibrary.keywords.history_variables import HistoricVariableKeywords
from CamundaLibrary.keywords.incidents import IncidentKeywords
from CamundaLibrary.keywords.instances import InstanceKeywords
from CamundaLibrary.keywords.jobs import JobKeywords
from CamundaLibrary.keywords.mass_changes import MassChangeKeywords
from CamundaLibrary.keywords.messages import MessageKeywords
from CamundaLibrary.keywords.modifications import ModificationKeywords
from CamundaLibrary.keywords.process_variables import ProcessVariableKeywords
from CamundaLibrary.keywords.processes import ProcessKeywords
from CamundaLibrary.keywords.user_task_assignment import UserTaskAssignmentKeywords
from CamundaLibrary.keywords.user_task_notes import UserTaskNoteKeywords
from CamundaLibrary.keywords.user_task_outcomes import UserTaskOutcomeKeywords
from CamundaLibrary.keywords.user_tasks import UserTaskKeywords
from CamundaLibrary.version import __version__

KEYWORD_GROUPS = (
    DefinitionKeywords,
    ProcessKeywords,
    InstanceKeywords,
    ProcessVariableKeywords,
    ModificationKeywords,
    ExternalTaskKeywords,
    IncidentKeywords,
    JobKeywords,
    MassChangeKeywords,
    BatchKeywords,
    DecisionKeywords,
    EventKeywords,
    MessageKeywords,
    UserTaskKeywords,
    UserTaskAssignmentKeywords,
    UserTaskOutcomeKeywords,
    UserTaskNoteKeywords,
    HistoryKeywords,
    HistoryLogKeywords,
    HistoricOperationKeywords,
    HistoricVariableKeywords,
    DeploymentKeywords,
)


@library(scope="GLOBAL", version=__version__)
class Engine(HybridCore):
    """Keywords for the engine itself: processes, messages, decisions, user tasks, incidents, history, deployments.

    Nothing here is about the task that a robot works on; for that see the library ``CamundaLibrary``. Several engines
    in one suite:

    | Library    CamundaLibrary.Engine    base_url=http://localhost:8080/engine-rest    AS    test
    | Library    CamundaLibrary.Engine    base_url=%{PRODUCTION}    username=robot    password=${SECRET}    AS    prod

    %TOC%

    = Settings =

    Library arguments, Robot variables and environment variables, in this order: ``base_url``
    (``CAMUNDA_API_BASE_URL``, default http://localhost:8080/engine-rest), one kind of credentials (``username`` and
    ``password``, ``authorization``, or ``token_url``, ``client_id``, ``client_secret`` and ``scope``), ``timeout``,
    ``ca_bundle``, ``proxy``, ``client_certificate`` and ``client_key``. The engine is first asked when a keyword
    needs it.

    = Waiting =

    Keywords that wait ask the engine again and again until ``timeout``; when it is over they fail and say where the
    process stands.

    = Variable types =

    Python values and the engine's types are the same as in the library ``CamundaLibrary``: None, bool, int, float, str,
    datetime, bytes, and dict or list as Json. Other types are asked for by ``type=``. Text is never guessed about: what
    looks like a number or a date stays text. What the engine would refuse is refused by the keyword, at its line.

    = Versions and tenants =

    A process is named by its id in the model. Without ``version`` and ``version_tag`` the newest version is taken;
    without ``tenant`` the process that belongs to no tenant or, where there is none, that of the only tenant that has
    it. Where that leaves none, or several, keywords fail and say what there is.

    = Conditions on variables =

    Where something is found by an argument ``variables``, that is a dictionary. Its values are compared, with their
    types, or they are pairs of an operator (``=``, ``!=``, ``>``, ``>=``, ``<``, ``<=``, ``like``) and a value:
    ``${{ {'customer': 'Ann', 'amount': ('>', 1000)} }}``.

    = Batches =

    What is done to very many instances at once is done by the engine itself, in a batch. Such keywords return its id at
    once; `Wait Until Batch Is Done` waits, shows how far it is, and fails with what went wrong in it.
    """

    def __init__(self, **settings: Any) -> None:
        """Takes settings by name.

        Example:
        | Library    CamundaLibrary.Engine
        | Library    CamundaLibrary.Engine    base_url=http://localhost:8080/engine-rest
        """
        connection = Connection(settings)
        super().__init__([group(connection) for group in KEYWORD_GROUPS])
