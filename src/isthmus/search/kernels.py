"""The loops that numba compiles: lengths, integers from vectors, the pass over a tile, exact scores.

Letters of shapes: N rows of a side, B rows of the set searched, R rows and C columns of a tile, S
columns of a stride, P places where a row keeps what it found, H half a block, D width, K neighbours.

Only what needs numba imports this module.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from isthmus.compiled import EXACT, REORDERED
from isthmus.search.codes import ABOUT, LARGEST, MIXING_ERROR, ROUNDING, SHORTEST_MIXED
from isthmus.search.lanes import STRIDE, above_floors, ask_for

AHEAD = 2
"""A row is asked for so many rows before it is scored."""

_LANES = 8
# The number of the one bit that is set, by the top five bits of its product with this constant.
_DE_BRUIJN = 0x077CB531
_BIT = np.zeros(32, dtype=np.int64)
_BIT[[(_DE_BRUIJN << bit & 0xFFFFFFFF) >> 27 for bit in range(32)]] = range(32)


@njit(**EXACT)
def squared_lengths(table_ND):
    """Squared lengths of rows, added in the fixed order."""
    squared_N = np.empty(len(table_ND), np.float32)
    lanes = np.empty(_LANES, np.float32)
    one = np.float32(1)
    for row in range(len(table_ND)):
        squared_N[row] = _fixed_order_dot(table_ND[row], one, table_ND[row], one, lanes)
    return squared_N


@njit(**EXACT)
def _fixed_order_dot(a_D, scale_a, b_D, scale_b, lanes):
    """Dot product of two scaled rows, to the bit as ``isthmus.scoring.nearest`` adds it."""
    width = len(a_D)
    even = width - width % _LANES
    lanes[:] = 0
    for start in range(0, even, _LANES):
        for lane in range(_LANES):
            a, b = a_D[start + lane] * scale_a, b_D[start + lane] * scale_b
            lanes[lane] = np.float32(np.float64(lanes[lane]) + np.float64(a) * np.float64(b))
    half = _LANES // 2
    while half:
        for lane in range(half):
            lanes[lane] += lanes[lane + half]
        half //= 2
    total = lanes[0]
    for column in range(even, width):
        a, b = a_D[column] * scale_a, b_D[column] * scale_b
        total = np.float32(np.float64(total) + np.float64(a) * np.float64(b))
    return total


@njit(**REORDERED)
def encode_int8(table_ND, scale_N, mean_D, other_D, constant, small_ND, numbers_4N):
    """Fills the codes of rows; see ``isthmus.search.codes``.

    Args:
        table_ND: Vectors, and ``scale_N`` that makes them units.
        mean_D: Their side's mean, subtracted; ``other_D`` is the other side's, added back.
        constant: Added to every offset.
        small_ND: Where the int8 go.
        numbers_4N: Where scale, offset, error and reach go.
    """
    width = table_ND.shape[1]
    centred = np.empty(width, np.float32)
    for row in range(len(table_ND)):
        offset = np.float32(0)
        for d in range(width):
            centred[d] = table_ND[row, d] * scale_N[row] - mean_D[d]
            offset += centred[d] * other_D[d]
        _mix(centred)
        largest = np.float32(0)
        for d in range(width):
            largest = max(largest, abs(centred[d]))
        step = largest / np.float32(LARGEST) if largest > 0 else np.float32(1)
        inverse = np.float32(1) / step
        error, exact, rounded = np.float32(0), np.float32(0), np.float32(0)
        for d in range(width):
            code = np.rint(centred[d] * inverse)
            small_ND[row, d] = np.int8(code)
            back = code * step
            error += (centred[d] - back) ** 2
            exact += centred[d] ** 2
            rounded += back**2
        numbers_4N[0, row] = step
        numbers_4N[1, row] = offset + constant
        reach = np.sqrt(max(exact, rounded))
        numbers_4N[2, row] = np.sqrt(error) * ABOUT + reach * MIXING_ERROR
        numbers_4N[3, row] = reach * ABOUT


@njit(**REORDERED)
def _mix(row_D):
    """As ``isthmus.search.codes`` mixes rows, for one row and in place."""
    width = len(row_D)
    half, scale = width // 2, np.float32(1)
    while half >= SHORTEST_MIXED and width % (2 * half) == 0:
        for start in range(0, width, 2 * half):
            low_H, high_H = row_D[start : start + half], row_D[start + half : start + 2 * half]
            for d in range(half):
                a, b = low_H[d], high_H[d]
                low_H[d] = a + b
                high_H[d] = a - b
        half //= 2
        scale *= np.float32(np.sqrt(0.5))
    for d in range(width):
        row_D[d] *= scale


@njit(**REORDERED)
def raise_floors(tile_RC, rows, columns, floor_R, floor_C, ranks):
    """Raises floors, before anything is kept, to where a few of a tile's bounds are above them.

    Without it the first tile would fill and halve the places of its rows and columns many times.
    A floor is a high one among the highest bounds of strides, so as many bounds reach it at least.

    Args:
        tile_RC, rows, columns: As ``fold`` takes them.
        floor_R, floor_C: Floors of the rows and of the columns.
        ranks: How many bounds are to reach a row's floor, and a column's; 0 leaves floors alone.
    """
    scale_R, offset_R, error_R, reach_R = rows
    scale_C, offset_C, error_C, reach_C = columns
    num_rows, num_columns = tile_RC.shape
    row_rank, column_rank = ranks
    bound_C = np.empty(num_columns, np.float32)
    highest_S = np.empty(STRIDE, np.float32)
    highest_of_columns = np.full((num_columns, -(-num_rows // STRIDE)), -np.inf, np.float32)
    highest_C = np.empty(num_columns, np.float32)
    for row in range(num_rows):
        scale, offset, error, reach = scale_R[row], offset_R[row], error_R[row], reach_R[row]
        for c in range(num_columns):
            bound_C[c] = (
                np.float32(tile_RC[row, c]) * (scale * scale_C[c])
                + (offset + offset_C[c])
                + (error * reach_C[c] + reach * error_C[c])
            )
        if 0 < row_rank <= STRIDE:
            highest_S[:] = -np.inf
            for start in range(0, num_columns, STRIDE):
                for s in range(STRIDE):
                    highest_S[s] = max(highest_S[s], bound_C[start + s])
            floor_R[row] = _high(highest_S, row_rank)
        if row % STRIDE == 0:
            highest_C[:] = -np.inf
        for c in range(num_columns):
            highest_C[c] = max(highest_C[c], bound_C[c])
        if row % STRIDE == STRIDE - 1 or row == num_rows - 1:
            highest_of_columns[:, row // STRIDE] = highest_C
    if 0 < column_rank <= highest_of_columns.shape[1]:
        for c in range(num_columns):
            floor_C[c] = _high(highest_of_columns[c], column_rank)


@njit(**EXACT)
def _high(values, rank):
    """The highest value but ``rank - 1``; the values change places."""
    for place in range(rank):
        best = place
        for other in range(place + 1, len(values)):
            if values[other] > values[best]:
                best = other
        values[place], values[best] = values[best], values[place]
    return values[rank - 1]


@njit(**EXACT)
def fold(tile_RC, rows, columns, by_row, by_column, starts, limits):
    """Offers every bound of a tile to its row and its column.

    What rounding may have cost is first taken to be that of the tile's worst column. Of the few that
    could be kept so, the bound itself is made. What either loses in float32 is in the slack.

    Args:
        tile_RC: Products of codes; C is a multiple of ``STRIDE``.
        rows: ``Codes`` of the rows, without their integers: scale, offset, error, reach.
        columns: The same of the columns.
        by_row: ``Kept`` of the rows.
        by_column: ``Kept`` of the columns, or of none if only rows search.
        starts: Number of the tile's first row in its side, and of its first column.
        limits: Places that rows and columns may use, at most all they have.
    """
    scale_R, offset_R, error_R, reach_R = rows
    scale_C, offset_C, error_C, reach_C = columns
    first_row, first_column = starts
    row_limit, column_limit = limits
    most_error, most_reach = error_C.max(), reach_C.max()
    room, number = np.empty(1, np.float32), np.empty(1, np.int32)
    bits = room.view(np.int32)
    for row in range(len(tile_RC)):
        scale, offset, error, reach = scale_R[row], offset_R[row], error_R[row], reach_R[row]
        rest = offset + (error * most_reach + reach * most_error)
        floor = by_row.floor[row]
        for start in range(0, tile_RC.shape[1], STRIDE):
            above = np.int64(
                above_floors(
                    tile_RC[row], scale_C, offset_C, by_column.floor, start, scale, rest, floor
                )
            )
            while above:
                s = _BIT[(((above & -above) * _DE_BRUIJN) & 0xFFFFFFFF) >> 27]
                above &= above - 1
                column = start + s
                bound = (
                    np.float32(tile_RC[row, column]) * (scale * scale_C[column])
                    + (offset + offset_C[column])
                    + (error * reach_C[column] + reach * error_C[column])
                )
                room[0] = bound
                key = np.int64(_ordered(bits[0])) << 32
                if bound > floor:
                    _keep(by_row, row, key | (first_column + column), row_limit, number)
                    floor = by_row.floor[row]
                if bound > by_column.floor[column]:
                    _keep(by_column, column, key | (first_row + row), column_limit, number)


@njit(**EXACT)
def _ordered(bits):
    """A float32's bits as an integer that is ordered as the floats are; its own inverse."""
    return bits ^ ((bits >> np.int32(31)) & np.int32(0x7FFFFFFF))


@njit(**EXACT)
def _keep(kept, row, key, limit, number):
    """Adds a key to a row; a full row drops the lower half and raises its floor to what is left."""
    place = kept.taken[row]
    kept.key[row, place] = key
    place += 1
    if place == limit:
        place //= 2
        kept.floor[row] = _bound_of(_halve(kept.key[row, :limit]), number)
    kept.taken[row] = place


@njit(**EXACT)
def _bound_of(key, number):
    """The float32 in a key; ``number`` is room for one, as an int32."""
    number[0] = _ordered(np.int32(key >> 32))
    return number.view(np.float32)[0]


@njit(**EXACT)
def _halve(key_P):
    """Brings the larger half of the keys to the front, in no order; returns the least of them."""
    last = len(key_P) // 2 - 1
    low, high = 0, len(key_P) - 1
    while low < high:
        pivot = key_P[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while key_P[left] > pivot:
                left += 1
            while key_P[right] < pivot:
                right -= 1
            if left <= right:
                key_P[left], key_P[right] = key_P[right], key_P[left]
                left += 1
                right -= 1
        if last <= right:
            high = right
        elif last >= left:
            low = left
        else:
            break
    least = key_P[0]
    for place in range(1, last + 1):
        least = min(least, key_P[place])
    return least


@njit(**EXACT)
def settle(kept, table_ND, scale_N, base_BD, scale_B, similarity_NK, row_NK):
    """Finds the nearest neighbours of rows among what they kept, by the exact score.

    Args:
        kept: ``Kept`` of the rows.
        table_ND: Vectors of the rows, with their scales.
        base_BD: Vectors searched, with their scales.
        similarity_NK: Where scores go, nearest first.
        row_NK: Where rows of the base go; of equal scores the lower row is first.

    Returns:
        For each row whether nothing that it did not keep can be among its neighbours.
    """
    num_rows, k = similarity_NK.shape
    proven_N = np.zeros(num_rows, np.bool_)
    lanes, number = np.empty(_LANES, np.float32), np.empty(1, np.int32)
    # Additions in either order, the products with scales, and what adding this bound loses.
    rounding = np.float32(2 * ROUNDING * (table_ND.shape[1] + 8))
    for row in range(num_rows):
        vector, scale = table_ND[row], scale_N[row]
        keys = np.sort(kept.key[row, : kept.taken[row]])
        similarity_K, row_K = similarity_NK[row], row_NK[row]
        similarity_K[:] = -np.inf
        for place in range(len(keys) - 1, -1, -1):
            last = similarity_K[k - 1]
            if _bound_of(keys[place], number) < last:
                break
            if place >= AHEAD:
                ask_for(base_BD, keys[place - AHEAD] & 0xFFFFFFFF)
            other = keys[place] & 0xFFFFFFFF
            if _any_order_dot(vector, base_BD[other]) * scale * scale_B[other] + rounding < last:
                continue
            score = _fixed_order_dot(vector, scale, base_BD[other], scale_B[other], lanes)
            _insert(similarity_K, row_K, score, other)
        proven_N[row] = kept.floor[row] < similarity_K[k - 1]
    return proven_N


@njit(**REORDERED)
def _any_order_dot(a_D, b_D):
    total = np.float32(0)
    for d in range(len(a_D)):
        total += a_D[d] * b_D[d]
    return total


@njit(**EXACT)
def _insert(similarity_K, row_K, score, row):
    """Puts a score among the sorted ones if it belongs there; of equal ones the lower row leads."""
    place = len(similarity_K)
    while place and (
        score > similarity_K[place - 1]
        or (score == similarity_K[place - 1] and row < row_K[place - 1])
    ):
        place -= 1
    for later in range(len(similarity_K) - 1, place, -1):
        similarity_K[later], row_K[later] = similarity_K[later - 1], row_K[later - 1]
    if place < len(similarity_K):
        similarity_K[place], row_K[place] = score, row
