"""Which engines there are, and the way to one of them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from CamundaLibrary.engines.camunda7.engine import Camunda7Engine
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.http import Certificates, Credentials, HttpClient, choose_authentication
from CamundaLibrary.settings import Settings, Source, read_settings

DIALECTS: dict[str, Callable[[HttpClient], Engine]] = {"camunda7": Camunda7Engine}
"""One row for each dialect that is spoken."""


def connect(
    url: str | None = None,
    *,
    settings: Settings | None = None,
    authorization: str | None = None,
    username: str | None = None,
    password: str | None = None,
    token_url: str | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    scope: str | None = None,
    timeout: timedelta | None = None,
    ca_bundle: str | Path | None = None,
    proxy: str | None = None,
    client_certificate: str | Path | None = None,
    client_key: str | Path | None = None,
) -> Engine:
    """Returns the engine at `url`, its REST root. Nothing is sent yet.

    What is not given is taken from `settings`, or else is the default; given credentials replace those of the settings,
    and a given client certificate its key, too.
    Raises SettingsError if something is wrong, or more than one kind of credentials is given.
    """
    settings = settings or Settings()
    given = Credentials(authorization, username, password, token_url, client_id, client_secret, scope)
    credentials = _credentials_of(settings) if given == Credentials() else given
    identity = (client_certificate, client_key)
    if identity == (None, None):
        identity = (settings.client_certificate, settings.client_key)
    client = HttpClient(
        url or settings.base_url,
        authentication=choose_authentication(credentials),
        timeout=timeout or settings.timeout,
        certificates=Certificates(*map(_path, (ca_bundle or settings.ca_bundle, *identity))),
        proxy=_checked_proxy(proxy) if proxy else settings.proxy,
    )
    return DIALECTS["camunda7"](client)


def _checked_proxy(given: str) -> str | None:
    return read_settings([Source("argument", {"proxy": given})]).settings_or_error().proxy


def _path(given: str | Path | None) -> Path | None:
    return Path(given) if given else None


def _credentials_of(settings: Settings) -> Credentials:
    return Credentials(
        settings.authorization,
        settings.username,
        settings.password,
        settings.token_url,
        settings.client_id,
        settings.client_secret,
        settings.scope,
    )
