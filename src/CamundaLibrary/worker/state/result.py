"""What came of a run, kept from its end until the engine has it: as text for the spool, files in the run's folder."""

import json
from datetime import timedelta
from typing import NamedTuple

from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.json_file import JsonReader
from CamundaLibrary.task.outcome import GivenBack, Outcome
from CamundaLibrary.task.outcome_file import understand_outcome
from CamundaLibrary.worker.state.run_folder import RunFolder


class Result(NamedTuple):
    """What is to be reported. `is_robots_own`: the robot's own outcome file says the same."""

    outcome: Outcome
    log: Attachment | None = None
    kept: tuple[Attachment, ...] = ()
    is_robots_own: bool = False

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The log and all other files that go with it."""
        return (*((self.log,) if self.log else ()), *self.kept)


NEVER_STARTED = Result(GivenBack(timedelta()))


def write_result(folder: RunFolder, result: Result) -> str:
    """Returns a text from which the result can be read back as long as the folder of the run is there.

    Files of the outcome that are elsewhere are copied into the folder. What the robot's own outcome file says is not
    said again. Raises OSError and ValueRefused.
    """
    outcome = None if result.is_robots_own else folder.handover.describe(result.outcome, result.log)
    kept = [{**each._asdict(), "path": each.path.relative_to(folder.path).as_posix()} for each in result.kept]
    return json.dumps({"outcome": outcome, "kept": kept})


def read_result(folder: RunFolder, text: str) -> Result:
    """Returns the result that `write_result` made this text of. Raises OSError, ValueError and TaskFileError."""
    content = json.loads(text)
    is_robots_own = content["outcome"] is None
    if is_robots_own:
        outcome, log = folder.handover.read_outcome()
    else:
        reader = JsonReader(folder.handover.outcome_file, json.dumps(content["outcome"]))
        outcome, log = understand_outcome(reader, folder.path)
    kept = (Attachment(**{**each, "path": folder.find(each["path"])}) for each in content["kept"])
    return Result(outcome, log, tuple(kept), is_robots_own)
