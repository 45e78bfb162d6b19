"""Threads that keep locks: for the worker's tasks, and for a task that a run locked itself."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineError, LockedByAnother, LockExpired, NotFound, Suspended

_log = logging.getLogger(__name__)

_MOST_THREADS = 8


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

    def extended(self, started: float) -> None:
        """Notes that an extension that was sent at `started` has succeeded."""
        self.held_until = started + self.duration.total_seconds()
        self.next_try = started + self.duration.total_seconds() / 3


class LockKeeper:
    """Extends every kept lock when a third of its time is over, and reads what the engine answers.

    One call may take no longer than a third of its lock, and while it does other threads extend other locks: so one
    call that hangs costs no lock. `changed` of a lock is called in the keeper's threads after every extension, and once
    when the lock is lost.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._locks: dict[str, KeptLock] = {}
        self._wake = threading.Condition()
        self._extending: set[str] = set()
        self._stopping = False
        self._is_broken = False
        self._threads: list[threading.Thread] = []
        self._waiting = 0

    @property
    def is_alive(self) -> bool:
        """False once a thread died of something unforeseen: locks are no longer kept."""
        return not self._is_broken

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
            self._wake.notify_all()
            if not self._threads:
                self._add_thread()
        return lock

    def extend(self, lock: KeptLock, duration: timedelta) -> None:
        """Makes a lock end `duration` from now, and keeps it by as much from now on; `lost` tells where it is lost.

        Raises Suspended while the instance is, and EngineError where the engine does not answer.
        """
        with self._wake:
            self._wake.wait_for(lambda: lock.task_id not in self._extending)
            self._extending.add(lock.task_id)
        started = monotonic()
        try:
            renew_lock(self._engine, lock.task_id, lock.worker_id, duration)
            lock.duration = duration
            lock.extended(started)
        except (LockedByAnother, NotFound) as error:
            self._lose(lock, error)
        finally:
            with self._wake:
                self._extending.discard(lock.task_id)
                self._wake.notify_all()

    def release(self, task_id: str) -> None:
        """Stops keeping; after it returns no extension of this lock is under way or will be sent."""
        with self._wake:
            self._locks.pop(task_id, None)
            self._wake.wait_for(lambda: task_id not in self._extending)

    def stop(self) -> None:
        """Stops keeping all locks and ends the threads."""
        with self._wake:
            self._locks.clear()
            self._stopping = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._run, name="lock keeper", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        try:
            while lock := self._wait_for_next():
                try:
                    is_changed = self._extend(lock)
                finally:
                    with self._wake:
                        self._extending.discard(lock.task_id)
                        self._wake.notify_all()
                if is_changed:
                    lock.changed(lock)
        except Exception:
            self._is_broken = True
            _log.critical("Locks are no longer kept.", exc_info=True)

    def _wait_for_next(self) -> KeptLock | None:
        """Returns the lock whose turn it is; as long as it is being extended there is a thread for the others."""
        with self._wake:
            while not self._stopping:
                idle = [lock for lock in self._locks.values() if lock.task_id not in self._extending]
                lock = min(idle, key=lambda lock: lock.next_try, default=None)
                pause = lock.next_try - monotonic() if lock else None
                if lock and pause is not None and pause <= 0:
                    self._extending.add(lock.task_id)
                    if len(idle) > 1 and not self._waiting and len(self._threads) < _MOST_THREADS:
                        self._add_thread()
                    return lock
                self._waiting += 1
                self._wake.wait(pause)
                self._waiting -= 1
        return None

    def _extend(self, lock: KeptLock) -> bool:
        """Returns whether the lock is extended, or lost."""
        started, third = monotonic(), lock.duration.total_seconds() / 3
        try:
            renew_lock(self._engine, lock.task_id, lock.worker_id, lock.duration, lock.duration / 3)
        except (LockedByAnother, NotFound) as error:
            return self._lose(lock, error)
        except Suspended:
            lock.is_suspended = True
            lock.next_try = started + third
            return False
        except EngineError as error:
            _log.warning("%s Trying again.", error)
            lock.next_try = monotonic() + min(third / 3, 5)
            return False
        lock.is_suspended = False
        lock.extended(started)
        return True

    def _lose(self, lock: KeptLock, error: EngineError) -> bool:
        """Returns False where the lock was let go meanwhile, or taken anew: then what the engine says is no loss."""
        with self._wake:
            is_kept = self._locks.get(lock.task_id) is lock
            if is_kept:
                del self._locks[lock.task_id]
        lock.lost = error.reason
        if is_kept:
            _log.warning("The lock of task '%s' is lost: %s", lock.task_id, error.reason)
        return is_kept


def renew_lock(
    engine: Engine, task_id: str, worker_id: str, duration: timedelta, timeout: timedelta | None = None
) -> None:
    """Makes the lock end `duration` from now, also when it ran out and nobody else took the task.

    No call takes longer than `timeout`. Raises LockedByAnother or NotFound where the lock is lost, Suspended while the
    instance is.
    """
    try:
        engine.external_tasks.extend_lock(task_id, worker_id, duration, timeout=timeout)
    except LockExpired:
        engine.external_tasks.lock(task_id, worker_id, duration, timeout=timeout)
