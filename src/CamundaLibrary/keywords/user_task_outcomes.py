"""Keywords that end a task for people otherwise than by completing it, and those on forms."""

from pathlib import Path
from typing import Any

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import RequestRefused
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.gone_user_tasks import gone_is_explained
from CamundaLibrary.keywords.readable_values import readable
from CamundaLibrary.keywords.written_files import write_file
from CamundaLibrary.variables import encode_all


class UserTaskOutcomeKeywords(EngineGroup):
    """Errors, escalations and forms of user tasks."""

    @keyword("Throw BPMN Error For User Task", tags=("User task",))
    def throw_bpmn_error_for_user_task(
        self, task: str, code: str, /, message: str | None = None, **variables: Any
    ) -> None:
        """Ends a user task with a BPMN error.

        | =Arguments=   | =Description= |
        | ``task``      | Id of the user task. |
        | ``code``      | Code that an error event in the model catches. |
        | ``message``   | Text kept with the error. |
        | ``variables`` | Process variables to set. |

        Fails if nothing in the model catches it: the path would end there without a word.

        Example:
        | `Throw BPMN Error For User Task`    ${task.id}    not_found    No comic matches.
        """
        with gone_is_explained(self.engine, task):
            self._check_caught(task, code)
            self.engine.user_tasks.bpmn_error(task, code, message, encode_all(variables))

    @keyword(tags=("User task",))
    def escalate_user_task(self, task: str, code: str, /, **variables: Any) -> None:
        """Throws a BPMN escalation from a user task.

        | =Arguments=   | =Description= |
        | ``task``      | Id of the user task. |
        | ``code``      | Code that an escalation event in the model catches; fails if there is none. |
        | ``variables`` | Process variables to set. |

        The task stays open if the model says so.

        Example:
        | `Escalate User Task`    ${task.id}    too_late
        """
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.escalate(task, code, encode_all(variables))

    @keyword(tags=("User task",))
    def get_user_task_form_variables(self, task: str) -> DotDict:
        """Returns what a user task sees, and the fields of its form.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |

        Fields without a value yet, and without a default in the model, are None.

        Example:
        | ${variables}    `Get User Task Form Variables`    ${task.id}
        """
        with gone_is_explained(self.engine, task):
            values = self.engine.user_tasks.form_variables(task)
        return readable(values)

    @keyword(tags=("User task",))
    def get_user_task_form(self, task: str, path: Path) -> str:
        """Writes the deployed form of a user task to disk and returns the path.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``path``    | File to write; missing folders are made. |

        Example:
        | `Get User Task Form`    ${task.id}    ${OUTPUT DIR}/review.html
        """
        with gone_is_explained(self.engine, task):
            return write_file(path, self.engine.user_tasks.form(task))

    @keyword(tags=("User task",))
    def submit_user_task_form(self, task: str, /, **variables: Any) -> None:
        """Completes a user task by its form.

        | =Arguments=   | =Description= |
        | ``task``      | Id of the user task. |
        | ``variables`` | Values of the form's fields. |

        As `Complete User Task`, but the engine converts and validates the values of fields as the model says: text
        becomes a number where the field is one.

        Example:
        | `Submit User Task Form`    ${task.id}    amount=12    comment=fine
        """
        values = encode_all(variables)
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.submit_form(task, values)

    def _check_caught(self, task: str, code: str) -> None:
        """Raises RequestRefused if no event catches the error; found out as for external tasks."""
        from CamundaLibrary.task.reporting.catchers import Catchers

        found = self.engine.user_tasks.get(task)
        thrower = ExternalTask(
            id=task,
            topic="",
            activity_id=found.task_definition_key,
            process_definition_id=found.process_definition_id,
            process_instance_id=found.process_instance_id,
        )
        if not Catchers(self.engine).is_caught(thrower, code):
            raise RequestRefused(
                f"Throwing BPMN error '{code}' for user task '{task}'", "nothing in the model catches it"
            )
