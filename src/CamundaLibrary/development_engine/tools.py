"""The programs that building and running the engine needs, and what to install where they are missing."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from CamundaLibrary.errors import ToolMissing

_OLDEST_JAVA = 17
_INSTALL_JDK = (
    f"Install a JDK of version {_OLDEST_JAVA} or newer (Debian and Ubuntu: apt install openjdk-17-jdk-headless, "
    "macOS: brew install openjdk@17, Windows: winget install EclipseAdoptium.Temurin.17.JDK)."
)
_INSTALL_MAVEN = (
    "Install it (Debian and Ubuntu: apt install maven, macOS: brew install maven, Windows: choco install maven)."
)


def find_java() -> str:
    """Returns the path of a Java that can run the engine: that of JAVA_HOME, else the first on the PATH.

    Raises ToolMissing if there is none or it is older than Java 17.
    """
    java = _find_in_jdk("java", "The engine needs Java")
    version = _read_java_version(java)
    if version < _OLDEST_JAVA:
        raise ToolMissing(
            f"The engine needs Java {_OLDEST_JAVA} or newer, and '{java}' is Java {version}. {_INSTALL_JDK}"
        )
    return java


def find_maven() -> str:
    """Returns the path of Maven; raises ToolMissing if it, or the Java compiler it calls, is not installed."""
    maven = shutil.which("mvn")
    if maven is None:
        raise ToolMissing(f"Building the engine needs Maven, and there is none. {_INSTALL_MAVEN}")
    _find_in_jdk("javac", "Building the engine needs the Java compiler")
    return maven


def _find_in_jdk(program: str, need: str) -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(program, path=str(Path(home, "bin"))) if home else shutil.which(program)
    if found is None:
        lack = f"JAVA_HOME, '{home}', has none" if home else "there is none"
        raise ToolMissing(f"{need}, and {lack}. {_INSTALL_JDK}")
    return found


def _read_java_version(java: str) -> int:
    """Returns the major version: 17 for `version "17.0.15"`, 8 for `version "1.8.0_292"`, 0 for no version."""
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    match = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(match[1]) if match else 0
