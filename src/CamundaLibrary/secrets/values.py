"""Secret values on their way: a text, or texts by key, which no `repr` shows."""

from collections.abc import Iterator, Mapping
from typing import Any

SecretValue = str | Mapping[str, str]
"""One text, or several that belong together: `{"username": "…", "password": "…"}`."""


class HiddenMapping(dict[str, Any]):
    """A dictionary that shows its keys and hides its values, in tracebacks and logs, too."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{key}=***' for key in self)})"

    __str__ = __repr__


def hide(values: Mapping[str, SecretValue]) -> HiddenMapping:
    """Returns `values` as mappings that hide them."""
    return HiddenMapping(
        {name: value if isinstance(value, str) else HiddenMapping(value) for name, value in values.items()}
    )


def texts_of(values: Mapping[str, SecretValue]) -> Iterator[str]:
    """Returns the secret texts themselves, which must appear nowhere."""
    for value in values.values():
        if isinstance(value, str):
            yield value
        else:
            yield from value.values()
