"""Whose turn it is, where several fetchers share slots, topics with limits and resources."""

from collections.abc import Collection, Iterable


class Turns:
    """Fetchers by name; what they share is named by texts. Not safe for several threads: `Slots` guards it."""

    def __init__(self) -> None:
        self._fetchers: set[str] = set()
        self._eager: set[str] = set()
        self._queue: list[str] = []
        self._had: dict[str, frozenset[str]] = {}
        self._missed: dict[str, frozenset[str]] = {}

    @property
    def are_needed(self) -> bool:
        """Whether there is more than one fetcher."""
        return len(self._fetchers) > 1

    def join(self, fetcher: str) -> None:
        self._fetchers.add(fetcher)

    def leave(self, fetcher: str) -> None:
        self._fetchers.discard(fetcher)
        self._missed.pop(fetcher, None)

    def queue(self, fetcher: str) -> int:
        """Returns how many wait for a slot before it."""
        if fetcher not in self._queue:
            self._queue.append(fetcher)
        return self._queue.index(fetcher)

    def leave_queue(self, fetcher: str) -> bool:
        """Returns whether it was waiting."""
        if fetcher not in self._queue:
            return False
        self._queue.remove(fetcher)
        return True

    def yields(self, fetcher: str, wanted: Iterable[str]) -> frozenset[str]:
        """Returns what the fetcher had in its last fetch and another one misses: that one is let pass once."""
        mine = self._had.get(fetcher, frozenset()).intersection(wanted)
        yielded = mine & self._missed_by_others(fetcher)
        self._had[fetcher] = mine - yielded
        return yielded

    def note(self, fetcher: str, had: frozenset[str], missed: frozenset[str]) -> None:
        """Notes what an attempt to fetch could include, and what not."""
        if fetcher in self._fetchers:
            self._had[fetcher], self._missed[fetcher] = had or self._had.get(fetcher, had), missed

    def note_end(self, fetcher: str, is_full: bool) -> None:
        """Notes whether a fetch brought all that was asked for."""
        (self._eager.add if is_full and fetcher in self._fetchers else self._eager.discard)(fetcher)

    def share(self, fetcher: str, free: int, fetching: Collection[str]) -> int:
        """Returns how many of the free slots it may ask for: one, unless it is alone or got all that it asked for."""
        if self._fetchers <= {fetcher}:
            return free
        return max(1, free // (len(self._to_come(fetcher, fetching)) + 1)) if fetcher in self._eager else 1

    def is_awaited(self, fetcher: str, left: int, keys: frozenset[str], fetching: Collection[str]) -> bool:
        """Whether another one will want, before a long fetch ends, a slot or anything else that this one has."""
        return left < len(self._to_come(fetcher, fetching)) or bool(keys & self._missed_by_others(fetcher))

    def _to_come(self, fetcher: str, fetching: Collection[str]) -> set[str]:
        return self._fetchers.difference(fetching) - {fetcher}

    def _missed_by_others(self, fetcher: str) -> frozenset[str]:
        return frozenset().union(*(missed for other, missed in self._missed.items() if other != fetcher))
