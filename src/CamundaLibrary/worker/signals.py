"""Signals that stop a worker."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def on_stop_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Calls `stop` at Ctrl-C, SIGTERM, the end of the terminal and (Windows) Ctrl-Break. For the main thread only.

    What is ignored stays so: a worker under nohup outlives its terminal.
    """
    signals = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    heeded = [each for each in signals if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, lambda *_: stop()) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
