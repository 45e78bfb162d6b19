"""Signals that stop a worker."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGBREAK")


@contextmanager
def on_stop_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Calls `stop` at Ctrl-C, SIGTERM and (Windows) Ctrl-Break. For the main thread only."""
    signals = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {each: signal.signal(each, lambda *_: stop()) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
