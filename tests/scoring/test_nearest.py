from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.errors import DataError, StudyError
from isthmus.scoring import nearest
from isthmus.scoring.nearest import fixed_order_dot, neighbours, unit_length


def vectors(seed: int, rows: int, width: int = 12) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, width))


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b))
    return a @ b.T


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 40), st.integers(1, 45))
def test_neighbours_are_those_of_a_full_sort(seed: int, rows: int, size: int, k: int) -> None:
    queries, base = vectors(seed, rows), vectors(seed + 1, size)
    found = neighbours(queries, base, k=k)
    exact = cosines(queries, base)
    assert found.row.shape == (rows, min(k, size))
    np.testing.assert_allclose(found.similarity, -np.sort(-exact, axis=1)[:, :k], rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        np.take_along_axis(exact, found.row, axis=1), found.similarity, rtol=0, atol=1e-6
    )


def test_tiles_do_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    queries, base = vectors(0, 50, 37), vectors(1, 90, 37)
    whole = neighbours(queries, base, k=40), neighbours(queries, base, k=3)
    monkeypatch.setattr(nearest, "_QUERY_TILE", 7)
    monkeypatch.setattr(nearest, "_BASE_TILE", 11)
    tiled = neighbours(queries, base, k=40), neighbours(queries, base, k=3)
    for a, b in zip(whole, tiled, strict=True):
        assert a.similarity.tobytes() == b.similarity.tobytes()
        assert a.row.tobytes() == b.row.tobytes()


def test_ties_go_to_the_lower_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "_BASE_TILE", 16)
    base = np.ones((50, 9))
    assert neighbours(base[:2], base, k=3).row.tolist() == [[0, 1, 2]] * 2


def test_vectors_that_rounding_cannot_tell_apart_are_all_scored_exactly() -> None:
    # More of them than are kept at first, in an order that is the matrix product's.
    queries, noise = vectors(0, 20, 45), vectors(1, 200, 45)
    base = np.float32(vectors(2, 1, 45) + 1e-7 * noise)
    found = neighbours(queries, base, k=6)
    exact = fixed_order_dot(unit_length(queries)[:, None, :], unit_length(base))
    np.testing.assert_array_equal(found.row, np.argsort(-exact, axis=1, kind="stable")[:, :6])


def test_zeros_are_as_near_to_all() -> None:
    base = vectors(5, 600, 20)
    base[7] = 0
    assert neighbours(np.zeros((2, 20)), base, k=3).row.tolist() == [[0, 1, 2]] * 2


def test_unit_length_keeps_zeros_and_survives_extremes() -> None:
    table = np.array([[3.0, 4.0], [0.0, 0.0], [1e30, 0.0], [0.0, 1e-30]])
    np.testing.assert_allclose(
        unit_length(table), [[0.6, 0.8], [0, 0], [1, 0], [0, 1]], rtol=1e-6, atol=0
    )


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([[np.nan, 1.0]], r"1 of 1 query vectors are not finite \(rows 0\)"),
        ([[1e300, 1.0]], "not finite"),
        ([], "the shape"),
        ([1.0, 2.0], "the shape"),
        (np.empty((0, 3)), "the shape"),
        ([[1.0], [1.0, 2.0]], "table of numbers"),
        ([["x"]], "table of numbers"),
        ([[1.0, 2.0, 3.0]], "3 wide and the base 2"),
    ],
)
def test_vectors_that_cannot_be_compared(bad, says: str) -> None:
    with pytest.raises(DataError, match=says):
        neighbours(bad, [[1.0, 2.0]])


def test_fewer_than_one_neighbour() -> None:
    with pytest.raises(StudyError, match="got 0"):
        neighbours(vectors(0, 3), vectors(0, 3), k=0)
