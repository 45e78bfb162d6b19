"""Which of a bundle's files and commands are meant for this system, by RCC's rule (`robot/robot.go` of rcc).

A name may hold the words windows, darwin, linux, amd64, arm64; then it is for that system alone.
"""

import platform
import re
import sys

_SYSTEM = re.compile("windows|darwin|linux", re.IGNORECASE)
_ARCHITECTURE = re.compile("amd64|arm64", re.IGNORECASE)
_MOST_UNDERSCORES = 2


def fits(name: str) -> bool:
    """Returns whether a file or command of this name is for this system."""
    system, architecture = this_system()
    return _agrees(_SYSTEM, name, system) and _agrees(_ARCHITECTURE, name, architecture)


def fits_environment(name: str) -> bool:
    """Returns whether an environment file is for this system: a frozen one must name it in full."""
    is_frozen = "freeze" in name.lower() or name.count("_") > _MOST_UNDERSCORES
    return fits(name) and (not is_frozen or "_".join(this_system()) in name)


def this_system() -> tuple[str, str]:
    """Returns system and architecture in RCC's words."""
    system = {"win32": "windows", "darwin": "darwin"}.get(sys.platform, "linux")
    machine = platform.machine().lower()
    return system, "arm64" if machine in ("arm64", "aarch64") else "amd64"


def _agrees(words: "re.Pattern[str]", name: str, ours: str) -> bool:
    found = words.search(name)
    return found is None or found[0].lower() == ours
