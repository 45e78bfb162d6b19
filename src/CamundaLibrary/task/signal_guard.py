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
