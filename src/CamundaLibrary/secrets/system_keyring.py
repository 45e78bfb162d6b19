"""Secrets in the keyring of the system: Windows credentials, macOS keychain, Secret Service."""

from typing import NamedTuple

from CamundaLibrary.errors import SecretMissing
from CamundaLibrary.secrets.source import require_package
from CamundaLibrary.secrets.values import HiddenMapping, SecretValue


class KeyringSource(NamedTuple):
    """The entry of `username`, or one entry per key, under the name `service`."""

    service: str
    username: str | None = None
    keys: tuple[str, ...] = ()

    def check(self) -> None:
        require_package("keyring", "keyring", "Secrets in the system's keyring")

    def read(self) -> SecretValue:
        self.check()
        if self.username is not None:
            return self._read(self.username)
        return HiddenMapping({key: self._read(key) for key in self.keys})

    def _read(self, entry: str) -> str:
        import keyring
        from keyring.errors import KeyringError

        try:
            value = keyring.get_password(self.service, entry)
        except KeyringError as error:
            reason = str(error).rstrip(".!") or type(error).__name__
            raise SecretMissing(f"The system's keyring cannot be read: {reason}. Unlock it for the worker.") from None
        if value is None:
            raise SecretMissing(
                f"The system's keyring has no entry '{entry}' of service '{self.service}'. "
                f"Add it: keyring set {self.service} {entry}"
            )
        return value
