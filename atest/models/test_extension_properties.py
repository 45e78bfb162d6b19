"""Extension properties as we read them in the model against those the engine hands out with the task."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.models import Model

if TYPE_CHECKING:
    from models.conftest import RunningModel


@pytest.mark.parametrize("model", ["extension_properties", "message_event_with_extension_properties"])
def test_model_and_engine_agree(model: str, start: "Callable[..., RunningModel]", engine: Engine) -> None:
    run = start(f"variables/{model}")
    task = run.lock("task")

    read = Model.parse(engine.definitions.xml(task["processDefinitionId"])).extension_properties("task")

    assert read == task["extensionProperties"] == {"robot.timeout": "10m", "Größe": ""}
