"""The runner that works everywhere: a Python interpreter per run."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.errors import BundleError
from CamundaLibrary.robot_process.lifeline import STOP
from CamundaLibrary.runners.contract import Order, RunnerSettings
from CamundaLibrary.runners.environment import machine_environment, python_path, robot_environment
from CamundaLibrary.runners.process_tree import ProcessTree
from CamundaLibrary.runners.robot_command import LISTENER, ROBOT, command_line

_IMPORT_TIME = 120  # seconds; a cold disk and a virus scanner are slow


class ProcessRunner:
    """Starts every robot in a process, session and process group of its own.

    `python` is the interpreter of orders that name none, None: the worker's.
    """

    def __init__(self, settings: RunnerSettings, *, python: str | None = None) -> None:
        self._python = python or sys.executable

    @staticmethod
    def obstacle() -> str | None:
        """Works everywhere."""
        return None

    def close(self) -> None:
        """Keeps nothing running."""

    def check(self, bundle: Bundle, environment: Mapping[str, str]) -> None:
        check_imports(bundle, environment, self._python)

    def start(self, order: Order) -> "RobotProcess":
        order = order if order.python else order._replace(python=self._python)
        environment = robot_environment(order)
        is_command = order.task.command is not None
        if is_command:
            environment["ROBOT_OPTIONS"] = f"--listener {LISTENER}"
        with order.console.open("ab") as console:
            process = subprocess.Popen(
                command_line(order, environment),
                cwd=order.root,
                env=environment,
                stdin=subprocess.DEVNULL if is_command else subprocess.PIPE,
                stdout=console,
                stderr=subprocess.STDOUT,
                bufsize=0,
                **_apart(),
            )
        tree = ProcessTree(process.pid, "CAMUNDA_TASK_FILE", str(order.task_file))
        return RobotProcess(process, tree, signals_group=is_command)


def check_imports(bundle: Bundle, environment: Mapping[str, str], python: str) -> None:
    """Imports Robot Framework and the listener as a run would: Robot runs unwrapped without a listener.

    Raises BundleError where `python` cannot import them in the folder of the bundle.
    """
    path = python_path(bundle.folder, bundle.manifest.python_path)
    try:
        done = subprocess.run(
            [python, "-c", f"import robot, {LISTENER}, {ROBOT}"],
            cwd=bundle.folder,
            env={**machine_environment(), **environment, **path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_IMPORT_TIME,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _cannot_wrap(bundle, python, str(error)) from None
    if done.returncode:
        raise _cannot_wrap(bundle, python, _last_line(done.stderr) or f"exit code {done.returncode}")


class RobotProcess:
    """A robot in a process of its own. With `signals_group` the whole group is asked to end, not its leader alone:

    Robot's own teardowns still need the browser, but a shell that waits for a robot does not pass the signal on.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", tree: ProcessTree, *, signals_group: bool) -> None:
        self._process = process
        self._tree = tree
        self._signals_group = signals_group
        self._reaping = threading.Lock()
        self._gone = threading.Event()
        self._is_stopping = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def broken(self) -> str | None:
        """Nothing stands between this robot and its worker."""
        return None

    def wait(self) -> int:
        """What the robot left behind is ended too, a browser with a session of its own included."""
        _wait_without_reaping(self._process)
        with self._reaping:
            self._tree.kill()
            code = self._process.wait()
            self._tree.await_end_of_group()
            self._let_go()
            self._gone.set()
        return code

    def stop(self, patience: timedelta) -> None:
        with self._reaping:
            if not self._is_stopping and self._process.returncode is None:
                self._is_stopping = True
                self._tree.remember()
                self._ask_to_end()
        if not self._gone.wait(patience.total_seconds()):
            self._tree.kill()
            self._gone.wait()

    def _ask_to_end(self) -> None:
        """Windows has no signal by which Robot Framework would end in order: robots listen to their lifeline there."""
        if sys.platform == "win32":
            if self._process.stdin is None:
                self._tree.kill()
            else:
                with suppress(OSError):
                    self._process.stdin.write(STOP)
        else:
            ask = os.killpg if self._signals_group else os.kill
            with suppress(ProcessLookupError):
                ask(self._process.pid, signal.SIGTERM)

    def _let_go(self) -> None:
        """Closes the lifeline, which nobody is at the other end of."""
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()


def _wait_without_reaping(process: "subprocess.Popen[bytes]") -> None:
    """Waits for the end. While a zombie holds it, no other gets the process id.

    Where the system has no such wait (Windows, macOS before Python 3.13), the process is reaped.
    """
    if sys.platform != "win32" and hasattr(os, "waitid"):
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    else:
        process.wait()


def _apart() -> Mapping[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _cannot_wrap(bundle: Bundle, python: str, reason: str) -> BundleError:
    return BundleError(
        f"Robots of bundle '{bundle.source}' cannot be run: importing robot and {LISTENER} with '{python}' "
        f"failed: {reason.rstrip('.')}."
    )


def _last_line(output: bytes) -> str:
    return (output.decode(errors="replace").strip().splitlines() or [""])[-1]
