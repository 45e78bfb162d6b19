"""For tests that build environments of robots: a folder of wheels that makes a network needless."""

import subprocess
import sys
from pathlib import Path

import pytest

NEEDED = ("robotframework>=7.4", "robotframework-pythonlibcore>=4.4", "requests>=2.31", "urllib3>=2")


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheels of all that our library needs."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "-w", str(folder)]
    subprocess.run([*command, *NEEDED], check=True)
    return folder
