from pathlib import Path

import pytest

from CamundaLibrary.errors import SecretMissing, ToolMissing
from CamundaLibrary.secrets.environment import EnvironmentSource
from CamundaLibrary.secrets.files import FileSource
from CamundaLibrary.secrets.source import SecretSource, require_package


def refusal(source: SecretSource) -> str:
    with pytest.raises(SecretMissing) as error:
        source.read()
    return str(error.value)


def test_an_environment_variable_is_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2 ")
    assert EnvironmentSource("SHOP_PASSWORD").read() == "hunter2 "


def test_several_environment_variables_are_texts_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_USER", "robot")
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2")
    value = EnvironmentSource({"username": "SHOP_USER", "password": "SHOP_PASSWORD"}).read()
    assert value == {"username": "robot", "password": "hunter2"}
    assert "hunter2" not in f"{value} {value!r}"


@pytest.mark.parametrize("value", [None, ""])
def test_an_environment_variable_that_is_not_set(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", value) if value is not None else monkeypatch.delenv("SHOP_PASSWORD", False)
    assert refusal(EnvironmentSource("SHOP_PASSWORD")) == (
        "The worker has no environment variable 'SHOP_PASSWORD'. Set it and start the worker again."
    )


@pytest.mark.parametrize("content", [b"s3cret", b"s3cret\n", b"s3cret\r\n"])
def test_a_file_is_a_text_without_the_line_end_that_editors_add(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "shop").write_bytes(content)
    assert FileSource(tmp_path / "shop").read() == "s3cret"


def test_a_key_of_several_lines_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN-----\nabc\n-----END-----\n")
    assert FileSource(tmp_path / "key.pem").read() == "-----BEGIN-----\nabc\n-----END-----"


@pytest.mark.parametrize(
    ("name", "text"),
    [("shop.json", '{"username": "robot", "pin": 1234}'), ("shop.yaml", "username: robot\npin: 1234\n")],
)
def test_a_json_or_yaml_file_holds_texts_by_key(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert FileSource(tmp_path / name).read() == {"username": "robot", "pin": "1234"}
    assert FileSource(tmp_path / name, "username").read() == "robot"


def test_a_file_with_several_secrets_gives_the_chosen_one(tmp_path: Path) -> None:
    """The form of RPA_SECRET_FILE."""
    (tmp_path / "vault.json").write_text('{"shop": {"password": "s3cret"}, "bank": {"pin": "1"}}')
    assert FileSource(tmp_path / "vault.json", "shop").read() == {"password": "s3cret"}


def test_a_folder_holds_a_file_per_key_as_kubernetes_mounts_them(tmp_path: Path) -> None:
    content = tmp_path / "..2026_11_21"
    content.mkdir()
    (content / "username").write_text("robot")
    (content / "password").write_text("s3cret\n")
    (tmp_path / "..data").symlink_to(content)
    for key in ("username", "password"):
        (tmp_path / key).symlink_to(tmp_path / "..data" / key)
    assert FileSource(tmp_path).read() == {"username": "robot", "password": "s3cret"}
    assert FileSource(tmp_path, "password").read() == "s3cret"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    assert refusal(FileSource(path)) == f"There is no file '{path}'. Make it, or correct the path."


def test_a_folder_without_files(tmp_path: Path) -> None:
    assert refusal(FileSource(tmp_path)) == (f"Folder '{tmp_path}' holds no file. Put in one per key of the secret.")


def test_a_key_that_is_not_there_names_the_others(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"username": "robot", "password": "s3cret"}')
    assert refusal(FileSource(path, "user")) == f"File '{path}' has no key 'user', only username, password."


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"a": {"b": ["s3cret"]}}')
    assert refusal(FileSource(path)) == f"Key 'a' of file '{path}' is no text."
    assert refusal(FileSource(path, "a")) == f"Key 'b' of key 'a' of file '{path}' is no text."


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [("shop.json", '{"password": s3cret}', "JSON"), ("shop.yml", "password: [s3cret", "YAML")],
)
def test_a_broken_file_is_told_without_its_content(tmp_path: Path, name: str, text: str, kind: str) -> None:
    (tmp_path / name).write_text(text)
    assert refusal(FileSource(tmp_path / name)) == f"File '{tmp_path / name}' is no {kind}. Correct it."


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "shop").write_bytes(b"\xff\xfe\x00")
    assert refusal(FileSource(tmp_path / "shop")) == f"File '{tmp_path / 'shop'}' is no text in UTF-8. Correct it."


def test_a_file_too_large_for_a_secret_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "shop").write_bytes(b"x" * 1_000_001)
    assert refusal(FileSource(tmp_path / "shop")) == (
        f"File '{tmp_path / 'shop'}' is larger than a secret can be: at most 1000000 bytes are read."
    )


def test_a_package_that_is_not_installed() -> None:
    with pytest.raises(ToolMissing) as error:
        require_package("no_such_package", "vault", "Secrets in HashiCorp Vault")
    assert str(error.value) == (
        "Secrets in HashiCorp Vault need the package no_such_package: pip install robotframework-camundalibrary[vault]."
    )
