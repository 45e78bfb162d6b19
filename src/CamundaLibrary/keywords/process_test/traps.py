"""Keywords on models themselves, before anything runs."""

from collections.abc import Sequence
from pathlib import Path

from robot.api.deco import keyword

from CamundaLibrary.errors import ConditionNotMet, SettingsError
from CamundaLibrary.keywords.process_test.subjects import Subjects
from CamundaLibrary.models import Model, ModelUnreadable


class TrapKeywords:
    """Reads files; needs no engine."""

    def __init__(self, subjects: Subjects) -> None:
        """Takes what all groups take."""

    @keyword(tags=("Model",))
    def process_models_should_have_no_traps(self, *models: Path, ignore: Sequence[str] = ()) -> None:
        """Fails if models hold what engines accept, and do otherwise than it looks.

        | =Arguments= | =Description= |
        | ``models``  | Paths of BPMN files. |
        | ``ignore``  | Ids of elements that are meant to be as they are. |

        Traps are: call activities that hand over no variables; gateways whose ways out all have conditions, without a
        default flow; topics with spaces around them, or that differ in upper and lower case only; names of variables
        that expressions cannot hold. The message names every one of them.

        Example:
        | `Process Models Should Have No Traps`    ${CURDIR}/order.bpmn    ignore=${{['Call_Archive']}}
        """
        if not models:
            raise SettingsError("There is no model to look at: give the paths of BPMN files.")
        told = [
            f"{path.name}: {trap.sentence}"
            for path in models
            for trap in _read(path).traps()
            if trap.element_id not in ignore
        ]
        if told:
            raise ConditionNotMet("\n".join(["The models have traps:", *told]))


def _read(path: Path) -> Model:
    try:
        return Model.parse(path.read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        raise ModelUnreadable(f"The BPMN model '{path}' cannot be read: {error}") from None
    except ModelUnreadable as error:
        raise ModelUnreadable(f"'{path}': {error}") from None
