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
    """Returns the parts of a REST root or a token URL. SettingsError names it, without credentials."""
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            f"'{without_credentials(text)}' is no URL of an engine. "
            "Write it like 'http://localhost:8080/engine-rest' (CAMUNDA_API_BASE_URL)."
        )
    host = parts.netloc.rpartition("@")[2]
    return Address(
        f"{parts.scheme}://{host}{parts.path.rstrip('/')}",
        unquote(parts.username) if parts.username else None,
        unquote(parts.password or "") if parts.username else None,
    )


def without_credentials(text: str) -> str:
    """Returns a URL, even a malformed one, without what stands before its last `@`."""
    return re.sub(r"^([A-Za-z]+://)?.*@", r"\1", text, flags=re.DOTALL)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if not re.search(r"[\s\x00-\x1f]", text.strip()) else None
