"""The secrets that an operator configured, and who may have them."""

import threading
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Protocol

from CamundaLibrary.errors import CamundaLibraryError, SecretMissing
from CamundaLibrary.secrets.source import SecretSource
from CamundaLibrary.secrets.values import HiddenMapping, SecretValue

KEPT_FOR = timedelta(minutes=5)
_FILE = "camunda-robot.toml"


class ConfiguredSecret(NamedTuple):
    """A secret and who may have it: bundles by title or path, topics by name; None is "not said".

    Who says both means robots to which both apply.
    """

    source: SecretSource
    bundles: Collection[str] | None = None
    topics: Collection[str] | None = None

    def is_for(self, topic: "Topic") -> bool:
        """Whether robots of this topic may have it."""
        names = (topic.bundle.title, str(topic.bundle.source))
        is_bundle = self.bundles is None or any(name in self.bundles for name in names)
        is_topic = self.topics is None or topic.name in self.topics
        return is_bundle and is_topic and (self.bundles, self.topics) != (None, None)


class SecretStore:
    """Gives secrets to those who may have them. Values are kept in memory only, and not for longer than `kept_for`."""

    def __init__(self, secrets: Mapping[str, ConfiguredSecret], *, kept_for: timedelta = KEPT_FOR) -> None:
        self._secrets = secrets
        self._kept = {name: _Kept(secret.source, kept_for) for name, secret in secrets.items()}

    def check(self, topics: "Iterable[Topic]") -> None:
        """Raises SecretMissing with all that is wrong for these topics; reads no value and asks nobody."""
        problems = {
            problem: None for topic in topics for name in _asked(topic) if (problem := self._problem(name, topic))
        }
        if problems:
            raise SecretMissing(" ".join(problems))

    def values_for(self, topic: "Topic") -> HiddenMapping:
        """Returns the secrets that a robot of this topic asks for, by name; SecretMissing if it cannot have all."""
        return HiddenMapping({name: self._value(name, topic) for name in _asked(topic)})

    def _value(self, name: str, topic: "Topic") -> SecretValue:
        if problem := self._problem(name, topic):
            raise SecretMissing(problem)
        try:
            return self._kept[name].value()
        except CamundaLibraryError as error:
            raise SecretMissing(f"Secret '{name}' is missing: {error}") from None

    def _problem(self, name: str, topic: "Topic") -> str | None:
        secret = self._secrets.get(name)
        if secret is None:
            return (
                f"Secret '{name}' of topic '{topic.name}' is not configured. "
                f"Add [secrets.{name}] to {_FILE}, with its source and who may have it."
            )
        if not secret.is_for(topic):
            return (
                f"Secret '{name}' is not for topic '{topic.name}' of bundle '{topic.bundle.title}'. "
                f"If it is to be, add the bundle or the topic to [secrets.{name}] of {_FILE}."
            )
        try:
            secret.source.check()
        except CamundaLibraryError as error:
            return f"Secret '{name}' cannot be read: {error}"
        return None


class _Kept:
    """One secret, read again when what was read is too old. A failure is not kept."""

    def __init__(self, source: SecretSource, kept_for: timedelta) -> None:
        self._source = source
        self._kept_for = kept_for.total_seconds()
        self._reading = threading.Lock()
        self._value: SecretValue | None = None
        self._ends = 0.0

    def value(self) -> SecretValue:
        with self._reading:
            if self._value is None or monotonic() >= self._ends:
                self._value = None
                self._value = self._source.read()
                self._ends = monotonic() + self._kept_for
            return self._value


class Topic(Protocol):
    """What a store needs to know of a topic."""

    @property
    def name(self) -> str: ...
    @property
    def bundle(self) -> "Bundle": ...
    @property
    def options(self) -> "Options": ...


class Bundle(Protocol):
    """What a store needs to know of a bundle."""

    @property
    def title(self) -> str: ...
    @property
    def source(self) -> Path: ...


class Options(Protocol):
    """What a store needs to know of options."""

    @property
    def secrets(self) -> Iterable[str]: ...


def _asked(topic: Topic) -> tuple[str, ...]:
    return tuple(topic.options.secrets or ())
