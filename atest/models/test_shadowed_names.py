"""Which variables of a report the engine changes in a scope that ends with the task, so that they are lost."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.task.reporting.catchers import Catchers

if TYPE_CHECKING:
    from models.conftest import RunningModel

    Start = Callable[..., RunningModel]

OLD = {"value": "old"}


def test_an_input_parameter_of_the_task_is_lost_but_one_of_the_sub_process_around_is_not(
    start: "Start", engine: Engine
) -> None:
    run = start("variables/input_parameters")

    assert _lost_and_foreseen(run, engine, mine=1, around=1, free=1) == {"mine"}


@pytest.mark.parametrize("loop", ["parallel", "sequential"])
def test_element_variable_and_loop_counters_are_lost(loop: str, start: "Start", engine: Engine) -> None:
    items = {"type": "Json", "value": '["a"]'}
    run = start(f"variables/{loop}_loop", items=items, loopCounter=OLD, nrOfInstances=OLD)

    lost = _lost_and_foreseen(run, engine, item=1, loopCounter=0, nrOfInstances=1, free=1)

    assert lost == {"item", "loopCounter", "nrOfInstances"}


def _lost_and_foreseen(run: "RunningModel", engine: Engine, **variables: int) -> set[str]:
    """Completes the task; returns the names of which the next task does not see the new value, as foreseen."""
    task = run.lock("task")
    foreseen = Catchers(engine).shadowed_names(engine.external_tasks.get(task["id"]))
    run.complete(task, {name: {"value": value} for name, value in variables.items()})
    seen = run.visible_variables(run.lock("next"))
    lost = {name for name, value in variables.items() if seen.get(name) != value}
    assert lost == foreseen.intersection(variables)
    return lost
