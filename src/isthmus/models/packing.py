"""Where a batch's sequences stand when groups of them attend by products of whole tables.

Of a group, every sequence and head has a block of L rows in a packed table, and L * L places in a
table of scores. Blocks follow each other sequence by sequence, in it head by head.

Shape letters: N sequences, G sequences of a group, L the padded length of a group.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Part(NamedTuple):
    """A group's part of the tables, for one head: all counts grow with the number of heads.

    Attributes:
        size: G. length: L.
        row, square: Where it starts in a packed table, and in one of scores.
    """

    size: int
    length: int
    row: int
    square: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Packing:
    """Where each sequence stands.

    Attributes:
        start_N: Its first token in the flat row. length_N: How many it has.
        padded_N: L of its group.
        row_N, square_N: Where it starts, for one head, in a packed table and in one of scores.
        num_rows, num_squares: Of these tables, for one head.
    """

    start_N: NDArray[np.int64]  # noqa: N815  shape letters
    length_N: NDArray[np.int64]  # noqa: N815
    padded_N: NDArray[np.int64]  # noqa: N815
    row_N: NDArray[np.int64]  # noqa: N815
    square_N: NDArray[np.int64]  # noqa: N815
    num_rows: int
    num_squares: int
    parts: tuple[Part, ...]

    @property
    def num_tokens(self) -> int:
        """Of all sequences."""
        return int(self.start_N[-1] + self.length_N[-1])

    @property
    def places(self) -> tuple[NDArray[np.int64], ...]:
        """The arrays, in the order of the attributes."""
        return self.start_N, self.length_N, self.padded_N, self.row_N, self.square_N

    def shares(self, num_shares: int) -> list[tuple[int, int]]:
        """Returns sequences by the first and the one after the last, in shares of about one size."""
        work = self.square_N / self.num_squares
        bounds = np.searchsorted(work, np.arange(num_shares + 1) / num_shares)
        return [(int(first), int(last)) for first, last in pairwise(bounds) if first < last]


def pack(sorted_N: NDArray[np.int64], groups: Sequence[tuple[int, int, int]]) -> Packing:
    """Packs sequences of these lengths.

    Args:
        sorted_N: Tokens of each sequence, in the flat row's order.
        groups: The first sequence of each, the one after its last, and L.
    """
    padded_N = np.concatenate([np.full(last - first, length) for first, last, length in groups])
    row_N = np.cumsum(padded_N) - padded_N
    square_N = np.cumsum(padded_N**2) - padded_N**2
    return Packing(
        start_N=np.cumsum(sorted_N) - sorted_N,
        length_N=sorted_N,
        padded_N=padded_N,
        row_N=row_N,
        square_N=square_N,
        num_rows=int(padded_N.sum()),
        num_squares=int((padded_N**2).sum()),
        parts=tuple(
            Part(last - first, length, int(row_N[first]), int(square_N[first]))
            for first, last, length in groups
        ),
    )
