"""Files of certificates that cannot be used are told by name when an engine is connected, not at the first call."""

import subprocess
from pathlib import Path

import pytest
import trustme

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.http import Certificates


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key."""
    return write(tmp_path_factory.mktemp("identity"))


def write(folder: Path) -> tuple[Path, Path]:
    issued = trustme.CA().issue_cert("robot@localhost")
    certificate, key = folder / "robot.pem", folder / "robot.key"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    return certificate, key


def mistake(client: Path | None, key: Path | None) -> str:
    with pytest.raises(SettingsError) as caught:
        Certificates(client=client, key=key)
    return str(caught.value)


def test_a_certificate_and_its_key_can_be_used(identity: tuple[Path, Path]) -> None:
    make_context = Certificates(None, *identity).make_context
    assert make_context
    assert make_context() is not make_context()


def test_a_key_alone(identity: tuple[Path, Path]) -> None:
    assert mistake(None, identity[1]) == (
        "With CAMUNDA_API_CLIENT_KEY, CAMUNDA_API_CLIENT_CERTIFICATE must be given too."
    )


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    missing = tmp_path / "robot.pem"
    assert mistake(missing, None) == (
        f"The client certificate '{missing}' (CAMUNDA_API_CLIENT_CERTIFICATE) cannot be used: "
        "No such file or directory."
    )


def test_a_certificate_without_any_key(identity: tuple[Path, Path]) -> None:
    assert mistake(identity[0], None) == (
        f"The client certificate '{identity[0]}' (CAMUNDA_API_CLIENT_CERTIFICATE) cannot be used: "
        "there is no certificate, or no key, in it."
    )


def test_a_key_of_another_certificate(identity: tuple[Path, Path], tmp_path: Path) -> None:
    _, other = write(tmp_path)
    assert mistake(identity[0], other) == (
        f"The client certificate '{identity[0]}' (CAMUNDA_API_CLIENT_CERTIFICATE) with its key '{other}' "
        "(CAMUNDA_API_CLIENT_KEY) cannot be used: the key does not belong to the certificate."
    )


def test_a_file_that_is_no_key(identity: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "robot.key").write_text("no key")
    assert mistake(identity[0], tmp_path / "robot.key").endswith("one of them is no certificate or no key.")


def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it(
    identity: tuple[Path, Path], tmp_path: Path
) -> None:
    encrypted = tmp_path / "encrypted.key"
    command = ["openssl", "pkey", "-in", str(identity[1]), "-aes256", "-passout", "pass:hush", "-out", str(encrypted)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    assert mistake(identity[0], encrypted) == (
        f"The client certificate '{identity[0]}' (CAMUNDA_API_CLIENT_CERTIFICATE) with its key '{encrypted}' "
        "(CAMUNDA_API_CLIENT_KEY) cannot be used: the key is encrypted; give one without a passphrase."
    )
