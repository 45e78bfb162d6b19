"""Where a variable goes."""

from enum import Enum


class Scope(Enum):
    """PROCESS is the process instance, TASK the task's own scope, which ends with the task unless the model maps it."""

    PROCESS = "process"
    TASK = "task"
