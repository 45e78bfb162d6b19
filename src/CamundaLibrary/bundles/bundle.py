"""A bundle: a folder or a zip with robots and their manifest."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.bundles.manifest import Manifest, ManifestTask, read_manifest
from CamundaLibrary.bundles.model_properties import read_properties
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.bundles.staging import copy_bundle
from CamundaLibrary.bundles.unpacking import unpack
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import Subscription
from CamundaLibrary.errors import BundleError


class Bundle(NamedTuple):
    """A bundle that lies in `folder`; `source` is what the user named."""

    source: Path
    folder: Path
    manifest: Manifest

    @property
    def title(self) -> str:
        """What log.html calls the suite: the name of the folder, or of the zip without its extension."""
        return self.source.stem if self.source.suffix.lower() == ".zip" else self.source.name

    @property
    def artifacts(self) -> Path:
        """What earlier runs left."""
        return self.folder / self.manifest.artifacts

    def stage(self, target: Path) -> None:
        """Copies the bundle to `target` for one run, without what earlier runs left, venvs and version control."""
        copy_bundle(str(self.folder), str(target), str(self.artifacts))


class Topic(NamedTuple):
    """A topic and what is run for its tasks. `configured` are the worker's own options for it."""

    bundle: Bundle
    task: ManifestTask
    configured: TaskOptions = TaskOptions()

    @property
    def name(self) -> str:
        return self.task.topic

    @property
    def options(self) -> TaskOptions:
        """What is known of the topic before a task is there: manifest over configuration."""
        return self.task.options.over(self.configured)

    def options_for(self, task: ExternalTask) -> TaskOptions:
        """What holds for one task: manifest over model over configuration. Raises BundleError for a wrong model."""
        in_model = read_properties(task)
        return self.task.options.over(in_model.over(self.configured)) if in_model else self.options

    def subscription(self, default_lock_duration: timedelta) -> Subscription:
        """Returns what to fetch for it."""
        return self.options.subscription(self.name, default_lock_duration)


def open_bundle(source: Path, unpacked: Path) -> Bundle:
    """Returns the bundle at `source`; a zip is unpacked below the folder `unpacked`. Raises BundleError."""
    if source.is_dir():
        folder = source
    elif source.is_file():
        folder = unpack(source, unpacked)
    else:
        raise BundleError(
            f"There is no bundle '{source}': a folder or zip with a robot.yaml or pyproject.toml is needed."
        )
    return Bundle(source.absolute(), folder.absolute(), read_manifest(folder))


def topics_of(bundles: Iterable[Bundle], configured: Mapping[str, TaskOptions] | None = None) -> dict[str, Topic]:
    """Returns the topics of all bundles by name; BundleError if two bundles have the same.

    `configured` are the worker's own options by topic.
    """
    topics: dict[str, Topic] = {}
    for topic in _all_topics(bundles, configured or {}):
        other = topics.setdefault(topic.name, topic)
        if other is not topic:
            raise BundleError(
                f"Topic '{topic.name}' is given twice: by task '{other.task.name}' of '{other.bundle.source}' "
                f"and by task '{topic.task.name}' of '{topic.bundle.source}'."
            )
    return topics


def _all_topics(bundles: Iterable[Bundle], configured: Mapping[str, TaskOptions]) -> Iterator[Topic]:
    for bundle in bundles:
        for task in bundle.manifest.tasks:
            yield Topic(bundle, task, configured.get(task.topic, TaskOptions()))
