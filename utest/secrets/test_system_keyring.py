from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from CamundaLibrary.errors import SecretMissing
from CamundaLibrary.secrets.system_keyring import KeyringSource


class MemoryKeyring(KeyringBackend):
    """A keyring of the tests; `priority` is how the package chooses among keyrings."""

    priority = 1  # type: ignore[assignment] - a class property there, and a number does as well

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked("Failed to unlock the collection!")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


@pytest.fixture(autouse=True)
def system() -> Iterator[MemoryKeyring]:
    former, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    keyring.set_password("shop", "username", "robot")
    keyring.set_password("shop", "password", "s3cret")
    yield ours
    keyring.set_keyring(former)


def test_an_entry_is_a_text() -> None:
    assert KeyringSource("shop", "password").read() == "s3cret"


def test_several_entries_are_texts_by_key() -> None:
    assert KeyringSource("shop", keys=("username", "password")).read() == {"username": "robot", "password": "s3cret"}


def test_an_entry_that_is_not_there() -> None:
    with pytest.raises(SecretMissing) as error:
        KeyringSource("shop", "pin").read()
    assert str(error.value) == (
        "The system's keyring has no entry 'pin' of service 'shop'. Add it: keyring set shop pin"
    )


def test_a_keyring_that_is_locked(system: MemoryKeyring) -> None:
    system.is_locked = True
    with pytest.raises(SecretMissing) as error:
        KeyringSource("shop", "password").read()
    assert str(error.value) == (
        "The system's keyring cannot be read: Failed to unlock the collection. Unlock it for the worker."
    )
