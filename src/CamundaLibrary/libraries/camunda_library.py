"""`Library    CamundaLibrary`: the current task and nothing else.

Composed by inheritance, and not of a HybridCore as the other libraries: that would describe every keyword before Robot
Framework does the same again, in every run of a robot (docs/performance.md).
"""

from typing import Any

from robot.api.deco import library

from CamundaLibrary.keywords.fetching import FetchingKeywords
from CamundaLibrary.keywords.files import FileKeywords
from CamundaLibrary.keywords.outcomes import OutcomeKeywords
from CamundaLibrary.keywords.robot_variables import is_dry_run, unwrap_secrets
from CamundaLibrary.keywords.tasks import TaskKeywords
from CamundaLibrary.keywords.variables import VariableKeywords
from CamundaLibrary.settings import Source, read_settings
from CamundaLibrary.task import current
from CamundaLibrary.version import __version__


@library(scope="GLOBAL", version=__version__)
class CamundaLibrary(TaskKeywords, VariableKeywords, FileKeywords, OutcomeKeywords, FetchingKeywords):
    """Keywords for the external task of a BPMN engine that a robot works on.

    Which task that is comes from outside: from the worker, from a task file, or from the settings below. The robot's
    lines are the same everywhere. Attach the listener, so that the task is completed or failed by itself and the log
    of the run is kept with it:

    | robot --listener CamundaListener robots/

    %TOC%

    = Variable types =

    | =Python=                      | =Engine=                                 |
    | None                          | Null                                     |
    | bool                          | Boolean                                  |
    | int                           | Integer, or Long from 32 bits on         |
    | float                         | Double                                   |
    | str                           | String, at most 4000 characters          |
    | datetime, date                | Date; without a time zone it is local    |
    | bytes                         | Bytes                                    |
    | dict, list, tuple             | Json                                     |
    | a file, by `Set Task File`    | File                                     |

    Other types are asked for by ``type=``. Text is never guessed about: what looks like a number or a date stays text.
    What the engine would refuse is refused by the keyword, at its line.

    = Outcomes =

    A run has one outcome. All robot tasks passed: completed. Something failed: a failure, tried again after a while.
    `Throw BPMN Error`, `Report Failure` and `Give Back Task` decide it, whatever fails afterwards; the remaining robot
    tasks are skipped then. A second, different outcome fails.

    = Tasks taken by hand =

    A robot can work off a queue by itself, with one login. `Fetch And Lock` takes a task, which is the current one
    until the next `Fetch And Lock`: all keywords are about it. Its outcome is reported as soon as a keyword decides
    it, and the robot goes on. A task without an outcome is given back, with a warning, when the next one is fetched or
    the run ends. `For Each Task` calls a keyword for every waiting task: there the outcome is that of the keyword's
    call, as if it were a run. Tasks taken by hand keep no log. In a run that is for a task itself, that one is the
    current task again once `Fetch And Lock` finds none, or `For Each Task` is through.

    = Settings =

    Given as listener argument, library argument, Robot variable or environment variable, in this order:
    ``CAMUNDA_TASK_FILE`` (no engine is needed), ``CAMUNDA_TASK_ID`` and ``CAMUNDA_WORKER_ID``, or ``CAMUNDA_TOPIC``
    name the task; ``CAMUNDA_API_BASE_URL`` and the credentials beside it the engine. An argument's name is the
    variable's without ``CAMUNDA_`` and ``API_``, in lower case: ``task_file``, ``base_url``.
    """

    ROBOT_LIBRARY_LISTENER: object

    def __init__(self, **settings: Any) -> None:
        """Takes settings by name.

        Example:
        | Library    CamundaLibrary
        | Library    CamundaLibrary    task_file=${CURDIR}/task.json
        """
        settings, is_dry = unwrap_secrets(settings), is_dry_run()
        if is_dry is not False:  # in a real run the listener refuses wrong ones, so that no robot code runs
            read_settings([Source("library argument", settings)]).settings_or_error()
        if is_dry is not None:
            self._join_run(settings)

    def get_keyword_names(self) -> list[str]:
        """Tells Robot Framework, which would look into every attribute otherwise: a third of the time it takes."""
        groups = type(self).__bases__
        return [name for group in groups for name, member in vars(group).items() if hasattr(member, "robot_name")]

    def _join_run(self, settings: dict[str, Any]) -> None:
        state = current.begin_with_library()
        state.add_library_arguments(settings)
        if not state.has_listener:
            from CamundaLibrary.listener.unattended import UnattendedRun

            self.ROBOT_LIBRARY_LISTENER = UnattendedRun(state)
