"""A table of vectors read as rows of length 1, without a second copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from isthmus.scoring.nearest import fixed_order_dot, unit_length

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Lengths: TypeAlias = Callable[[Floats], Floats]

_BLOCK = 8192
_SAMPLE = 1024
# Lengths within 2 to the power of this, either way, have squares well inside float32's range.
_USUAL = 50.0


class UnitRows:
    """Rows of a float32 table, perhaps a file mapped into memory, each scaled to length 1.

    Indexed like an array of (N, D), it gives what ``unit_length`` would give, for those rows only.
    """

    __slots__ = ("scale_N", "table_ND")

    def __init__(self, table_ND: Floats, scale_N: Floats) -> None:
        self.table_ND = table_ND
        self.scale_N = scale_N

    def __len__(self) -> int:
        return len(self.table_ND)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> Floats:
        units: Floats = self.table_ND[rows] * self.scale_N[rows][..., None]
        return units

    @property
    def width(self) -> int:
        """Numbers a vector."""
        return int(self.table_ND.shape[1])

    @property
    def num_zero(self) -> int:
        """Rows of length 0, which stay zero."""
        return int(np.count_nonzero(self.scale_N == 0))

    def take(self, rows: NDArray[np.int64]) -> UnitRows:
        """Some rows, copied."""
        return UnitRows(self.table_ND[rows], self.scale_N[rows])


def squared_lengths(table_ND: Floats) -> Floats:
    """Squared lengths of rows, added in the fixed order."""
    return fixed_order_dot(table_ND, table_ND)


def unit_rows(
    vectors: ArrayLike, *, name: str, squared_lengths: Lengths = squared_lengths
) -> UnitRows:
    """Finds the scale of each row, a block at a time.

    Args:
        vectors: (N, D). A float32 array is read where it is; anything else is copied first.
        name: What they are, for errors.
        squared_lengths: A faster way to the same.

    Raises:
        DataError: as ``isthmus.scoring.nearest.unit_length``.
    """
    if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32 or vectors.ndim != 2:
        return _copied(vectors, name)
    table_ND = np.ascontiguousarray(vectors)
    if not table_ND.size:
        return _copied(vectors, name)
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
        blocks = (table_ND[start : start + _BLOCK] for start in range(0, len(vectors), _BLOCK))
        squared_N = np.concatenate([squared_lengths(block) for block in blocks])
        scale_N = np.float32(1) / np.sqrt(squared_N)
        is_usual_N = np.abs(np.log2(scale_N)) < _USUAL
    is_zero_N = squared_N == 0
    if not (is_usual_N | is_zero_N).all() or table_ND[is_zero_N].any():
        return _copied(vectors, name)
    return UnitRows(table_ND, np.where(is_zero_N, np.float32(0), scale_N))


def _copied(vectors: ArrayLike, name: str) -> UnitRows:
    """Scales a copy: of other types, of lengths near the ends of float32's range, or refuses."""
    units_ND = unit_length(vectors, name=name)
    return UnitRows(units_ND, np.asarray(units_ND.any(axis=1), dtype=np.float32))


def sampled_mean(units: UnitRows) -> Floats:
    """Mean of rows spread evenly over the table: near the mean of all, which is all it is for."""
    mean_D: Floats = units[slice(None, None, -(-len(units) // _SAMPLE))].mean(axis=0)
    return mean_D
