"""One thread that keeps locks: for the worker's tasks, and for a task that a run locked itself."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineError, LockedByAnother, LockExpired, NotFound, Suspended

_log = logging.getLogger(__name__)


class KeptLock:
    """One lock; `held_until` is by this machine's monotonic clock, `lost` says why it is lost, or None."""

    def __init__(
        self, task_id: str, worker_id: str, duration: timedelta, changed: Callable[["KeptLock"], None]
    ) -> None:
        self.task_id = task_id
        self.worker_id = worker_id
        self.duration = duration
        self.held_until = monotonic() + duration.total_seconds()
        self.lost: str | None = None
        self.is_suspended = False
        self.next_try = monotonic() + duration.total_seconds() / 3
        self.changed = changed

    @property
    def problem(self) -> str | None:
        """Why the lock cannot be relied on, or None."""
        return self.lost or ("it ran out" if monotonic() > self.held_until else None)


class LockKeeper:
    """Extends every kept lock when a third of its time is over, and reads what the engine answers.

    `changed` of a lock is called in the keeper's thread after every extension, and once when the lock is lost.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._locks: dict[str, KeptLock] = {}
        self._wake = threading.Condition()
        self._extending: str | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def is_alive(self) -> bool:
        """False once the thread died of something unforeseen: locks are no longer kept."""
        return self._thread is None or self._thread.is_alive()

    def keep(
        self,
        task_id: str,
        worker_id: str,
        duration: timedelta,
        changed: Callable[[KeptLock], None] = lambda lock: None,
    ) -> KeptLock:
        """Keeps a lock that was just taken or extended for `duration`."""
        lock = KeptLock(task_id, worker_id, duration, changed)
        with self._wake:
            self._locks[task_id] = lock
            self._wake.notify()
        self._start()
        return lock

    def release(self, task_id: str) -> None:
        """Stops keeping; after it returns no extension of this lock is under way or will be sent."""
        with self._wake:
            self._locks.pop(task_id, None)
            self._wake.wait_for(lambda: self._extending != task_id)

    def stop(self) -> None:
        """Stops keeping all locks and ends the thread."""
        with self._wake:
            self._locks.clear()
            self._stopping = True
            self._wake.notify_all()
        if self._thread:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="lock keeper", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while lock := self._wait_for_next():
            try:
                self._extend(lock)
            finally:
                with self._wake:
                    self._extending = None
                    self._wake.notify_all()
            lock.changed(lock)

    def _wait_for_next(self) -> KeptLock | None:
        with self._wake:
            while not self._stopping:
                lock = min(self._locks.values(), key=lambda lock: lock.next_try, default=None)
                pause = lock.next_try - monotonic() if lock else None
                if lock and pause is not None and pause <= 0:
                    self._extending = lock.task_id
                    return lock
                self._wake.wait(pause)
        return None

    def _extend(self, lock: KeptLock) -> None:
        started, third = monotonic(), lock.duration.total_seconds() / 3
        try:
            renew_lock(self._engine, lock.task_id, lock.worker_id, lock.duration)
        except (LockedByAnother, NotFound) as error:
            self._lose(lock, error)
        except Suspended:
            lock.is_suspended = True
            lock.next_try = started + third
        except EngineError as error:
            _log.warning("%s Trying again.", error)
            lock.next_try = monotonic() + min(third / 3, 5)
        else:
            lock.is_suspended = False
            lock.held_until = started + lock.duration.total_seconds()
            lock.next_try = started + third

    def _lose(self, lock: KeptLock, error: EngineError) -> None:
        with self._wake:
            if self._locks.get(lock.task_id) is lock:
                del self._locks[lock.task_id]
        lock.lost = error.reason
        _log.warning("The lock of task '%s' is lost: %s", lock.task_id, error.reason)


def renew_lock(engine: Engine, task_id: str, worker_id: str, duration: timedelta) -> None:
    """Makes the lock end `duration` from now, also when it ran out and nobody else took the task.

    Raises LockedByAnother or NotFound where the lock is lost, Suspended while the instance is.
    """
    try:
        engine.external_tasks.extend_lock(task_id, worker_id, duration)
    except LockExpired:
        engine.external_tasks.lock(task_id, worker_id, duration)
