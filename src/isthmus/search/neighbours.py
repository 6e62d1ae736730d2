"""Nearest neighbours, exact, by the fastest path there is.

The path is chosen by rule, and results do not depend on it: ``plain`` where a search is small, numba
is not installed, or more neighbours are asked for than the fast paths keep; ``gpu`` where that is
the device; else ``tiles``.

Letters of shapes: N source rows, M foreign rows, D width, K neighbours.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from math import log10
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from isthmus.errors import DataError
from isthmus.scoring.nearest import BothWays, Neighbours, nearest_units
from isthmus.search import gpu
from isthmus.search.result import Way
from isthmus.search.speed import fastest_number
from isthmus.search.vectors import squared_lengths, unit_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from isthmus.search.result import Side
    from isthmus.search.vectors import Lengths, UnitRows

SMALL = 2**31
"""Products of two numbers below which a search is plain: it would not pay for loading numba."""

MOST_NEIGHBOURS = 16
MOST_WIDTH = 8192

_MANY = 2**20
_MORE = 8
"""Times as many places as at first, for the rows that are searched again."""


class Engine(Protocol):
    """A fast path, ready for one number of neighbours."""

    def __call__(
        self, source: UnitRows, foreign: UnitRows, *, num_places: int, both: bool
    ) -> tuple[Side, ...]:
        """See ``isthmus.search.tiles.search``."""


def nearest(
    queries_ND: ArrayLike, base_MD: ArrayLike, *, k: int = 1, device: str = "cpu"
) -> tuple[Neighbours, Way]:
    """Finds the ``min(k, M)`` rows of the base that are most similar to each query, by cosine.

    Raises:
        StudyError: ``k`` is below 1.
        DataError: as ``isthmus.scoring.nearest.neighbours``.
    """
    queries, base = _units(queries_ND, base_MD, "query vectors", "base vectors")
    way = _counted(_way(queries, base, k, device), queries, base, k, both=False)
    if way.path == "plain":
        return nearest_units(queries, base, k), way
    engine = _engine(way, k, device)
    num_places = _num_places(k, len(base))
    (side,) = engine(queries, base, num_places=num_places, both=False)
    return _completed(side, queries, base, engine, way, _MORE * num_places)


def both_ways(
    source_ND: ArrayLike, foreign_MD: ArrayLike, *, k: int, device: str = "cpu"
) -> tuple[BothWays, Way]:
    """Finds the ``k`` nearest of each side's rows on the other; all of a side that has fewer.

    Float32 tables may be files mapped into memory. Beside them a search on the processor takes the
    foreign vectors as small numbers, about a kilobyte a foreign row, and some megabytes a thread.

    Raises:
        StudyError: ``k`` is below 1.
        DataError: as ``isthmus.scoring.nearest.both_ways``.
    """
    source, foreign = _units(source_ND, foreign_MD, "source vectors", "foreign vectors")
    way = _counted(_way(source, foreign, k, device), source, foreign, k, both=True)
    if way.path == "plain":
        forward, backward = nearest_units(source, foreign, k), nearest_units(foreign, source, k)
        return BothWays(source, foreign, forward, backward), way
    engine = _engine(way, k, device)
    num_places = _num_places(k, max(len(source), len(foreign)))
    there, back = engine(source, foreign, num_places=num_places, both=True)
    forward, way = _completed(there, source, foreign, engine, way, _MORE * num_places)
    backward, way = _completed(back, foreign, source, engine, way, _MORE * num_places)
    return BothWays(source, foreign, forward, backward), way


def _units(
    one: ArrayLike, other: ArrayLike, one_name: str, other_name: str
) -> tuple[UnitRows, UnitRows]:
    lengths = _lengths(one, other)
    one_units = unit_rows(one, name=one_name, squared_lengths=lengths)
    other_units = unit_rows(other, name=other_name, squared_lengths=lengths)
    if one_units.width != other_units.width:
        msg = (
            f"{one_name} are {one_units.width} wide and {other_name} {other_units.width}: use one "
            "encoder"
        )
        raise DataError(msg)
    return one_units, other_units


def _lengths(one: ArrayLike, other: ArrayLike) -> Lengths:
    if min(np.size(one), np.size(other)) < _MANY or find_spec("numba") is None:
        return squared_lengths
    from isthmus.search import kernels  # noqa: PLC0415  (needs numba)

    return cast("Lengths", kernels.squared_lengths)


def _way(queries: UnitRows, base: UnitRows, k: int, device: str) -> Way:
    """The path, by the rule of this module's first lines, and the numbers, by trying them."""
    size = len(queries) * len(base) * base.width
    if not 1 <= k <= MOST_NEIGHBOURS:
        return Way(
            path="plain", reason=f"{k} neighbours; the fast paths find 1 to {MOST_NEIGHBOURS}"
        )
    if size < SMALL or min(len(queries), len(base)) < MOST_NEIGHBOURS:
        return Way(path="plain", reason="a small search")
    if base.width > MOST_WIDTH:
        return Way(path="plain", reason=f"vectors wider than {MOST_WIDTH}")
    if device != "cpu":
        return Way(path="gpu", reason=f"the device is {device}", number=fastest_number(device))
    if find_spec("numba") is None:
        return Way(path="plain", reason="numba is not installed: pip install isthmus[fast]")
    return Way(path="tiles", reason="the device is cpu", number=fastest_number(device))


def _counted(way: Way, queries: UnitRows, base: UnitRows, k: int, *, both: bool) -> Way:
    """Says how many rows have no direction, and how many have fewer neighbours than asked."""
    num_fewer = len(queries) * (len(base) < k) + both * len(base) * (len(queries) < k)
    return replace(way, num_zero=queries.num_zero + base.num_zero, num_fewer=num_fewer)


def _num_places(k: int, num_rows: int) -> int:
    """Enough for nearly all rows of independent normal vectors, which lie as close as any do.

    Half as many more for ten times the rows: as measured, and as the normal tail would have it.
    """
    return int(16 * max(k, 2) * 1.5 ** max(0.0, log10(num_rows) - 4))


def _engine(way: Way, k: int, device: str) -> Engine:
    if way.path == "gpu":
        return partial(gpu.search, k=k, number=way.number, device=device)
    from isthmus.search import tiles  # noqa: PLC0415  (needs numba)

    return partial(tiles.search, k=k, number=way.number)


def _completed(
    side: Side, queries: UnitRows, base: UnitRows, engine: Engine, way: Way, num_places: int
) -> tuple[Neighbours, Way]:
    """Searches again, with more room, for the rows that are not proven, and at last plainly."""
    found, rows = side.neighbours, np.flatnonzero(~side.proven)
    if not len(rows):
        return found, way
    k = found.row.shape[1]
    (again,) = engine(queries.take(rows), base, num_places=num_places, both=False)
    rest = rows[~again.proven]
    _replace(found, rows, again.neighbours)
    if len(rest):
        _replace(found, rest, nearest_units(queries.take(rest), base, k))
    return found, replace(
        way, num_again=way.num_again + len(rows), num_plain=way.num_plain + len(rest)
    )


def _replace(found: Neighbours, rows: NDArray[np.int64], better: Neighbours) -> None:
    found.similarity[rows] = better.similarity
    found.row[rows] = better.row
