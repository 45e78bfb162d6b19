"""`Library    CamundaLibrary.ProcessTest`: tests of process models, on a real engine."""

from datetime import timedelta
from typing import Any

from robot.api.deco import library
from robotlibcore import HybridCore

from CamundaLibrary.keywords.connection import Connection
from CamundaLibrary.keywords.process_test.assertions import ProcessAssertions
from CamundaLibrary.keywords.process_test.contents import ContentAssertions
from CamundaLibrary.keywords.process_test.coverage import CoverageKeywords
from CamundaLibrary.keywords.process_test.steps import ProcessSteps
from CamundaLibrary.keywords.process_test.subjects import Subjects
from CamundaLibrary.keywords.process_test.traps import TrapKeywords
from CamundaLibrary.version import __version__

KEYWORD_GROUPS = (ProcessAssertions, ContentAssertions, ProcessSteps, CoverageKeywords, TrapKeywords)


@library(scope="GLOBAL", version=__version__)
class ProcessTest(HybridCore):
    """Keywords for the tests of process models: where an instance is, what it did, what it holds.

    %TOC%

    = A test =

    The library ``CamundaLibrary.Engine`` deploys models and starts instances; this one looks at them and does their
    steps, as robots, people, clocks and other systems would:

    | *** Settings ***
    | Library           CamundaLibrary.Engine
    | Library           CamundaLibrary.ProcessTest    deadline=10 seconds
    | Suite Setup       Deploy    orders    ${CURDIR}/order.bpmn
    | Suite Teardown    Log Process Coverage
    |
    | *** Test Cases ***
    | A Valid Order Is Reviewed And Accepted
    |     ${order}    Start Process    order    amount=${12.5}
    |     Do External Task    ${order}    Check order    valid=${True}
    |     Process Should Be Waiting At    ${order}    Review order
    |     Do User Task    ${order}    Review order    accepted=${True}
    |     Process Should Have Ended    ${order}    at=Order accepted
    |     Process Variable Should Be    ${order}    status    accepted

    = Activities =

    They are named as in the model, by id or name. A name that is not in the model fails at once, and says what is like
    it; a name that several activities have needs the id.

    = Waiting =

    Assertions and steps ask again until they are met, at most as long as the library's argument ``deadline`` says
    (default 10 seconds) or the argument ``timeout`` of the keyword. Then they fail and say where the process stands.

    = Models =

    `Process Models Should Have No Traps` reads the files alone: what engines accept, and do otherwise than it looks.

    = Coverage =

    `Log Process Coverage` shows how much of each model the tests ran through, with the diagram;
    `Process Coverage Should Be At Least` fails below a share.

    = Settings =

    As for ``CamundaLibrary.Engine``.
    """

    def __init__(self, *, deadline: timedelta = timedelta(seconds=10), **settings: Any) -> None:
        """Takes the deadline and the settings of the engine by name.

        Example:
        | Library    CamundaLibrary.ProcessTest
        | Library    CamundaLibrary.ProcessTest    deadline=1 minute    base_url=http://localhost:8080/engine-rest
        """
        subjects = Subjects(Connection(settings), deadline)
        super().__init__([group(subjects) for group in KEYWORD_GROUPS])
