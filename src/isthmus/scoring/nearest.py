"""Exact nearest neighbours of sentence vectors by cosine.

Letters of shapes: Q queries, B the set searched, D width, K neighbours.

Similarities are found by float32 matrix products in tiles and then recomputed for the few that
matter in one fixed order of additions. So they are the same on any machine, for any tile size and
number of threads. The order is that of the library XTREME's code calls: vectors of fewer than 16
numbers give its very bits, wider ones differ from it as it differs between processors, in the last
digit of float32. Ties go to the lower index. ``isthmus.search`` finds the same faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np

from isthmus.errors import DataError, StudyError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Indices: TypeAlias = NDArray[np.int64]

_QUERY_TILE = 512
_BASE_TILE = 16_384
# Neighbours kept beyond K until similarities are recomputed: rounding can swap the last ones.
_NUM_SPARE = 4
_LANES = 8


class Neighbours(NamedTuple):
    """Similarities of the nearest vectors of each query, nearest first, and their rows; (Q, K)."""

    similarity: Floats
    row: Indices


class BothWays(NamedTuple):
    """What each of two sides found on the other: (N, K) rows and (M, K) rows."""

    source: Units
    foreign: Units
    forward: Neighbours
    backward: Neighbours


class Units(Protocol):
    """Rows of length 1 or 0: an array (rows, D), or what is indexed as one."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | Indices, /) -> Floats: ...


def neighbours(queries_QD: ArrayLike, base_BD: ArrayLike, *, k: int = 1) -> Neighbours:
    """Finds the ``min(k, B)`` rows of the base that are most similar to each query, by cosine.

    Raises:
        StudyError: ``k`` is below 1.
        DataError: as ``unit_length``, or the widths differ.
    """
    queries = unit_length(queries_QD, name="query vectors")
    base = unit_length(base_BD, name="base vectors")
    if queries.shape[1] != base.shape[1]:
        msg = f"queries are {queries.shape[1]} wide and the base {base.shape[1]}: use one encoder"
        raise DataError(msg)
    return nearest_units(queries, base, k)


def both_ways(source_ND: ArrayLike, foreign_MD: ArrayLike, *, k: int) -> BothWays:
    """Finds the neighbours of each side's rows on the other.

    Raises:
        StudyError: ``k`` is below 1.
        DataError: as ``unit_length``, or the widths differ.
    """
    source = unit_length(source_ND, name="source vectors")
    foreign = unit_length(foreign_MD, name="foreign vectors")
    if source.shape[1] != foreign.shape[1]:
        msg = f"source is {source.shape[1]} wide and foreign {foreign.shape[1]}: use one encoder"
        raise DataError(msg)
    return BothWays(
        source, foreign, nearest_units(source, foreign, k), nearest_units(foreign, source, k)
    )


def unit_length(vectors: ArrayLike, *, name: str = "vectors") -> Floats:
    """Scales each row to length 1; a row of zeros stays zero and is similar to nothing.

    Args:
        vectors: (rows, D), any real type.
        name: What they are, for errors.

    Raises:
        DataError: not a table with rows and columns, or a value is not finite.
    """
    table = _table(vectors, name)
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        squared = np.concatenate(
            [fixed_order_dot(rows, rows) for rows in np.array_split(table, -(-len(table) // 4096))]
        )
        scale = np.float32(1) / np.sqrt(squared)
    usable = np.isfinite(scale) & (scale > 0)
    unit: Floats = table * np.where(usable, scale, 0)[:, None]
    if not usable.all():
        # Squares out of float32's range: divide by the largest entry first. Zeros stay zero.
        rest = table[~usable].astype(np.float64)
        largest = np.abs(rest).max(axis=1, keepdims=True)
        rest = np.divide(rest, largest, out=np.zeros_like(rest), where=largest > 0)
        length = np.linalg.norm(rest, axis=1, keepdims=True)
        unit[~usable] = np.divide(rest, length, out=np.zeros_like(rest), where=length > 0)
    return unit


def _table(vectors: ArrayLike, name: str) -> Floats:
    try:
        with np.errstate(over="ignore"):
            table = np.asarray(vectors, dtype=np.float32)
    except (TypeError, ValueError) as error:
        msg = f"{name} should be a table of numbers, one vector a row: {error}"
        raise DataError(msg) from error
    if table.ndim != 2 or 0 in table.shape:
        msg = f"{name} should be a table of one vector a row, got the shape {table.shape}"
        raise DataError(msg)
    broken = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if len(broken):
        shown = ", ".join(map(str, broken[:5]))
        msg = (
            f"{len(broken)} of {len(table)} {name} are not finite (rows {shown}): check the encoder"
        )
        raise DataError(msg)
    return table


def nearest_units(queries_QD: Units, base_BD: Units, k: int) -> Neighbours:
    """Finds neighbours as ``neighbours`` does, of rows that have their length already."""
    if k < 1:
        msg = f"k is the number of neighbours, 1 or more; got {k}"
        raise StudyError(msg)
    k = min(k, len(base_BD))
    num_kept = min(k + _NUM_SPARE, len(base_BD))
    # A product of two unit vectors loses D roundings at most, the fixed order an eighth of that.
    width = queries_QD[:1].shape[1]
    lost = np.float32(2.0**-24 * (width + width / _LANES + 2 * _LANES))
    similarities: list[Floats] = []
    indices: list[Indices] = []
    for start in range(0, len(queries_QD), _QUERY_TILE):
        queries = queries_QD[start : start + _QUERY_TILE]
        product, index = _roughly_nearest(queries, base_BD, num_kept)
        nearest = _first(fixed_order_dot(queries[:, None, :], base_BD[index]), index, k)
        floor_Q = nearest.similarity[:, -1] - lost
        if num_kept < len(base_BD):
            for row in np.flatnonzero(product[:, -1] >= floor_Q):
                nearest.similarity[row], nearest.row[row] = _nearest_of_all(
                    queries[row], base_BD, k, floor_Q[row]
                )
        similarities.append(nearest.similarity)
        indices.append(nearest.row)
    return Neighbours(np.concatenate(similarities), np.concatenate(indices))


def _nearest_of_all(query_D: Floats, base_BD: Units, k: int, floor: np.float32) -> Neighbours:
    """Neighbours among all whose product reaches a floor: repeated vectors can be very many."""
    best = Neighbours(np.empty(0, np.float32), np.empty(0, np.int64))
    for start in range(0, len(base_BD), _BASE_TILE):
        tile_BD = base_BD[start : start + _BASE_TILE]
        index = np.flatnonzero(tile_BD @ query_D >= floor)
        similarity = fixed_order_dot(query_D, tile_BD[index])
        best = _first(
            np.concatenate([best.similarity, similarity]),
            np.concatenate([best.row, index + start]),
            k,
        )
    return best


def _first(similarity: Floats, index: Indices, k: int) -> Neighbours:
    """The ``k`` most similar, along the last axis; of equal ones the lower index is first."""
    order = np.lexsort((index, -similarity), axis=-1)[..., :k]
    return Neighbours(
        np.take_along_axis(similarity, order, axis=-1), np.take_along_axis(index, order, axis=-1)
    )


def _roughly_nearest(queries_QD: Floats, base_BD: Units, num_kept: int) -> tuple[Floats, Indices]:
    """The ``num_kept`` largest dot products of each query and where, found tile by tile."""
    best_Q = np.empty((len(queries_QD), 0), dtype=np.float32)
    index_Q = np.empty((len(queries_QD), 0), dtype=np.int64)
    for start in range(0, len(base_BD), _BASE_TILE):
        tile = queries_QD @ base_BD[start : start + _BASE_TILE].T
        found = _largest(tile, min(num_kept, tile.shape[1]))
        best_Q = np.concatenate([best_Q, np.take_along_axis(tile, found, axis=1)], axis=1)
        index_Q = np.concatenate([index_Q, found + start], axis=1)
        # Stable: of equal products the one from the earlier tile stays ahead.
        order = np.argsort(-best_Q, axis=1, kind="stable")[:, :num_kept]
        best_Q = np.take_along_axis(best_Q, order, axis=1)
        index_Q = np.take_along_axis(index_Q, order, axis=1)
    return best_Q, index_Q


def _largest(values_QB: Floats, count: int) -> Indices:
    """Columns of each row's ``count`` largest values, the first of equal ones first."""
    if count > 32:
        return np.argsort(-values_QB, axis=1, kind="stable")[:, :count]
    rows = np.arange(len(values_QB))
    remaining = values_QB.copy()
    found = np.empty((len(values_QB), count), dtype=np.int64)
    for column in range(count):
        found[:, column] = remaining.argmax(axis=1)
        remaining[rows, found[:, column]] = -np.inf
    return found


def fixed_order_dot(a: Floats, b: Floats) -> Floats:
    """Dot products over the last axis, rounded after every step as eight fused float32 lanes are.

    A product of two float32 is exact in float64, so adding it there and rounding once is a fused
    multiply-add. The lanes are folded by halves and what is left over is added one by one.
    """
    width = a.shape[-1]
    even = width - width % _LANES
    shape = np.broadcast_shapes(a.shape, b.shape)[:-1]
    lanes = np.zeros((*shape, _LANES), dtype=np.float32)
    for start in range(0, even, _LANES):
        step = slice(start, start + _LANES)
        product = a[..., step].astype(np.float64) * b[..., step]
        lanes = (lanes + product).astype(np.float32)
    while lanes.shape[-1] > 1:
        half = lanes.shape[-1] // 2
        lanes = lanes[..., :half] + lanes[..., half:]
    total: Floats = lanes[..., 0]
    for column in range(even, width):
        product = a[..., column].astype(np.float64) * b[..., column]
        total = (total + product).astype(np.float32)
    return total
