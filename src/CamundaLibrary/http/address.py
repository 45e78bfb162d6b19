"""The address of an engine as it was set, and the credentials that may hide in it."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from CamundaLibrary.errors import SettingsError


@dataclass(frozen=True)
class Address:
    """A URL without credentials and without a slash at its end, and what stood before its `@`."""

    url: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def parse_address(text: str) -> Address:
    """Returns the parts of a REST root. SettingsError shows it without credentials."""
    parts = _split(text)
    if parts is None or parts.query or parts.fragment or "@" in parts.path:
        raise SettingsError(
            f"'{without_credentials(text)}' is no URL of an engine (CAMUNDA_API_BASE_URL). "
            "Write it like 'http://localhost:8080/engine-rest'."
        )
    username, password = parts.username, parts.password or ""
    return Address(
        f"{parts.scheme}://{_host(parts)}{parts.path.rstrip('/')}",
        unquote(username) if username else None,
        unquote(password) if username else None,
    )


def parse_token_url(text: str) -> str:
    """Returns a token URL, query included. SettingsError shows it without credentials."""
    parts = _split(text)
    if parts is None or parts.username:
        raise SettingsError(f"'{without_credentials(text)}' is no token URL (CAMUNDA_API_TOKEN_URL).")
    return text.strip()


def without_credentials(text: str) -> str:
    """Returns a URL, even a malformed one, without what stands before its last `@`."""
    return re.sub(r"^([A-Za-z]+://)?.*@", r"\1", text, flags=re.DOTALL)


def _split(text: str) -> SplitResult | None:
    """Returns the parts of a URL that HTTP can use, else None."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        _ = parts.port  # ValueError if it is no number
    except ValueError:
        return None
    is_usable = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s\x00-\x1f]", text)
    return parts if is_usable else None


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]
