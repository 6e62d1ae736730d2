"""Random streams that depend on names alone: never on call order, process or Python's hash."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def stream(seed: int, *names: str) -> Draw:
    """Returns the stream of a seed and a path of names, such as ``stream(1, "xquad", "test")``."""
    digest = hashlib.blake2b("/".join(names).encode(), digest_size=16).digest()
    words = np.random.SeedSequence(
        [seed, int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")]
    ).generate_state(4, np.uint64)
    return Draw(int.from_bytes(words.tobytes(), "little"))


class Draw:
    """Draws from one stream.

    Built on ``random.Random.random`` alone, the one method whose sequence Python promises to keep
    over versions; drawing single values from it is also several times faster than from NumPy.
    """

    __slots__ = ("_next",)

    def __init__(self, seed: int):
        self._next = random.Random(seed).random

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound - 1``."""
        return int(self._next() * bound)

    def flip(self, probability: float) -> bool:
        """True with the given probability."""
        return self._next() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self._next() * len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """``count`` different positions of the items, in random order."""
        rest, chosen = list(items), []
        for left in range(len(rest), len(rest) - count, -1):
            place = int(self._next() * left)
            chosen.append(rest[place])
            rest[place] = rest[left - 1]
        return chosen

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All items in random order."""
        return self.sample(items, len(items))
