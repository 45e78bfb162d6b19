from pathlib import Path

import pytest

from CamundaLibrary.errors import SecretMissing
from CamundaLibrary.secrets.vault import VaultSource


@pytest.fixture(autouse=True)
def environment(vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.secrets["shop"] = [{"password": "0ld"}, {"username": "robot", "password": "s3cret"}]
    for name in ("VAULT_ADDR", "VAULT_NAMESPACE", "VAULT_CACERT", "http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAULT_TOKEN", vault.token)


def refusal(source: VaultSource) -> str:
    with pytest.raises(SecretMissing) as error:
        source.read()
    return str(error.value)


def test_the_latest_version_is_read(vault) -> None:
    assert VaultSource("shop", url=vault.url).read() == {"username": "robot", "password": "s3cret"}
    ((method, path, headers),) = vault.requests
    assert (method, path) == ("GET", "/v1/secret/data/shop")
    assert headers["X-Vault-Token"] == vault.token


def test_one_field_of_a_version_is_read(vault) -> None:
    assert VaultSource("shop", url=vault.url, key="password", version=1).read() == "0ld"
    assert vault.requests[0][1] == "/v1/secret/data/shop?version=1"


def test_address_and_namespace_come_from_vaults_own_variables(vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_ADDR", f"{vault.url}/")
    monkeypatch.setenv("VAULT_NAMESPACE", "robots")
    assert VaultSource("shop", key="username").read() == "robot"
    assert vault.requests[0][2]["X-Vault-Namespace"] == "robots"


def test_the_token_may_be_in_a_file(vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    (tmp_path / "token").write_text(f"{vault.token}\n")
    assert VaultSource("shop", url=vault.url, key="username", token_file=tmp_path / "token").read() == "robot"


def test_an_app_role_logs_in_without_any_token(vault, tmp_path: Path) -> None:
    (tmp_path / "secret-id").write_text(f"{vault.secret_id}\n")
    source = VaultSource("shop", url=vault.url, role_id="role", secret_id_file=tmp_path / "secret-id", key="username")
    assert source.read() == "robot"
    assert [(method, path) for method, path, _ in vault.requests] == [
        ("POST", "/v1/auth/approle/login"),
        ("GET", "/v1/secret/data/shop"),
    ]
    assert "X-Vault-Token" not in vault.requests[0][2]


def test_an_app_role_that_is_refused(vault, tmp_path: Path) -> None:
    (tmp_path / "secret-id").write_text("wrong")
    source = VaultSource("shop", url=vault.url, role_id="role", secret_id_file=tmp_path / "secret-id")
    assert refusal(source) == (
        f"Path 'secret/data/shop' of Vault '{vault.url}' cannot be read: "
        "Vault refused the request (invalid role or secret ID)."
    )


@pytest.mark.parametrize("versions", [[], [{"password": "0ld"}, None]])
def test_a_secret_that_is_not_there_or_deleted(vault, versions: list[object]) -> None:
    vault.secrets["shop"] = versions
    assert refusal(VaultSource("shop", url=vault.url)) == (
        f"Path 'secret/data/shop' of Vault '{vault.url}' cannot be read: "
        "there is no such secret or version, or it was deleted."
    )


def test_a_token_that_is_not_valid_any_more(vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "hvs.expired")
    said = refusal(VaultSource("shop", url=vault.url))
    assert said.startswith(f"Path 'secret/data/shop' of Vault '{vault.url}' cannot be read: Vault does not let the")
    assert said.endswith("it needs a valid token and a policy that allows to read this path.")
    assert "permission denied" in said
    assert "hvs.expired" not in said


def test_a_sealed_vault(vault) -> None:
    vault.is_sealed = True
    assert refusal(VaultSource("shop", url=vault.url)) == (
        f"Path 'secret/data/shop' of Vault '{vault.url}' cannot be read: Vault is not ready (Vault is sealed)."
    )


def test_a_vault_that_is_down(vault) -> None:
    vault.close()
    assert refusal(VaultSource("shop", url=vault.url)) == (
        f"Path 'secret/data/shop' of Vault '{vault.url}' cannot be read: Vault cannot be reached (ConnectionError)."
    )


@pytest.mark.parametrize("reply", [b"<html>", b"{}", b"[]", b'{"data": {}}', b'{"data": null}'])
def test_a_reply_that_is_none_of_vault(vault, reply: bytes) -> None:
    vault.raw = reply
    assert refusal(VaultSource("shop", url=vault.url)) == (
        f"Path 'secret/data/shop' of Vault '{vault.url}' cannot be read: the reply is not one of Vault."
    )


def test_without_token_nothing_is_asked(vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    assert refusal(VaultSource("shop", url=vault.url)) == (
        "The worker has no token for Vault. Give it in a token_file, or in VAULT_TOKEN."
    )
    assert vault.requests == []


def test_without_address() -> None:
    assert refusal(VaultSource("shop")) == "The address of Vault is not known. Give it as url, or in VAULT_ADDR."


def test_a_field_that_is_not_there(vault) -> None:
    assert refusal(VaultSource("shop", url=vault.url, key="pin")) == (
        f"Path 'secret/data/shop' of Vault '{vault.url}' has no key 'pin', only username, password."
    )
