"""Robots and tasks as in the tests of the listener, and queues."""

import sys
from pathlib import Path

# pytest's importlib mode leaves it out, and tests say `from queues import Queue`
sys.path.insert(0, str(Path(__file__).parent))

from listener.robots import await_start, run_robot, start_robot, start_task
from queues import make_queue

__all__ = ["await_start", "make_queue", "run_robot", "start_robot", "start_task"]
