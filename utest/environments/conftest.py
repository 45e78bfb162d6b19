"""Bundles that ask for environments, and stores to build them in."""

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
