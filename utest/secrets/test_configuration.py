from collections.abc import Sequence
from pathlib import Path

import pytest

from CamundaLibrary.secrets import ConfiguredSecret, read_secret_sources
from CamundaLibrary.secrets.environment import EnvironmentSource
from CamundaLibrary.secrets.files import FileSource
from CamundaLibrary.secrets.system_keyring import KeyringSource
from CamundaLibrary.secrets.vault import VaultSource

WHO = {"bundles": ["comics"]}


class WrongFileError(Exception):
    pass


def error(keys: Sequence[str | int], sentence: str) -> Exception:
    return WrongFileError(f"{'.'.join(map(str, keys))} {sentence}")


def mistake(table: dict[str, object]) -> str:
    with pytest.raises(WrongFileError) as raised:
        read_secret_sources(table, error)
    return str(raised.value)


@pytest.mark.parametrize(
    ("entry", "source"),
    [
        ({"source": "env", "variable": "SHOP"}, EnvironmentSource("SHOP")),
        ({"source": "env", "variables": {"user": "SHOP_USER"}}, EnvironmentSource({"user": "SHOP_USER"})),
        ({"source": "file", "path": "/run/secrets/shop"}, FileSource(Path("/run/secrets/shop"))),
        ({"source": "file", "path": "/etc/shop.json", "key": "a"}, FileSource(Path("/etc/shop.json"), "a")),
        ({"source": "keyring", "service": "shop", "username": "robot"}, KeyringSource("shop", "robot")),
        ({"source": "keyring", "service": "shop", "keys": ["a", "b"]}, KeyringSource("shop", None, ("a", "b"))),
        ({"source": "vault", "path": "shop"}, VaultSource("shop")),
        (
            {
                "source": "vault",
                "url": "https://vault:8200",
                "mount": "kv",
                "path": "robots/shop",
                "key": "password",
                "version": 2,
                "namespace": "robots",
                "ca_bundle": "/etc/vault.pem",
                "role_id": "role",
                "secret_id_file": "/run/secrets/vault",
            },
            VaultSource(
                "robots/shop",
                "kv",
                "password",
                2,
                "https://vault:8200",
                "robots",
                Path("/etc/vault.pem"),
                role_id="role",
                secret_id_file=Path("/run/secrets/vault"),
            ),
        ),
    ],
)
def test_sources(entry: dict[str, object], source: object) -> None:
    assert read_secret_sources({"shop": {**entry, **WHO}}, error) == {"shop": ConfiguredSecret(source, ("comics",))}


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("text", "shop must hold keys and values"),
        ({}, "shop.source must be one of env, file, vault, keyring"),
        ({"source": "db"}, "shop.source must be one of env, file, vault, keyring"),
        (
            {"source": "env", "variable": "SHOP"},
            "shop must say who may have it: bundles = [...], topics = [...] or both",
        ),
        ({"source": "env", "variable": "SHOP", "bundles": []}, "shop.bundles must not be empty"),
        ({"source": "env", "variable": "SHOP", "topics": "a"}, "shop.topics must be a list"),
        ({"source": "env", **WHO}, "shop must have either variable or variables"),
        (
            {"source": "env", "variable": "A", "variables": {"a": "A"}, **WHO},
            "shop must have either variable or variables",
        ),
        (
            {"source": "env", "value": "s3cret", "variable": "A", **WHO},
            "shop.value is unknown; known are source, bundles, topics, variable, variables",
        ),
        ({"source": "file", **WHO}, "shop.path is missing"),
        (
            {"source": "file", "path": "secrets/shop", **WHO},
            "shop.path must be a path from the root: the worker may be started anywhere",
        ),
        ({"source": "vault", **WHO}, "shop.path is missing"),
        ({"source": "vault", "path": "a", "url": "vault:8200", **WHO}, "shop.url must begin with http:// or https://"),
        ({"source": "vault", "path": "a", "version": 0, **WHO}, "shop.version must be at least 1"),
        ({"source": "vault", "path": "a", "role_id": "r", **WHO}, "shop must have role_id and secret_id_file together"),
        (
            {"source": "vault", "path": "a", "role_id": "r", "secret_id_file": "/a", "token_file": "/b", **WHO},
            "shop must have either token_file or role_id",
        ),
        ({"source": "keyring", "service": "shop", **WHO}, "shop must have either username or keys"),
    ],
)
def test_mistakes(entry: object, sentence: str) -> None:
    assert mistake({"shop": entry}) == sentence


@pytest.mark.parametrize("name", ["", "1", "{shop}", "a.b", "a[b]"])
def test_a_name_that_cannot_be_a_variable(name: str) -> None:
    assert mistake({name: {"source": "env", "variable": "A", **WHO}}) == (
        f"{name} must be a name that a variable of Robot Framework can have, like 'shop' or 'web_shop'"
    )
