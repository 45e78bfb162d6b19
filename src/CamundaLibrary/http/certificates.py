"""Secure connections: whom to trust, and with which certificate to prove who we are."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from urllib3.util import create_urllib3_context

from CamundaLibrary.errors import SettingsError


@dataclass(frozen=True)
class Certificates:
    """Files of certificates, in PEM. `ca_bundle` None trusts the authorities of the system and those of requests.

    `client` is for servers that want to know who calls; its key is in `key`, or in the same file. SettingsError if one
    of them cannot be used.
    """

    ca_bundle: Path | None = None
    client: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if self.ca_bundle:
            _check_bundle(self.ca_bundle)
        if self.key and not self.client:
            raise SettingsError("With CAMUNDA_API_CLIENT_KEY, CAMUNDA_API_CLIENT_CERTIFICATE must be given too.")
        if self.client:
            self._load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    @property
    def make_context(self) -> Callable[[], ssl.SSLContext] | None:
        """Makes what connections start from; None where they need nothing but the bundle."""
        if self.client:
            return self._make_context
        return None if self.ca_bundle else _trust_of_system

    def _make_context(self) -> ssl.SSLContext:
        """Returns a context of its own: the certificate is not for other engines of this process."""
        context = create_urllib3_context()
        if self.ca_bundle is None:
            context.load_default_certs()
        self._load_into(context)
        return context

    def _load_into(self, context: ssl.SSLContext) -> None:
        assert self.client
        try:
            context.load_cert_chain(self.client, self.key, password=_refuse)  # without it, it would ask on the terminal
        except OSError as error:
            raise SettingsError(f"{self._named} cannot be used: {_reason(error, self.key)}.") from error

    @property
    def _named(self) -> str:
        key = f" with its key '{self.key}' (CAMUNDA_API_CLIENT_KEY)" if self.key else ""
        return f"The client certificate '{self.client}' (CAMUNDA_API_CLIENT_CERTIFICATE){key}"


class _KeyIsEncrypted(OSError):
    pass


def _refuse() -> str:
    raise _KeyIsEncrypted


def _reason(error: OSError, key: Path | None) -> str:
    if isinstance(error, _KeyIsEncrypted):
        return "the key is encrypted; give one without a passphrase"
    if not isinstance(error, ssl.SSLError):
        return error.strerror or str(error)
    if "MISMATCH" in str(error):
        return "the key does not belong to the certificate"
    return "there is no certificate, or no key, in it" if key is None else "one of them is no certificate or no key"


def _check_bundle(bundle: Path) -> None:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(*((None, bundle) if bundle.is_dir() else (bundle, None)))
    except OSError as error:
        reason = "there is no certificate in it" if isinstance(error, ssl.SSLError) else error.strerror
        text = f"The certificate file '{bundle}' (CAMUNDA_API_CA_BUNDLE) cannot be used: {reason}."
        raise SettingsError(text) from error


@cache
def _trust_of_system() -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_default_certs()
    return context
