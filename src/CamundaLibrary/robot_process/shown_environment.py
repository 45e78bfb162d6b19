"""What `/proc/PID/environ` shows of a forked process: by itself, the environment that the server was started with."""

import ctypes
import os

_START, _END = 47, 48  # of the fields of /proc/PID/stat that come after the name (man 5 proc: 50 and 51)


def show_in_environment(variable: str, value: str) -> None:
    """Has the system show `variable=value` and nothing else for this process and its later forks.

    By this variable the processes of a run are found. The place where programs find their first environment is
    written over: to be called when nothing points there any more, after `os.environ.clear()`.
    """
    with open("/proc/self/stat", "rb", buffering=0) as file:  # noqa: PTH123  # in a fork: see fork.py
        fields = file.readall().rpartition(b")")[2].split()
    start, end = int(fields[_START]), int(fields[_END])
    text = os.fsencode(f"{variable}={value}") + b"\0"
    if len(text) <= end - start:
        ctypes.memmove(start, text.ljust(end - start, b"\0"), end - start)
