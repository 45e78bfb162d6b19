"""What environment a bundle asks for.

The first of: what robot.yaml names (`environmentConfigs`, `condaConfigFile`), the dependencies of pyproject.toml with
the lock beside it, requirements.txt.
"""

import json
import sys
import sysconfig
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from CamundaLibrary.bundles.manifest import Manifest
from CamundaLibrary.environments.conda import read_conda
from CamundaLibrary.environments.requirements import OWN_NAME, check_lines, name_of, public_text, read_requirements
from CamundaLibrary.environments.systems import fits_environment
from CamundaLibrary.errors import EnvironmentNotBuilt

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LOCKS = ("uv.lock", "pylock.toml")


class Specification(NamedTuple):
    """What a bundle asks for; `source` is the file that says so.

    `lines` are requirements as pip and uv read them, `python` a version or a range like `>=3.10,<3.13`. `only_rcc`
    names what nothing but RCC can install, `lock` is a file that only uv can install from, in place of the lines.
    """

    source: Path
    lines: tuple[str, ...] = ()
    python: str | None = None
    only_rcc: tuple[str, ...] = ()
    lock: Path | None = None

    @property
    def names_library(self) -> bool:
        """Whether it says itself which release of our library it wants."""
        return any(name_of(line) == OWN_NAME for line in self.lines)

    def key(self, builder: str, library: str) -> str:
        """Returns the hash of all that makes the environment. `library` stands for our own library's content."""
        folder = self.source.parent
        content = [
            *(public_text(line, folder) for line in self.lines),
            self.lock and sha256(self.lock.read_bytes()).hexdigest(),
            self.python,
            *(sys.version, sys.base_prefix, sysconfig.get_platform(), builder, library),
        ]
        return sha256(json.dumps(content).encode()).hexdigest()[:16]


def read_specification(manifest: Manifest) -> Specification:
    """Returns what the bundle asks for, an empty specification if it asks for nothing. Raises EnvironmentNotBuilt."""
    folder = manifest.file.parent
    requirements = folder / "requirements.txt"
    declared = declared_specification(manifest)
    if declared is not None:
        return declared
    if requirements.is_file():
        return Specification(requirements, read_requirements(requirements, folder))
    return Specification(manifest.file)


def declared_specification(manifest: Manifest) -> Specification | None:
    """Returns what robot.yaml or pyproject.toml say; None if they do not. Raises EnvironmentNotBuilt.

    A requirements.txt that merely lies there declares nothing: it may be for whoever develops the bundle.
    """
    if manifest.environment_files:
        return _read_named(manifest)
    return _read_pyproject(manifest.file.parent / "pyproject.toml")


def _read_named(manifest: Manifest) -> Specification:
    folder = manifest.file.parent
    fitting = [name for name in manifest.environment_files if fits_environment(name) and (folder / name).is_file()]
    if not fitting:
        raise EnvironmentNotBuilt(
            f"No file that '{manifest.file}' names for the environment is there and fits this system: "
            f"{', '.join(manifest.environment_files)}."
        )
    path = folder / fitting[0]
    if path.suffix in (".txt", ".in"):
        return Specification(path, read_requirements(path, folder))
    conda = read_conda(path)
    return Specification(path, check_lines(conda.lines, path), conda.python, conda.only_rcc)


def _read_pyproject(path: Path) -> Specification | None:
    project = _read_toml(path).get("project") if path.is_file() else None
    if not isinstance(project, dict):
        return None
    locks = [path.with_name(name) for name in _LOCKS if path.with_name(name).is_file()]
    lines, python = project.get("dependencies"), project.get("requires-python")
    if not locks and not lines:
        return None
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise EnvironmentNotBuilt(f"'{path}': 'project.dependencies' must be a list of texts.")
    lock = locks[0] if locks else None
    return Specification(path, check_lines(tuple(lines), path), str(python) if python else None, (), lock)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EnvironmentNotBuilt(f"Reading '{path}' failed: {error}.") from None
