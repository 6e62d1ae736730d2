"""What a search returns, and how it says how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from isthmus.scoring.nearest import Neighbours

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from isthmus.search.codes import Number

Path: TypeAlias = Literal["plain", "tiles", "gpu"]


class Side(NamedTuple):
    """Neighbours of one side's rows, and for each row whether they are proven to be the nearest."""

    neighbours: Neighbours
    proven: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How neighbours were found; they are the same whichever way.

    Attributes:
        path: ``plain`` is ``isthmus.scoring.nearest``, ``tiles`` numba's passes on processor cores,
            ``gpu`` torch's on another device.
        reason: Why that path.
        number: What products were taken of.
        num_again: Rows, of both sides together, that were searched again with more room.
        num_plain: Those of them that the plain path settled.
        num_zero: Rows of length 0, which are as near to one row as to another.
        num_fewer: Rows with fewer neighbours than asked: the other side has no more.
    """

    path: Path
    reason: str
    number: Number = "float32"
    num_again: int = 0
    num_plain: int = 0
    num_zero: int = 0
    num_fewer: int = 0


def joined(sides: Iterable[Side]) -> Side:
    """One side out of its blocks, in order."""
    neighbours, proven = zip(*sides, strict=True)
    similarity, row = zip(*neighbours, strict=True)
    return Side(Neighbours(np.concatenate(similarity), np.concatenate(row)), np.concatenate(proven))
