"""Generators of random numbers that a fork would copy.

The functions of `random` are seeded anew by Python itself. Generators that libraries make of their own when they are
imported are not: every robot would draw the same numbers.
"""

import random
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_seeded_by_system: "weakref.WeakSet[random.Random]" = weakref.WeakSet()


@contextmanager
def generators_noted() -> Iterator[None]:
    """Notes generators that are made meanwhile. Those with a seed are left out: that of a fresh process is the same."""
    original = random.Random.seed

    def seed(self: random.Random, a: Any = None, *arguments: Any, **named: Any) -> None:
        original(self, a, *arguments, **named)
        if a is None:
            _seeded_by_system.add(self)
        else:
            _seeded_by_system.discard(self)

    random.Random.seed = seed  # type: ignore[method-assign]
    try:
        yield
    finally:
        random.Random.seed = original  # type: ignore[method-assign]


def seed_anew() -> None:
    """To be called after a fork."""
    for generator in _seeded_by_system:
        generator.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
