"""Keeps signals away from the moments in which a result is on its way."""

import signal
from typing import Any


class SignalGuard:
    """Ignores SIGINT and SIGTERM from `on` until `off`; outside the main thread it does nothing, as nothing can."""

    def __init__(self) -> None:
        self._former: dict[int, Any] = {}

    def on(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            try:
                former = signal.signal(signum, signal.SIG_IGN)
            except ValueError:
                return
            self._former.setdefault(signum, former)

    def off(self) -> None:
        for signum, former in self._former.items():
            signal.signal(signum, former or signal.SIG_DFL)
        self._former.clear()


class SignalDelay:
    """Keeps what interrupts the main thread (SIGINT, SIGTERM, and SIGALRM, by which Robot Framework ends what takes too
    long) away from a block; what came meanwhile is handled after it. In other threads it does nothing.
    """

    def __init__(self) -> None:
        self._former: dict[int, Any] = {}
        self._came: list[tuple[int, Any]] = []

    def __enter__(self) -> None:
        for name in ("SIGINT", "SIGTERM", "SIGALRM"):
            signum = getattr(signal, name, None)
            if signum and callable(signal.getsignal(signum)):
                try:
                    self._former[signum] = signal.signal(signum, self._note)
                except ValueError:
                    return

    def __exit__(self, *_: object) -> None:
        for signum, former in self._former.items():
            signal.signal(signum, former)
        for signum, frame in self._came:
            self._former[signum](signum, frame)

    def _note(self, signum: int, frame: Any) -> None:
        self._came.append((signum, frame))


class Stopped(SystemExit):
    """Raised where the main thread is when SIGTERM comes, so that a program ends in order."""


class StopSignal:
    """Makes SIGTERM raise Stopped from `on` until `off`, unless the program has a way of its own with it.

    `stopped` is what was raised last, or None.
    """

    def __init__(self) -> None:
        self.stopped: Stopped | None = None

    def on(self) -> None:
        try:
            if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
                signal.signal(signal.SIGTERM, self._stop)
        except ValueError:  # not the main thread
            return

    def off(self) -> None:
        if signal.getsignal(signal.SIGTERM) == self._stop:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _stop(self, signum: int, frame: object) -> None:
        self.stopped = Stopped(128 + signum)
        raise self.stopped
