"""What a server answered, read with suspicion: proxies answer HTML, connections break, engines differ."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from CamundaLibrary.errors import ReplyUnreadable

Entry = Mapping[str, Any]
Built = TypeVar("Built")

_QUOTED = 80  # characters of a strange reply that an error shows


@dataclass(frozen=True)
class Reply:
    """One answer, whole. `action` is the sentence start of the call, for errors."""

    action: str
    status: int
    content: bytes
    content_type: str = ""
    location: str | None = None

    def build(self, build: Callable[[Entry], Built]) -> Built:
        """Returns what `build` makes of the JSON object that the body is. Raises ReplyUnreadable."""
        return self._built(build, self.json())

    def build_each(self, build: Callable[[Entry], Built]) -> list[Built]:
        """Returns what `build` makes of each object of the JSON list that the body is. Raises ReplyUnreadable."""
        entries = self.json()
        if not isinstance(entries, list):
            raise self.unreadable(f"a list was expected, this came: {self.excerpt}")
        return [self._built(build, entry) for entry in entries]

    def json(self) -> Any:
        """Returns the body as JSON. Raises ReplyUnreadable where it is something else, cut or empty."""
        if not self.content.strip():
            raise self.unreadable(f"the reply is empty (status {self.status})")
        if self.is_page:
            raise self.unreadable(f"the reply is a page, not the engine's JSON: {self.excerpt}")
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise self.unreadable(f"the reply is no JSON, or was cut off: {self.excerpt}") from None

    @property
    def is_page(self) -> bool:
        """True for HTML: a proxy, a login or an error page."""
        return "html" in self.content_type.lower() or self.content.lstrip()[:1] == b"<"

    @property
    def excerpt(self) -> str:
        """The beginning of the body, in one line and in quotes."""
        text = " ".join(self.content[: _QUOTED * 4].decode("utf-8", "replace").split())
        return f"'{text[:_QUOTED]}{'…' if len(text) > _QUOTED else ''}'"

    def unreadable(self, reason: str) -> ReplyUnreadable:
        """Returns the error that says so of this reply."""
        return ReplyUnreadable(self.action, reason, status=self.status)

    def _built(self, build: Callable[[Entry], Built], entry: Any) -> Built:
        if not isinstance(entry, dict):
            raise self.unreadable(f"an object was expected, this came: {self.excerpt}")
        try:
            return build(entry)
        except KeyError as missing:
            raise self.unreadable(f"the reply has no {missing}: {self.excerpt}") from None
        except (TypeError, ValueError, AttributeError) as error:
            raise self.unreadable(f"the reply has an unexpected value ({error}): {self.excerpt}") from error
