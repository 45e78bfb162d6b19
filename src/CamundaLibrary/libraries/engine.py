"""`Library    CamundaLibrary.Engine`: what robots and tests do with an engine, beyond their own task."""

from typing import Any

from robot.api.deco import library
from robotlibcore import HybridCore

from CamundaLibrary.keywords.connection import Connection
from CamundaLibrary.keywords.deployments import DeploymentKeywords
from CamundaLibrary.keywords.history import HistoryKeywords
from CamundaLibrary.keywords.processes import ProcessKeywords
from CamundaLibrary.keywords.user_tasks import UserTaskKeywords
from CamundaLibrary.version import __version__

KEYWORD_GROUPS = (ProcessKeywords, UserTaskKeywords, HistoryKeywords, DeploymentKeywords)


@library(scope="GLOBAL", version=__version__)
class Engine(HybridCore):
    """Keywords for the engine itself: processes, user tasks, history, deployments.

    Nothing here is about the task that a robot works on; for that see the library ``CamundaLibrary``. Several engines
    in one suite:

    | Library    CamundaLibrary.Engine    base_url=http://localhost:8080/engine-rest    AS    test
    | Library    CamundaLibrary.Engine    base_url=%{PRODUCTION}    username=robot    password=${SECRET}    AS    prod

    %TOC%

    = Settings =

    Library arguments, Robot variables and environment variables, in this order: ``base_url``
    (``CAMUNDA_API_BASE_URL``, default http://localhost:8080/engine-rest), one kind of credentials (``username`` and
    ``password``, ``authorization``, or ``token_url``, ``client_id``, ``client_secret`` and ``scope``), ``timeout``
    and ``ca_bundle``. The engine is first asked when a keyword needs it.

    = Waiting =

    Keywords that wait ask the engine again and again until ``timeout``; when it is over they fail and say where the
    process stands.
    """

    def __init__(self, **settings: Any) -> None:
        """Takes settings by name.

        Example:
        | Library    CamundaLibrary.Engine
        | Library    CamundaLibrary.Engine    base_url=http://localhost:8080/engine-rest
        """
        connection = Connection(settings)
        super().__init__([group(connection) for group in KEYWORD_GROUPS])
