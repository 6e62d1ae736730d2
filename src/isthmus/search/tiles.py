"""The search on processor cores: tiles of products, folded as soon as they are made.

Letters of shapes: N source rows, M foreign rows, R rows and C columns of a tile, P places, D width,
K neighbours.

A thread takes a block of source rows through all blocks of foreign rows, the columns. Blocks of
rows start at different columns, and a lock a block of columns keeps two threads from folding into
the same. What is found does not depend on who was first: where it could, it is not proven.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch.nn.functional import pad

from isthmus.scoring.nearest import Neighbours
from isthmus.search import kernels
from isthmus.search.codes import Codes, encode, slack
from isthmus.search.lanes import STRIDE
from isthmus.search.result import Side, joined
from isthmus.search.speed import int8_products
from isthmus.search.vectors import sampled_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from isthmus.search.codes import Floats, Number
    from isthmus.search.vectors import UnitRows

TILE = 1024
"""Rows and columns of a tile: its integers and its products stay in the outer caches."""

_SEVERAL = 8


class Kept(NamedTuple):
    """What rows have found so far.

    Attributes:
        key: (N, P) bounds and numbers of the rows found, packed so that they sort by bound.
        taken: (N,) how many of the places are taken.
        floor: (N,) no bound that was not kept is above it.
    """

    key: NDArray[np.int64]
    taken: NDArray[np.int64]
    floor: Floats

    @classmethod
    def nothing(cls, num_rows: int, num_places: int) -> Kept:
        """Of rows that have found nothing yet; without places they also take nothing."""
        return cls(
            np.empty((num_rows, num_places), np.int64),
            np.zeros(num_rows, np.int64),
            np.full(num_rows, -np.inf if num_places else np.inf, np.float32),
        )

    def part(self, rows: slice) -> Kept:
        """A view of some rows."""
        return Kept(self.key[rows], self.taken[rows], self.floor[rows])


def search(
    source: UnitRows, foreign: UnitRows, *, k: int, num_places: int, number: Number, both: bool
) -> tuple[Side, ...]:
    """Finds the ``k`` nearest of each side's rows on the other, or only those of the source's.

    Uses as many threads as torch is set to.

    Args:
        source: N rows.
        foreign: M rows.
        k: At most the number of rows of either side searched.
        num_places: A row keeps at least half as many at any time; ``4 * k`` or more.
        number: What products are taken of.
        both: Whether the foreign rows search too.
    """
    mean_x_D, mean_y_D = sampled_mean(source), sampled_mean(foreign)
    num_threads = torch.get_num_threads()
    with _single_threads(num_threads) as pool:
        columns = codes_of(foreign, slice(0, len(foreign)), mean_y_D, mean_x_D, 0.0, number)
        one = _Pass(
            source=source,
            foreign=foreign,
            mean_x=mean_x_D,
            mean_y=mean_y_D,
            number=number,
            k=k,
            num_places=num_places,
            columns=_filled_up(columns),
            both=both,
            by_column=Kept.nothing(-(-len(foreign) // TILE) * TILE, num_places if both else 0),
            locks=[Lock() for _ in _blocks(foreign)],
            visits=[0 for _ in _blocks(foreign)],
            num_threads=num_threads,
        )
        there = joined(pool.map(one.search, _blocks(source)))
        return (there, joined(pool.map(one.settle, _blocks(foreign)))) if both else (there,)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pass:
    """What the threads of one search share; see ``search``."""

    source: UnitRows
    foreign: UnitRows
    mean_x: Floats
    mean_y: Floats
    number: Number
    k: int
    num_places: int
    columns: Codes
    both: bool
    by_column: Kept
    locks: list[Lock]
    visits: list[int]
    num_threads: int

    def limit(self, step: int, num_steps: int) -> int:
        """Places to use in a tile: few at first, so that floors rise soon to where they will end.

        Rows that met their nearest early may lack room later. They are not proven then, and searched
        again; so few that they fit in a tile, as those do, have all places from the start.
        """
        if num_steps < _SEVERAL or len(self.source) <= TILE:
            return self.num_places
        return min(self.num_places, 2 * self.k + 8 + self.num_places * step // num_steps)

    def rank(self, step: int, num_steps: int) -> int:
        """How many bounds of the first tile of several are to reach a floor: as many as it keeps."""
        limit = self.limit(0, num_steps)
        return limit // 2 if step == 0 and limit < self.num_places else 0

    def search(self, rows: slice) -> Side:
        """Takes a block of source rows through all columns and settles it."""
        constant = float(self.mean_x @ self.mean_y) + slack(self.mean_x, self.mean_y)
        codes = codes_of(self.source, rows, self.mean_x, self.mean_y, constant, self.number)
        by_row = Kept.nothing(len(codes.scale), self.num_places)
        num_blocks, num_row_blocks = len(self.locks), -(-len(self.source) // TILE)
        room = torch.empty(TILE**2, dtype=torch.int32 if self.number == "int8" else torch.float32)
        for step, block in enumerate(self._order(rows)):
            columns = slice(block * TILE, (block + 1) * TILE)
            part = self.columns.part(columns)
            tile_RC = _products(codes.small, part.small, room)
            numbers = _numbers(codes), _numbers(part)
            with self.locks[block]:
                by_column = self.by_column.part(columns)
                visit, self.visits[block] = self.visits[block], self.visits[block] + 1
                column_rank = self.rank(visit, num_row_blocks) if self.both else 0
                ranks = self.rank(step, num_blocks), column_rank
                if any(ranks):
                    kernels.raise_floors(tile_RC, *numbers, by_row.floor, by_column.floor, ranks)
                limits = self.limit(step, num_blocks), self.limit(visit, num_row_blocks)
                starts = rows.start, columns.start
                kernels.fold(tile_RC, *numbers, by_row, by_column, starts, limits)
        return _settled(by_row, self.source, rows, self.foreign, self.k)

    def settle(self, columns: slice) -> Side:
        """Settles a block of foreign rows, once all source rows went past."""
        return _settled(self.by_column.part(columns), self.foreign, columns, self.source, self.k)

    def _order(self, rows: slice) -> Iterator[int]:
        """Blocks of columns, from where no other thread is likely to be."""
        num_blocks = len(self.locks)
        first = rows.start // TILE * num_blocks // self.num_threads
        return ((first + step) % num_blocks for step in range(num_blocks))


def _products(rows_RD: Tensor, rows_CD: Tensor, room: Tensor) -> NDArray[Any]:
    """Products of all rows of two sets of codes: (R, C), int32 of integers, else float32.

    Args:
        room: Where they go. New memory for each tile would cost its pages, a tenth of the time.
    """
    shape = len(rows_RD), len(rows_CD)
    room_RC = room[: shape[0] * shape[1]].view(shape)
    if rows_RD.dtype == torch.int8:
        return int8_products(rows_RD, rows_CD, room_RC=room_RC).numpy()
    return torch.mm(rows_RD, rows_CD.T, out=room_RC).numpy()


def _numbers(codes: Codes) -> tuple[NDArray[Any], ...]:
    """Scale, offset, error and reach, as the kernels take them."""
    return tuple(field.numpy() for field in codes[1:])


def codes_of(
    units: UnitRows,
    rows: slice,
    mean_D: Floats,
    other_D: Floats,
    constant: float,
    number: Number,
) -> Codes:
    """Codes of some rows; see ``isthmus.search.codes.encode``."""
    if number == "float32":
        units_ND = torch.from_numpy(units[rows])
        means = torch.from_numpy(mean_D), torch.from_numpy(other_D)
        return encode(units_ND, *means, constant, number)
    table_ND, scale_N = units.table_ND[rows], units.scale_N[rows]
    small_ND = np.empty(table_ND.shape, np.int8)
    numbers_4N = np.empty((4, len(table_ND)), np.float32)
    kernels.encode_int8(
        table_ND, scale_N, mean_D, other_D, np.float32(constant), small_ND, numbers_4N
    )
    return Codes(torch.from_numpy(small_ND), *torch.from_numpy(numbers_4N))


def _filled_up(codes: Codes) -> Codes:
    """Adds rows that nothing can keep, up to a whole number of strides."""
    num_rows = len(codes.scale)
    missing = -num_rows % STRIDE
    small, *numbers = (pad(field, (0, 0) * (field.dim() - 1) + (0, missing)) for field in codes)
    filled = Codes(small, *numbers)
    filled.offset[num_rows:] = -torch.inf
    return filled


def _settled(kept: Kept, units: UnitRows, rows: slice, base: UnitRows, k: int) -> Side:
    similarity_NK = np.empty((len(units.scale_N[rows]), k), np.float32)
    row_NK = np.empty(similarity_NK.shape, np.int64)
    proven_N = kernels.settle(
        kept,
        units.table_ND[rows],
        units.scale_N[rows],
        base.table_ND,
        base.scale_N,
        similarity_NK,
        row_NK,
    )
    return Side(Neighbours(similarity_NK, row_NK), proven_N)


def _blocks(units: UnitRows) -> list[slice]:
    return [slice(start, min(start + TILE, len(units))) for start in range(0, len(units), TILE)]


@contextmanager
def _single_threads(num_threads: int) -> Iterator[ThreadPoolExecutor]:
    """A pool in which torch uses one thread each; torch's own setting comes back afterwards."""
    with ThreadPoolExecutor(num_threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        try:
            yield pool
        finally:
            torch.set_num_threads(num_threads)
