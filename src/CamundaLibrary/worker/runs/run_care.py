"""What a worker does around a robot: notes, secrets, hooks, and order in what the robot left."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import monotonic

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import BundleError, CamundaLibraryError, TaskFileError
from CamundaLibrary.logs.scrubbing import Scrubber
from CamundaLibrary.secrets.values import SecretValue, texts_of
from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.lock_keeper import KeptLock
from CamundaLibrary.task.secrets_file import FILE_NAME, write_secrets
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.log.fields import fields
from CamundaLibrary.worker.notices import Ended, Started
from CamundaLibrary.worker.runs.dispatch import label
from CamundaLibrary.worker.runs.kept_files import find_kept_files
from CamundaLibrary.worker.runs.scrubbing import clean_outcome, clean_run
from CamundaLibrary.worker.state.entry import Entry
from CamundaLibrary.worker.state.orphans import birth
from CamundaLibrary.worker.state.result import Result
from CamundaLibrary.worker.state.run_folder import RunFolder
from CamundaLibrary.worker.state.spool import Spool, Trouble

_log = logging.getLogger(__name__)

NOT_BUILT, NO_ROOM = "environment", "disk"
"""Kinds of trouble with a task for which its robot can do nothing."""


class RunCare:
    """One run. `topic` is None if this worker does not know it: then the robot was that of another one, which died."""

    def __init__(
        self, entry: Entry, topic: Topic | None, folder: RunFolder, spool: Spool, equipment: Equipment
    ) -> None:
        self._entry = entry
        self._topic = topic
        self._folder = folder
        self._spool = spool
        self._equipment = equipment
        self._secrets: Mapping[str, SecretValue] = {}
        self._begun = 0.0

    def give_secrets(self) -> Path | None:
        """Writes the secrets for the robot; returns the file, None if it has none. Raises OSError, SecretMissing."""
        if self._topic is None:
            return None
        self._secrets = self._equipment.secrets.values_for(self._topic)
        if not self._secrets:
            return None
        write_secrets(self._folder.path / FILE_NAME, self._secrets)
        return self._folder.path / FILE_NAME

    def recall_secrets(self) -> None:
        """Asks again for the secrets that the robot of a dead worker had."""
        try:
            self._secrets = self._equipment.secrets.values_for(self._topic) if self._topic else {}
        except CamundaLibraryError as error:
            task = self._entry.task
            _log.warning("%s: secrets are not taken out of its files: %s", label(task), error, extra=fields(task))

    def tell_lock(self, lock: KeptLock) -> None:
        """Tells the robot how its lock stands."""
        held_until = datetime.now(timezone.utc) + timedelta(seconds=lock.held_until - monotonic())
        try:
            self._folder.handover.write_lock(held_until, lost=lock.lost is not None)
        except TaskFileError as error:
            task = self._entry.task
            _log.warning("%s: %s", label(task), error, extra=fields(task))

    def note_start(self, pid: int | None) -> None:
        """Notes the robot's process, by which it is found should this worker die; None if it has none of its own."""
        entry = self._entry
        self._begun = monotonic()
        self._spool.note_start(entry.run, pid, birth(pid) if pid is not None else None)
        _log.info("%s: started.", label(entry.task), extra=fields(entry.task, engine=entry.engine))
        self._equipment.notices.tell(Started(entry.task, self._folder.path, _waited(entry)))

    def limit(self, time: timedelta, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Has `stop` called after that time, if the block lasts so long."""
        return self._equipment.deadlines.limit(time.total_seconds(), stop)

    def count_trouble(self, kind: str) -> Trouble:
        """Counts an environment that could not be built, or a disk that was full."""
        return self._spool.count_trouble(self._entry.task.id, kind)

    def end_trouble(self) -> None:
        """Forgets all of it: a robot came to its end."""
        self._spool.end_trouble(self._entry.task.id)

    def note_end(self) -> None:
        """Notes that nothing of the run goes on any more."""
        duration = timedelta(seconds=monotonic() - self._begun)
        self._equipment.notices.tell(Ended(self._entry.task, duration))

    def tidy_files(self) -> None:
        """Makes the robot's files fit to be read and kept. To be called as soon as the robot is gone."""
        try:
            clean_run(self._folder.path, self._secrets)
            self._folder.limit_console()
        except OSError as error:
            task = self._entry.task
            _log.warning("%s: its files stay as they are: %s", label(task), error, extra=fields(task))

    def finish(self, result: Result) -> Result:
        """Returns the result without secrets in its texts, and runs the hook."""
        outcome = clean_outcome(result.outcome, self._secrets)
        is_robots_own = result.is_robots_own and outcome == result.outcome
        self._equipment.hooks.after_robot(self._entry.task, outcome, self._folder.path)
        return result._replace(outcome=outcome, kept=self._find_kept(result), is_robots_own=is_robots_own)

    def _find_kept(self, result: Result) -> tuple[Attachment, ...]:
        """Whatever the outcome is, as the log. Names of variables that the robot set are taken."""
        patterns = _keep(self._topic, self._entry.task)
        taken = {*getattr(result.outcome, "task_variables", ()), *((result.log.variable,) if result.log else ())}
        scrubber = Scrubber(tuple(texts_of(self._secrets)))
        return find_kept_files(self._folder.root, patterns, taken, scrubber.text) if patterns else ()


def _keep(topic: Topic | None, task: ExternalTask) -> Sequence[str]:
    try:
        return topic.options_for(task).keep if topic else ()
    except BundleError:  # a wrong model, which was said
        return ()


def _waited(entry: Entry) -> timedelta | None:
    """From the task's creation to its fetch, both by the engine's clock. Later tries waited for something else."""
    created, taken = entry.task.create_time, entry.taken
    if created is None or taken is None or entry.task.retries is not None or taken < created:
        return None
    return taken - created
