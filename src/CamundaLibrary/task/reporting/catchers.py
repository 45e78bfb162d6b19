"""What the engine will do with the BPMN error or the variables of a task, foreseen from the models of its processes."""

import logging
from functools import lru_cache

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import ProcessInstance
from CamundaLibrary.errors import TEMPORARY, CamundaLibraryError
from CamundaLibrary.models import Model, ModelUnreadable

_log = logging.getLogger(__name__)
_MODELS_KEPT = 16


class Catchers:
    """The models behind the tasks of one engine, each read once. Safe for use by several threads.

    Models are read with the engine's own rules. What the engine refuses to tell (a model, who called a process) is
    logged as a warning and taken for the harmless case; only what another attempt may mend is raised:
    EngineUnreachable, EngineUnavailable, EngineConflict, EngineExhausted.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._model = lru_cache(_MODELS_KEPT)(self._read_model)

    def is_caught(self, task: ExternalTask, error_code: str) -> bool:
        """Tells whether an event catches the error, in the task's process or in those that called it.

        An error that nothing catches ends its path silently. True where that cannot be found out.
        """
        try:
            return self._is_caught_in_process(task, error_code) or self._is_caught_by_callers(task, error_code)
        except TEMPORARY:
            raise
        except CamundaLibraryError as problem:
            _log.warning("BPMN error '%s' is thrown without knowing whether it is caught: %s", error_code, problem)
            return True

    def shadowed_names(self, task: ExternalTask) -> frozenset[str]:
        """Returns the names of process variables that the engine would not change when the task reports them.

        The task has a variable of its own of that name, by an input parameter or a multi-instance loop, and it would
        be changed and lost instead. Empty where that cannot be found out.
        """
        try:
            return self._model(task.process_definition_id or "").local_names(task.activity_id or "")
        except TEMPORARY:
            raise
        except CamundaLibraryError as problem:
            _log.warning("Variables of task '%s' are sent without regard to input parameters: %s", task.id, problem)
            return frozenset()

    def extension_properties(self, task: ExternalTask) -> dict[str, str]:
        """Returns those of the task's activity; for tasks that were not fetched, and so came without them."""
        return self._model(task.process_definition_id or "").extension_properties(task.activity_id or "")

    def _is_caught_in_process(self, task: ExternalTask, error_code: str) -> bool:
        model = self._model(task.process_definition_id or "")
        return model.catcher(task.activity_id or "", error_code) is not None

    def _is_caught_by_callers(self, task: ExternalTask, error_code: str) -> bool:
        called_id = task.process_instance_id or ""
        while caller := self._caller(called_id):
            if self._is_caught_by_call(caller, called_id, task, error_code):
                return True
            called_id = caller.id
        return False

    def _caller(self, called_id: str) -> ProcessInstance | None:
        return next(iter(self._engine.processes.list(sub_process_instance_id=called_id)), None)

    def _is_caught_by_call(self, caller: ProcessInstance, called_id: str, task: ExternalTask, error_code: str) -> bool:
        model = self._model(caller.definition_id)
        is_recursion = caller.definition_id == task.process_definition_id
        thrown_by = task.activity_id if is_recursion else None
        answers = {
            model.catcher_behind_call(call, error_code, thrown_by) is not None
            for call in self._possible_calls(caller, called_id, model)
        }
        if len(answers) != 1:
            raise ModelUnreadable(f"Which call activity started process instance '{called_id}' is not known.")
        return answers.pop()

    def _possible_calls(self, caller: ProcessInstance, called_id: str, model: Model) -> list[str]:
        """Returns the call activity; all of the model where the engine keeps, or shows, no history."""
        calls = self._engine.history.activities(caller.id, activity_type="callActivity")
        found = [call.activity_id for call in calls if call.called_process_instance_id == called_id]
        return found or model.call_activities()

    def _read_model(self, definition_id: str) -> Model:
        return Model.parse(self._engine.definitions.xml(definition_id))
