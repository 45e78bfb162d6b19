"""What came of a run, on disk from its end until the engine has it."""

import json
from datetime import timedelta
from typing import NamedTuple

from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import GivenBack, Outcome
from CamundaLibrary.worker.state.run_folder import RunFolder

ROBOTS_OWN = "task"
"""The outcome file that the robot wrote: `task.outcome.json`."""
JUDGED = "result"
"""The outcome file of a worker that knew better: `result.outcome.json`."""


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
    """Sees to it that the result can be read back from the folder of the run; returns the name of its file.

    Raises OSError and TaskFileError.
    """
    name = ROBOTS_OWN if result.is_robots_own else JUDGED
    if not result.is_robots_own:
        Handover(folder.path / f"{name}.json").write_outcome(result.outcome, result.log)
    if result.kept:
        kept = [{**each._asdict(), "path": each.path.relative_to(folder.path).as_posix()} for each in result.kept]
        (folder.path / f"{name}.kept.json").write_text(json.dumps(kept), "utf-8")
    return name


def read_result(folder: RunFolder, name: str) -> Result:
    """Returns the result of that name. Raises OSError and TaskFileError."""
    outcome, log = Handover(folder.path / f"{name}.json").read_outcome()
    kept = folder.path / f"{name}.kept.json"
    described = json.loads(kept.read_text("utf-8")) if kept.exists() else []
    attachments = (Attachment(**{**each, "path": folder.find(each["path"])}) for each in described)
    return Result(outcome, log, tuple(attachments), name == ROBOTS_OWN)
