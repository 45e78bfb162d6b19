"""The table `[secrets]` of camunda-robot.toml: what its keys may be, and every mistake as a sentence."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from CamundaLibrary.secrets.environment import EnvironmentSource
from CamundaLibrary.secrets.files import FileSource
from CamundaLibrary.secrets.source import SecretSource
from CamundaLibrary.secrets.store import ConfiguredSecret
from CamundaLibrary.secrets.system_keyring import KeyringSource
from CamundaLibrary.secrets.vault import VaultSource

Error = Callable[[Sequence[str | int], str], Exception]
"""Makes an error of the keys below `[secrets]` that lead to a mistake, and of what is wrong: `must be text`."""

_NAME = r"[A-Za-z][A-Za-z0-9_ -]*"


def read_secret_sources(table: Mapping[str, object], error: Error) -> dict[str, ConfiguredSecret]:
    """Returns the secrets by name; raises what `error` makes of the first mistake. Reads no value."""
    return {name: _read(name, content, error) for name, content in table.items()}


def _read(name: str, content: object, error: Error) -> ConfiguredSecret:
    if not re.fullmatch(_NAME, name):
        raise error((name,), "must be a name that a variable of Robot Framework can have, like 'shop' or 'web_shop'")
    if not isinstance(content, Mapping):
        raise error((name,), "must hold keys and values")
    model = _SOURCES.get(str(content.get("source")))
    if model is None:
        raise error((name, "source"), f"must be one of {', '.join(_SOURCES)}")
    try:
        entry = model.model_validate(content)
    except ValidationError as mistakes:
        first = mistakes.errors(include_input=False)[0]
        raise error((name, *first["loc"]), _describe(first, model)) from None
    return ConfiguredSecret(entry.make(), entry.bundles, entry.topics)


def _is_absolute(path: Path) -> Path:
    path = path.expanduser()
    if not path.is_absolute():
        raise ValueError("must be a path from the root: the worker may be started anywhere")
    return path


_Text = Annotated[str, Field(min_length=1)]
_Names = Annotated[tuple[_Text, ...], Field(min_length=1)]
_Path = Annotated[Path, AfterValidator(_is_absolute)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    bundles: _Names | None = None
    topics: _Names | None = None

    @model_validator(mode="after")
    def _check_who(self) -> "_Entry":
        if self.bundles is None and self.topics is None:
            raise ValueError("must say who may have it: bundles = [...], topics = [...] or both")
        return self

    def make(self) -> SecretSource:
        raise NotImplementedError


class _Environment(_Entry):
    variable: _Text | None = None
    variables: Annotated[dict[_Text, _Text], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _check_one(self) -> "_Environment":
        if (self.variable is None) == (self.variables is None):
            raise ValueError("must have either variable or variables")
        return self

    def make(self) -> SecretSource:
        return EnvironmentSource(self.variable or self.variables or {})


class _File(_Entry):
    path: _Path
    key: _Text | None = None

    def make(self) -> SecretSource:
        return FileSource(self.path, self.key)


class _Vault(_Entry):
    path: _Text
    mount: _Text = "secret"
    key: _Text | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    namespace: _Text | None = None
    ca_bundle: _Path | None = None
    token_file: _Path | None = None
    role_id: _Text | None = None
    secret_id_file: _Path | None = None

    @model_validator(mode="after")
    def _check_one_login(self) -> "_Vault":
        if (self.role_id is None) != (self.secret_id_file is None):
            raise ValueError("must have role_id and secret_id_file together")
        if self.role_id is not None and self.token_file is not None:
            raise ValueError("must have either token_file or role_id")
        return self

    def make(self) -> SecretSource:
        fields = {name: getattr(self, name) for name in VaultSource._fields}
        return VaultSource(**fields)


class _Keyring(_Entry):
    service: _Text
    username: _Text | None = None
    keys: _Names | None = None

    @model_validator(mode="after")
    def _check_one(self) -> "_Keyring":
        if (self.username is None) == (self.keys is None):
            raise ValueError("must have either username or keys")
        return self

    def make(self) -> SecretSource:
        return KeyringSource(self.service, self.username, self.keys or ())


_SOURCES: Mapping[str, type[_Entry]] = {"env": _Environment, "file": _File, "vault": _Vault, "keyring": _Keyring}

_SENTENCES = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must begin with http:// or https://",
    "path_type": "must be a path",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "dict_type": "must hold keys and values",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
}


def _describe(mistake: Any, model: type[_Entry]) -> str:
    kind, context = mistake["type"], mistake.get("ctx", {})
    if kind == "extra_forbidden":
        return f"is unknown; known are {', '.join(model.model_fields)}"
    if kind == "value_error":
        return str(context["error"])
    return str(_SENTENCES.get(kind, mistake["msg"])).format(**context)
