"""Bundles that ask for environments, stores to build them in, and a folder of wheels that makes a network needless."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.bundles.manifest import Manifest, read_manifest
from CamundaLibrary.environments.specification import Specification, read_specification
from CamundaLibrary.environments.store import EnvironmentStore
from CamundaLibrary.runners.environment import machine_environment

sys.path.insert(0, str(Path(__file__).parent))  # as in atest/conftest.py

from stand_in import StandIn

ROBOT_YAML = "tasks:\n  Task:\n    robotTaskName: Do it\nartifactsDir: output\n"
NEEDED = ("robotframework>=7.4", "robotframework-pythonlibcore>=4.4", "requests>=2.31", "urllib3>=2")


@pytest.fixture
def manifest(tmp_path: Path) -> Callable[..., Manifest]:
    """Makes a bundle of the given files and returns its manifest; `more` are lines of its robot.yaml."""

    def manifest(files: Mapping[str, str] | None = None, more: str = "") -> Manifest:
        folder = tmp_path / "comics"
        for name, content in {"robot.yaml": ROBOT_YAML + dedent(more), **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(content), "utf-8")
        return read_manifest(folder)

    return manifest


@pytest.fixture
def specify(manifest: Callable[..., Manifest]) -> Callable[..., Specification]:
    """Returns what a bundle asks for that has these requirements."""
    return lambda *lines: read_specification(manifest({"requirements.txt": "\n".join(lines)}))


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[..., EnvironmentStore]:
    """Makes stores that share a folder, as those of several workers do."""
    return lambda **options: EnvironmentStore(tmp_path / "environments", machine_environment(), **options)


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[..., StandIn]:
    """Makes builders that write into one diary."""
    return lambda *args, **options: StandIn(tmp_path / "diary", *args, **options)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheels of all that our library needs."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "-w", str(folder)]
    subprocess.run([*command, *NEEDED], check=True)
    return folder
