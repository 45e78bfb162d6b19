"""One version of a process or a decision where one was asked for, or a sentence that names what there is."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import DecisionDefinition, ProcessDefinition
from CamundaLibrary.keywords.choices import choose_one


class Version(Protocol):
    """What the engine keeps of a deployed process or decision."""

    @property
    def key(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def version_tag(self) -> str | None: ...

    @property
    def tenant_id(self) -> str | None: ...


T = TypeVar("T", bound=Version)


def choose_definition(
    engine: Engine,
    process: str,
    version: int | None = None,
    version_tag: str | None = None,
    tenant: str | None = None,
) -> ProcessDefinition:
    """Returns the newest version that matches; without tenant that of none, else of the only tenant that has one.

    NoSingleMatch names the processes, or the versions of this one, that there are.
    """
    return _choose("process definition", engine.definitions.list, process, version, version_tag, tenant)


def choose_decision(
    engine: Engine,
    decision: str,
    version: int | None = None,
    version_tag: str | None = None,
    tenant: str | None = None,
) -> DecisionDefinition:
    """Returns the same of decisions."""
    return _choose("decision", engine.decisions.list, decision, version, version_tag, tenant)


def describe_version(found: Version) -> str:
    """Returns `key version 3 (tag) of tenant a`."""
    tag = f" ({found.version_tag})" if found.version_tag else ""
    tenant = f" of tenant {found.tenant_id}" if found.tenant_id else ""
    return f"{found.key} version {found.version}{tag}{tenant}"


def _choose(
    kind: str,
    find: Callable[..., Sequence[T]],
    key: str,
    version: int | None,
    version_tag: str | None,
    tenant: str | None,
) -> T:
    """`find` lists versions, oldest first."""
    found = find(key=key, version=version, version_tag=version_tag, tenant_id=tenant)
    newest = {each.tenant_id: each for each in found}
    candidates = [newest[None]] if None in newest else list(newest.values())
    limits = {"version": version, "version tag": version_tag, "tenant": tenant}
    wanted = [f"{name} '{value}'" for name, value in limits.items() if value is not None]
    what = f"{kind} '{key}'{' of ' if wanted else ''}{' and '.join(wanted)}"
    versions = [] if candidates else [describe_version(each) for each in find(key=key)]
    return choose_one(
        what,
        candidates,
        describe_version,
        asked="" if versions else key,
        known=lambda: versions or [each.key for each in find(latest=True)],
    )
