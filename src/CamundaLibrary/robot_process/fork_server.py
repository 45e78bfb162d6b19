"""`python -m CamundaLibrary.robot_process.fork_server LIFELINE PROGRAM LIBRARY… -- MODULE…` forks robots.

PROGRAM is what forks run: `robot`, or `handler` (plain Python functions do the tasks; the rest is the same). What it
needs, libraries of robots and other modules are imported once, in a process without threads and sockets. Commands come
as lines of JSON from standard input, replies go to standard output; robots are told apart by numbers that the worker
gives them:

    {"start": 1, "arguments": […], "folder": …, "environment": {…}, "console": …}
                    {"started": 1, "pid": …} or {"refused": 1, "errno": …}; later {"ended": 1, "code": …}
    {"stop": 1}     asks the robot to end in order
    {"kill": 1}     ends it and what it started
    {"exit": true}  ends the server once its robots have ended; no others are started

The end of standard input, and of the pipe LIFELINE, which nobody writes to, is the end of the worker: robots notice it
themselves and end in order, or are killed after a while.
"""

import gc
import os
import sys

_AT_START = frozenset(sys.modules)


def main() -> None:
    """Serves a worker."""
    gc.disable()
    from pathlib import Path

    commands, replies = _take_standard_streams()
    lifeline, name, *imports = sys.argv[1:]
    end = imports.index("--")
    if sys.path[0] == str(Path.cwd()):
        del sys.path[0]  # robots have folders of their own
    from CamundaLibrary.robot_process.fork import Fork
    from CamundaLibrary.robot_process.fork_loop import ForkLoop
    from CamundaLibrary.robot_process.preloading import freeze, preload, watched_files
    from CamundaLibrary.robot_process.programs import PROGRAMS

    program = PROGRAMS[name]
    obstacle, unsafe = preload(program, imports[:end], imports[end + 1 :])
    fork = Fork(program, os.getpid(), int(lifeline), _AT_START)
    loop = ForkLoop(commands, replies, fork.foresee, fork.become_robot)
    loop.reply(ready=os.getpid(), obstacle=obstacle, unsafe=unsafe, watched=watched_files())
    freeze()
    loop.serve()


def _take_standard_streams() -> tuple[int, int]:
    """Returns the worker's pipes; what imports print must not get there."""
    commands, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands, replies


if __name__ == "__main__":
    main()
