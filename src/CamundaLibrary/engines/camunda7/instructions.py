"""Where instances are to start, and what is to be cancelled in them: `instructions` of several calls."""

from collections.abc import Sequence

from CamundaLibrary.engines.camunda7.wire import write_variables
from CamundaLibrary.engines.contract import Variables

Instruction = dict[str, object]


def starting(before: Sequence[str], after: Sequence[str], variables: Variables | None = None) -> list[Instruction]:
    """Returns instructions to start before and after activities; the first one sets the variables of the process."""
    steps = [("startBeforeActivity", each) for each in before] + [("startAfterActivity", each) for each in after]
    instructions: list[Instruction] = [{"type": kind, "activityId": activity} for kind, activity in steps]
    if instructions and variables:
        instructions[0]["variables"] = {name: {**value, "local": False} for name, value in _wire(variables).items()}
    return instructions


def cancelling(activities: Sequence[str]) -> list[Instruction]:
    """Returns instructions to cancel all that stands at these activities."""
    return [{"type": "cancel", "activityId": activity} for activity in activities]


def _wire(variables: Variables) -> dict[str, dict[str, object]]:
    return {name: value for name, value in write_variables(variables).items() if isinstance(value, dict)}
