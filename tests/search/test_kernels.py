"""The compiled steps of a pass over a tile, beside numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numba import njit

from isthmus.search import gpu, kernels, tiles
from isthmus.search.codes import slack
from isthmus.search.lanes import STRIDE, above_floors, ask_for
from isthmus.search.vectors import UnitRows

RANK = 5


@njit
def bits(product, scale, offset, floors, start, of_row, rest, floor):
    return above_floors(product, scale, offset, floors, start, of_row, rest, floor)


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_a_bit_a_column_says_which_are_above_either_floor(dtype) -> None:
    rng = np.random.default_rng(0)
    product = rng.integers(-900, 900, 3 * STRIDE).astype(dtype)
    scale, offset, floors = rng.standard_normal((3, 3 * STRIDE)).astype(np.float32)
    floors[:40] = np.inf
    offset[-3:] = -np.inf  # as rows that fill up a tile have it
    of_row, rest = np.float32(0.01), np.float32(0.25)
    seen = set()
    for start in range(0, 3 * STRIDE, STRIDE):
        part = slice(start, start + STRIDE)
        bound = product[part].astype(np.float32) * (of_row * scale[part]) + offset[part] + rest
        for floor in (np.float32(1.0), np.float32(np.inf), np.float32(-np.inf), bound[3]):
            found = int(bits(product, scale, offset, floors, start, of_row, rest, floor))
            above = bound > np.minimum(floor, floors[part])
            assert found == sum(1 << int(column) for column in np.flatnonzero(above))
            seen.add(int(above.sum()))
    assert {0, STRIDE} < seen


def test_asking_for_a_row_changes_nothing() -> None:
    @njit
    def summed(table: np.ndarray) -> float:
        total = 0.0
        for row in range(len(table)):
            ask_for(table, len(table) - 1 - row)
            total += table[row].sum()
        return total

    table = np.random.default_rng(0).standard_normal((70, 33), dtype=np.float32)
    assert summed(table) == pytest.approx(table.sum(), abs=1e-3)


def a_tile(num_rows: int) -> tuple[np.ndarray, list[Any], np.ndarray]:
    """Products of float codes, numbers of rows and columns, and the bounds."""
    tables = np.random.default_rng(1).standard_normal((2, max(num_rows, 320), 32), dtype=np.float32)
    units = [
        UnitRows(table[:size], (1 / np.linalg.norm(table[:size], axis=1)).astype(np.float32))
        for table, size in zip(tables, (num_rows, 320), strict=True)
    ]
    mean = np.zeros(32, np.float32)
    constants = slack(mean, mean), 0.0
    rows, columns = (
        tiles.codes_of(side, slice(None), mean, mean, constant, "float32")
        for side, constant in zip(units, constants, strict=True)
    )
    product = torch.mm(rows.small, columns.small.T).numpy()
    numbers = [tuple(field.numpy() for field in side[1:]) for side in (rows, columns)]
    return product, numbers, gpu.bounds(rows, columns).numpy()


@pytest.mark.parametrize("num_rows", [290, 40])
def test_raised_floors_are_reached_by_as_many_bounds_as_asked(num_rows: int) -> None:
    product, numbers, bound = a_tile(num_rows)
    floors = np.full(num_rows, -np.inf, np.float32), np.full(320, -np.inf, np.float32)
    kernels.raise_floors(product, *numbers, *floors, (RANK, RANK))
    margin = 1e-6  # the bounds beside it are added in another order
    num_reaching = (bound >= floors[0][:, None] - margin).sum(axis=1)
    assert num_reaching.min() >= RANK
    assert num_reaching.mean() < 3 * RANK
    num_strides = -(-num_rows // STRIDE)
    if num_strides < RANK:
        assert np.isneginf(floors[1]).all()  # too few rows to say
    else:
        num_reaching = (bound >= floors[1] - margin).sum(axis=0)
        assert num_reaching.min() >= RANK
        assert num_reaching.mean() < 3 * RANK


def test_floors_of_sides_that_do_not_ask_stay() -> None:
    product, numbers, _ = a_tile(290)
    floors = np.full(290, -np.inf, np.float32), np.full(320, np.inf, np.float32)
    kernels.raise_floors(product, *numbers, *floors, (0, 0))
    assert np.isneginf(floors[0]).all()
    assert np.isposinf(floors[1]).all()
