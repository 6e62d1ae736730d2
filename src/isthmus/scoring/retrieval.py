"""Exact nearest neighbours and margin mining over sentence vectors.

Letters of shapes: N source sentences, M foreign ones, Q queries, B the set searched, D width,
K neighbours.

Similarities are found by float32 matrix products in tiles and then recomputed for the few that
matter in one fixed order of additions, that of the library XTREME's code calls. So they are the
same on any machine, for any tile size and number of threads, and equal XTREME's to the last bit.
Ties go to the lower index.

Sources: Artetxe and Schwenk 2019 (margins, candidates), as in LASER's and XTREME's mining code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from isthmus.errors import DataError, StudyError, suggest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Doubles: TypeAlias = NDArray[np.float64]
    Indices: TypeAlias = NDArray[np.int64]

Margin: TypeAlias = Literal["absolute", "distance", "ratio"]
Selection: TypeAlias = Literal["forward", "backward", "intersect", "max"]

MARGINS: tuple[Margin, ...] = ("absolute", "distance", "ratio")
SELECTIONS: tuple[Selection, ...] = ("forward", "backward", "intersect", "max")
NUM_NEIGHBOURS = 4

_QUERY_TILE = 512
_BASE_TILE = 16_384
# Neighbours kept beyond K until similarities are recomputed: rounding can swap the last ones.
_NUM_SPARE = 4
_LANES = 8


class Neighbours(NamedTuple):
    """Similarities of the nearest vectors of each query, nearest first, and their rows; (Q, K)."""

    similarity: Floats
    row: Indices


@dataclass(frozen=True, slots=True)
class Candidates:
    """Mined pairs: rows of the source and foreign sets, and a score for each pair, one shape."""

    source: Indices
    foreign: Indices
    score: Doubles


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
            [_fixed_order_dot(rows, rows) for rows in np.array_split(table, -(-len(table) // 4096))]
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
    return _neighbours_of_units(queries, base, k)


def mine(
    source_ND: ArrayLike,
    foreign_MD: ArrayLike,
    *,
    margin: Margin = "ratio",
    select: Selection = "max",
    k: int = NUM_NEIGHBOURS,
) -> Candidates:
    """Proposes sentence pairs, each with a score that says how far it stands out.

    A pair's margin compares its cosine ``a`` with ``b``, the mean cosine of both sentences to
    their ``k`` nearest on the other side: ``a`` itself (absolute), ``a - b`` (distance) or
    ``a / b`` (ratio; 0 where ``b`` is 0).

    Args:
        source_ND: Vectors of one side.
        foreign_MD: Vectors of the other.
        margin: One of ``MARGINS``.
        select: ``forward`` gives every source sentence its best neighbour, ``backward`` every
            foreign one, ``intersect`` keeps what both agree on, and ``max`` takes the pairs of
            both by falling score, each sentence once, and only scores above 0.
        k: Neighbours on either side; all of a side that has fewer.

    Raises:
        StudyError: ``margin``, ``select`` or ``k`` is not one of those.
        DataError: as ``neighbours``.
    """
    if select not in SELECTIONS:
        msg = f"there is no selection {select!r}.{suggest(select, SELECTIONS)}"
        raise StudyError(msg)
    forward_N, forward_score_N, backward_M, backward_score_M = _best_both_ways(
        source_ND, foreign_MD, margin, k
    )
    sources, foreigns = np.arange(len(forward_N)), np.arange(len(backward_M))
    if select == "forward":
        return Candidates(sources, forward_N, forward_score_N)
    if select == "backward":
        return Candidates(backward_M, foreigns, backward_score_M)
    if select == "intersect":
        agreed = backward_M[forward_N] == sources
        return Candidates(sources[agreed], forward_N[agreed], forward_score_N[agreed])
    return _one_to_one(
        Candidates(
            np.concatenate([sources, backward_M]),
            np.concatenate([forward_N, foreigns]),
            np.concatenate([forward_score_N, backward_score_M]),
        )
    )


def xsim_error(
    source_ND: ArrayLike,
    foreign_ND: ArrayLike,
    *,
    margin: Margin = "ratio",
    k: int = NUM_NEIGHBOURS,
) -> float:
    """Share of source rows whose best neighbour by margin is not the foreign row of their number.

    Source: xSIM in LASER (Heffernan et al. 2022).

    Raises:
        StudyError: as ``mine``.
        DataError: as ``mine``, or the sides have different numbers of rows.
    """
    best_N, _, backward_M, _ = _best_both_ways(source_ND, foreign_ND, margin, k)
    if len(best_N) != len(backward_M):
        msg = f"xsim needs aligned sides, got {len(best_N)} and {len(backward_M)} sentences"
        raise DataError(msg)
    return float(np.mean(best_N != np.arange(len(best_N))))


def _best_both_ways(
    source_ND: ArrayLike, foreign_MD: ArrayLike, margin: Margin, k: int
) -> tuple[Indices, Doubles, Indices, Doubles]:
    """Each side's best neighbour by margin and its score: forward (N each), backward (M each)."""
    if margin not in MARGINS:
        msg = f"there is no margin {margin!r}.{suggest(margin, MARGINS)}"
        raise StudyError(msg)
    source = unit_length(source_ND, name="source vectors")
    foreign = unit_length(foreign_MD, name="foreign vectors")
    if source.shape[1] != foreign.shape[1]:
        msg = f"source is {source.shape[1]} wide and foreign {foreign.shape[1]}: use one encoder"
        raise DataError(msg)
    forward = _neighbours_of_units(source, foreign, k)
    backward = _neighbours_of_units(foreign, source, k)
    mean_N, mean_M = forward.similarity.mean(axis=1), backward.similarity.mean(axis=1)
    return (
        *_best_by_margin(source, foreign, forward.row, mean_N, mean_M, margin),
        *_best_by_margin(foreign, source, backward.row, mean_M, mean_N, margin),
    )


def _best_by_margin(
    queries_QD: Floats,
    base_BD: Floats,
    index_QK: Indices,
    mean_Q: Floats,
    mean_B: Floats,
    margin: Margin,
) -> tuple[Indices, Doubles]:
    scores_QK = np.empty(index_QK.shape, dtype=np.float32)
    for start in range(0, len(queries_QD), _QUERY_TILE):
        rows = slice(start, start + _QUERY_TILE)
        products = queries_QD[rows, None, :] * base_BD[index_QK[rows]]
        cosine = products.sum(axis=-1, dtype=np.float64).astype(np.float32)
        around = (mean_Q[rows, None] + mean_B[index_QK[rows]]) / np.float32(2)
        if margin == "ratio":
            scores_QK[rows] = np.divide(
                cosine, around, out=np.zeros_like(cosine), where=around != 0
            )
        else:
            scores_QK[rows] = cosine - around if margin == "distance" else cosine
    best = scores_QK.argmax(axis=1)[:, None]
    return (
        np.take_along_axis(index_QK, best, axis=1)[:, 0],
        np.take_along_axis(scores_QK, best, axis=1)[:, 0].astype(np.float64),
    )


def _one_to_one(candidates: Candidates) -> Candidates:
    """Takes pairs by falling score, each sentence of either side once; only scores above 0."""
    kept: list[int] = []
    seen_source: set[int] = set()
    seen_foreign: set[int] = set()
    pairs = list(zip(candidates.source.tolist(), candidates.foreign.tolist(), strict=True))
    for row in np.argsort(-candidates.score, kind="stable").tolist():
        source, foreign = pairs[row]
        if source not in seen_source and foreign not in seen_foreign:
            seen_source.add(source)
            seen_foreign.add(foreign)
            if candidates.score[row] > 0:
                kept.append(row)
    rows = np.array(kept, dtype=np.int64)
    return Candidates(candidates.source[rows], candidates.foreign[rows], candidates.score[rows])


def _neighbours_of_units(queries_QD: Floats, base_BD: Floats, k: int) -> Neighbours:
    if k < 1:
        msg = f"k is the number of neighbours, 1 or more; got {k}"
        raise StudyError(msg)
    k = min(k, len(base_BD))
    num_kept = min(k + _NUM_SPARE, len(base_BD))
    similarities: list[Floats] = []
    indices: list[Indices] = []
    for start in range(0, len(queries_QD), _QUERY_TILE):
        queries = queries_QD[start : start + _QUERY_TILE]
        index = _roughly_nearest(queries, base_BD, num_kept)
        similarity = _fixed_order_dot(queries[:, None, :], base_BD[index])
        order = np.lexsort((index, -similarity), axis=1)[:, :k]
        similarities.append(np.take_along_axis(similarity, order, axis=1))
        indices.append(np.take_along_axis(index, order, axis=1))
    return Neighbours(np.concatenate(similarities), np.concatenate(indices))


def _roughly_nearest(queries_QD: Floats, base_BD: Floats, num_kept: int) -> Indices:
    """Indices of the ``num_kept`` largest dot products of each query, found tile by tile."""
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
    return index_Q


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


def _fixed_order_dot(a: Floats, b: Floats) -> Floats:
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
