"""The manifests of a bundle: robot.yaml, pyproject.toml, or both."""

from collections.abc import Iterable
from pathlib import Path

from CamundaLibrary.bundles.pyproject import PYPROJECT, read_pyproject
from CamundaLibrary.bundles.records import Manifest, ManifestTask
from CamundaLibrary.bundles.robot_yaml import ROBOT_YAML, read_robot_yaml
from CamundaLibrary.errors import BundleError

__all__ = ["Manifest", "ManifestTask", "has_manifest", "read_manifest"]


def has_manifest(folder: Path) -> bool:
    """Returns whether there is a file in `folder` that can be a manifest."""
    return (folder / ROBOT_YAML).is_file() or (folder / PYPROJECT).is_file()


def read_manifest(folder: Path) -> Manifest:
    """Returns what the manifests in `folder` say; BundleError names file, line and key of everything that is wrong."""
    yaml = read_robot_yaml(folder / ROBOT_YAML) if (folder / ROBOT_YAML).is_file() else None
    toml = read_pyproject(folder / PYPROJECT) if (folder / PYPROJECT).is_file() else None
    found = [manifest for manifest in (yaml, toml) if manifest]
    if not found:
        raise BundleError(f"There is no {ROBOT_YAML} in '{folder}', nor a {PYPROJECT} with [tool.camunda-robot].")
    _check_topics(found)
    return _join(found)


def _check_topics(manifests: Iterable[Manifest]) -> None:
    """One topic twice is an error, in one file or in two."""
    owners: dict[str, tuple[Manifest, ManifestTask]] = {}
    for manifest in manifests:
        for task in manifest.tasks:
            if task.topic in owners:
                raise BundleError(_explain_twice(manifest, task, *owners[task.topic]))
            owners[task.topic] = manifest, task


def _explain_twice(manifest: Manifest, task: ManifestTask, first: Manifest, owner: ManifestTask) -> str:
    place = f" in {first.file.name}, line {owner.line}" if first is not manifest else ""
    return (
        f"'{manifest.file}', line {task.line}: topic '{task.topic}' of task '{task.name}' "
        f"is already that of task '{owner.name}'{place}."
    )


def _join(manifests: list[Manifest]) -> Manifest:
    """The first one, robot.yaml, says where artifacts go; what both list is put together."""
    first, *others = manifests
    for other in others:
        first = first._replace(
            tasks=(*first.tasks, *other.tasks),
            path=(*first.path, *other.path),
            python_path=(*first.python_path, *other.python_path),
        )
    return first
