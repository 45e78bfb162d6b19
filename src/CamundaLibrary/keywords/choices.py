"""One thing where one was asked for, or a sentence that names what there is."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from CamundaLibrary.errors import NoSingleMatch

T = TypeVar("T")

_MOST_SHOWN = 10


def choose_one(
    what: str,
    found: Sequence[T],
    name: Callable[[T], str],
    *,
    asked: str = "",
    known: Callable[[], Iterable[str]] = tuple,
) -> T:
    """Returns the one thing that was found.

    NoSingleMatch where there are several, which lists their names, or none; then, if `known` gives the names of what
    could have been asked for, it says which of them are like `asked`, or lists them. `what` is in the singular:
    `open user task of process instance 'a1b2'`.
    """
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSingleMatch(f"There are {len(found)} where one {what} was asked for: {listed(map(name, found))}.")
    raise NoSingleMatch(f"There is no {what}.{hint(asked, known())}")


def hint(asked: str, known: Iterable[str]) -> str:
    """Returns ` Did you mean 'a' or 'b'?`, ` There are 'a', 'b', 'c'.`, or nothing where nothing is known."""
    names = list(dict.fromkeys(known))
    close = get_close_matches(asked, names)
    if close:
        return f" Did you mean {' or '.join(repr(each) for each in close)}?"
    return f" There {'is' if len(names) == 1 else 'are'} {listed(sorted(names))}." if names else ""


def listed(names: Iterable[str]) -> str:
    """Returns names in quotes, the first ten of them."""
    quoted = [f"'{name}'" for name in names]
    more = len(quoted) - _MOST_SHOWN
    return ", ".join(quoted[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
