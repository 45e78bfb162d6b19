"""Who we say we are: the Authorization header, from one kind of credentials."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.http.message import Call
from CamundaLibrary.http.reply import Reply

Send = Callable[[Call, str | None], Reply]


class Authentication(Protocol):
    """Gives the Authorization header. Safe for use by several threads; its `repr` shows no secret."""

    def header(self, call: Call, send: Send) -> str | None:
        """Returns the header for `call`; `send` is there for asking somebody else for it first."""

    def is_worth_another_try(self, refused: str | None) -> bool:
        """Returns True if a call that was answered 401 with the header `refused` may succeed with a new one."""


@dataclass(frozen=True)
class FixedHeader:
    """Always the same header, or none."""

    value: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_header("CAMUNDA_API_AUTHORIZATION", self.value or "")

    def header(self, call: Call, send: Send) -> str | None:
        """Returns the header."""
        return self.value

    def is_worth_another_try(self, refused: str | None) -> bool:
        """Returns False: there is no other header."""
        return False


@dataclass(frozen=True)
class Credentials:
    """What settings may hold, at most one kind: a header, a user, or a client of an OAuth2 server."""

    authorization: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token_url: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    scope: str | None = None


def choose_authentication(credentials: Credentials) -> Authentication | None:
    """Returns how to authenticate, None without credentials. SettingsError if there are several or half of one."""
    kinds = {
        "CAMUNDA_API_AUTHORIZATION": (credentials.authorization,),
        "CAMUNDA_API_USERNAME": (credentials.username, credentials.password),
        "CAMUNDA_API_TOKEN_URL": (credentials.token_url, credentials.client_id, credentials.client_secret),
    }
    given = [name for name, values in kinds.items() if any(value is not None for value in values)]
    if len(given) > 1:
        raise SettingsError(f"More than one kind of credentials is given: {' and '.join(given)}. Keep one of them.")
    return _of_kind(given[0], credentials) if given else None


def basic(username: str, password: str) -> FixedHeader:
    """Returns HTTP Basic, in UTF-8 as the engine reads it (requests would write Latin-1)."""
    if ":" in username:
        raise SettingsError(f"The user name '{username}' has a colon, which HTTP Basic cannot send.")
    return FixedHeader(f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}")


def check_header(name: str, value: str) -> None:
    """Raises SettingsError if `value` cannot stand in a header. Its text does not show the value."""
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise SettingsError(f"{name} has a character that a header may not have, a line break or an umlaut perhaps.")


def _of_kind(kind: str, credentials: Credentials) -> Authentication:
    if kind == "CAMUNDA_API_AUTHORIZATION":
        return FixedHeader(credentials.authorization)
    if kind == "CAMUNDA_API_USERNAME":
        _check_complete(CAMUNDA_API_USERNAME=credentials.username, CAMUNDA_API_PASSWORD=credentials.password)
        return basic(credentials.username or "", credentials.password or "")
    _check_complete(
        CAMUNDA_API_TOKEN_URL=credentials.token_url,
        CAMUNDA_API_CLIENT_ID=credentials.client_id,
        CAMUNDA_API_CLIENT_SECRET=credentials.client_secret,
    )
    from CamundaLibrary.http.tokens import ClientCredentials

    return ClientCredentials(
        credentials.token_url or "", credentials.client_id or "", credentials.client_secret or "", credentials.scope
    )


def _check_complete(**values: str | None) -> None:
    given = [name for name, value in values.items() if value is not None]
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise SettingsError(f"With {' and '.join(given)}, {' and '.join(missing)} must be given too.")
