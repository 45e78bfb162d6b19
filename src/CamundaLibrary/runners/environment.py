"""The environment of a robot: what a program needs to run on this machine, and nothing of the worker's."""

import os
from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.runners.contract import Order

_NAMES = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "DISPLAY", "WAYLAND_DISPLAY",
        "XAUTHORITY", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC",
        "PATHEXT", "USERNAME", "USERPROFILE", "USERDOMAIN", "HOMEDRIVE", "HOMEPATH", "COMPUTERNAME", "APPDATA",
        "LOCALAPPDATA", "PROGRAMDATA", "ALLUSERSPROFILE", "PUBLIC", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432",
        "COMMONPROGRAMFILES", "COMMONPROGRAMFILES(X86)", "COMMONPROGRAMW6432", "NUMBER_OF_PROCESSORS",
        "PROCESSOR_ARCHITECTURE", "OS",
    }
)  # fmt: skip


def robot_environment(order: Order) -> dict[str, str]:
    """Returns all variables of a robot's environment."""
    root, temporary = order.root, str(order.temporary)
    return {
        **machine_environment(),
        **order.environment,
        "PATH": os.pathsep.join(
            (*_absolute(root, order.manifest.path), _programs(order), os.environ.get("PATH", os.defpath))
        ),
        **python_path(root, order.manifest.python_path),
        "PYTHONIOENCODING": "utf-8",
        "ROBOT_ROOT": str(root),
        "ROBOT_ARTIFACTS": str(order.artifacts),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
        "CAMUNDA_TASK_FILE": str(order.task_file),
        **({"CAMUNDA_SECRETS_FILE": str(order.secrets)} if order.secrets else {}),
    }


def machine_environment() -> dict[str, str]:
    """Returns the worker's variables that describe machine and user."""
    return {name: value for name, value in os.environ.items() if name.upper() in _NAMES or name.startswith("LC_")}


def python_path(root: Path, folders: tuple[str, ...]) -> Mapping[str, str]:
    """Returns the manifest's PYTHONPATH, if it has one; the worker's own never reaches a robot."""
    return {"PYTHONPATH": os.pathsep.join(_absolute(root, folders))} if folders else {}


def _absolute(root: Path, folders: tuple[str, ...]) -> list[str]:
    return [str(root / folder) for folder in folders]


def _programs(order: Order) -> str:
    """The folder of the interpreter, so that `python` and `robot` are those that the worker found good."""
    return str(Path(order.interpreter).parent)
