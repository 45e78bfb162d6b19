import pytest

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.http.address import Address, parse_address, parse_token_url, without_credentials


@pytest.mark.parametrize(
    ("text", "url", "username", "password"),
    [
        ("http://localhost:8080/engine-rest", "http://localhost:8080/engine-rest", None, None),
        ("http://localhost:8080/engine-rest/", "http://localhost:8080/engine-rest", None, None),
        (" https://camunda.example/engine-rest// ", "https://camunda.example/engine-rest", None, None),
        ("http://localhost:8080", "http://localhost:8080", None, None),
        ("HTTP://LocalHost:8080/Engine-Rest", "http://LocalHost:8080/Engine-Rest", None, None),
        ("http://[::1]:8080/engine-rest", "http://[::1]:8080/engine-rest", None, None),
        ("http://demo:s3cret@localhost/engine-rest", "http://localhost/engine-rest", "demo", "s3cret"),
        ("http://d%40mo:s%2F3%3Acret@localhost/x", "http://localhost/x", "d@mo", "s/3:cret"),
        ("http://demo:a@b@localhost/x", "http://localhost/x", "demo", "a@b"),
        ("http://demo@localhost/x", "http://localhost/x", "demo", ""),
    ],
)
def test_an_address_is_split_from_its_credentials(
    text: str, url: str, username: str | None, password: str | None
) -> None:
    assert parse_address(text) == Address(url, username, password)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("localhost:8080/engine-rest", "localhost:8080/engine-rest"),
        ("", ""),
        ("ftp://localhost/engine-rest", "ftp://localhost/engine-rest"),
        ("http:///engine-rest", "http:///engine-rest"),
        ("http://local host/engine-rest", "http://local host/engine-rest"),
        ("http://localhost:port/engine-rest", "http://localhost:port/engine-rest"),
        ("http://localhost:99999/engine-rest", "http://localhost:99999/engine-rest"),
        ("http://[::1/engine-rest", "http://[::1/engine-rest"),
        ("http://localhost/engine-rest?a=b", "http://localhost/engine-rest?a=b"),
        ("demo:s3cret@localhost/engine-rest", "localhost/engine-rest"),
        ("http://demo:s3#cret@localhost/engine-rest", "http://localhost/engine-rest"),
        ("http://demo:s3?cret@localhost/engine-rest", "http://localhost/engine-rest"),
        ("http://demo:s3/cret@localhost/engine-rest", "http://localhost/engine-rest"),
        ("http://demo:/s3cret@localhost/engine-rest", "http://localhost/engine-rest"),
        ("http://demo:s3\ncret@localhost/engine-rest", "http://localhost/engine-rest"),
    ],
)
def test_what_is_no_address_is_named_without_its_password(text: str, shown: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_address(text)
    assert str(caught.value) == (
        f"'{shown}' is no URL of an engine (CAMUNDA_API_BASE_URL). Write it like 'http://localhost:8080/engine-rest'."
    )


def test_an_address_does_not_show_its_password() -> None:
    assert repr(parse_address("http://demo:s3cret@localhost/x")) == "Address(url='http://localhost/x')"


def test_a_malformed_url_loses_all_before_its_last_at_sign() -> None:
    assert without_credentials("https://a:b@c@localhost") == "https://localhost"


def test_a_token_url_keeps_its_query() -> None:
    assert parse_token_url(" https://login.example/token?audience=a ") == "https://login.example/token?audience=a"


def test_a_token_url_with_credentials_is_refused_without_showing_them() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_token_url("https://robot:s3cret@login.example/token")
    assert str(caught.value) == "'https://login.example/token' is no token URL (CAMUNDA_API_TOKEN_URL)."
