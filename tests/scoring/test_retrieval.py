from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.errors import DataError, StudyError
from isthmus.scoring import retrieval
from isthmus.scoring.retrieval import MARGINS, SELECTIONS, mine, neighbours, unit_length, xsim_error


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
    monkeypatch.setattr(retrieval, "_QUERY_TILE", 7)
    monkeypatch.setattr(retrieval, "_BASE_TILE", 11)
    tiled = neighbours(queries, base, k=40), neighbours(queries, base, k=3)
    for a, b in zip(whole, tiled, strict=True):
        assert a.similarity.tobytes() == b.similarity.tobytes()
        assert a.row.tobytes() == b.row.tobytes()


def test_ties_go_to_the_lower_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "_BASE_TILE", 16)
    base = np.ones((50, 9))
    assert neighbours(base[:2], base, k=3).row.tolist() == [[0, 1, 2]] * 2


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


def test_names_that_are_not_known() -> None:
    x = vectors(0, 3)
    with pytest.raises(StudyError, match="Did you mean 'ratio'"):
        mine(x, x, margin="ration")  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="Did you mean 'intersect'"):
        mine(x, x, select="intersects")  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="got 0"):
        neighbours(x, x, k=0)


def mined_slowly(x: np.ndarray, y: np.ndarray, margin: str, select: str, k: int):
    """Margin mining from its definition, in float64, without blocks."""
    similarity = cosines(x, y)
    around_x = np.sort(similarity, axis=1)[:, ::-1][:, :k].mean(axis=1)
    around_y = np.sort(similarity, axis=0)[::-1][:k].mean(axis=0)
    around = (around_x[:, None] + around_y[None, :]) / 2
    score = {
        "absolute": similarity,
        "distance": similarity - around,
        "ratio": similarity / around,
    }[margin]
    near_x = similarity >= np.sort(similarity, axis=1)[:, ::-1][:, :k][:, -1:]
    near_y = similarity >= np.sort(similarity, axis=0)[::-1][:k][-1:]
    forward = np.where(near_x, score, -np.inf).argmax(axis=1)
    backward = np.where(near_y, score, -np.inf).argmax(axis=0)
    pairs = {
        "forward": list(enumerate(forward)),
        "backward": [(i, j) for j, i in enumerate(backward)],
        "intersect": [(i, j) for i, j in enumerate(forward) if backward[j] == i],
    }
    if select != "max":
        return {(i, j): score[i, j] for i, j in pairs[select]}
    best = {}
    for i, j in sorted({*pairs["forward"], *pairs["backward"]}, key=lambda p: -score[p]):
        if all(i != a and j != b for a, b in best):
            best[i, j] = score[i, j]
    return {pair: value for pair, value in best.items() if value > 0}


@pytest.mark.parametrize("select", SELECTIONS)
@pytest.mark.parametrize("margin", MARGINS)
@pytest.mark.parametrize(("rows", "size", "k"), [(30, 41, 4), (7, 3, 4), (12, 12, 2)])
def test_mining_is_its_definition(select, margin, rows: int, size: int, k: int) -> None:
    # All vectors lean one way, so no neighbourhood is near 0 and ratios are steady.
    x, y = vectors(rows, rows, 16) + 1, vectors(size + 100, size, 16) + 1
    found = mine(x, y, margin=margin, select=select, k=k)
    expected = mined_slowly(x, y, margin, select, k)
    pairs = list(zip(found.source.tolist(), found.foreign.tolist(), strict=True))
    assert set(pairs) == set(expected)
    for pair, score in zip(
        zip(found.source.tolist(), found.foreign.tolist(), strict=True), found.score, strict=True
    ):
        assert score == pytest.approx(expected[pair], abs=2e-6)


@pytest.mark.parametrize("select", SELECTIONS)
def test_one_sentence_a_side_with_k_beyond_it(select) -> None:
    found = mine([[1.0, 0.0]], [[0.6, 0.8]], margin="absolute", select=select)
    assert (found.source.tolist(), found.foreign.tolist()) == ([0], [0])
    assert found.score == pytest.approx([0.6])


def test_max_is_one_to_one_by_falling_score() -> None:
    found = mine(vectors(3, 60) + 0.5, vectors(4, 50) + 0.5)
    assert len(set(found.source)) == len(found.source) == len(set(found.foreign))
    assert (np.diff(found.score) <= 0).all()


def test_zero_vectors_are_never_mined_by_ratio() -> None:
    x, y = vectors(0, 6) + 1, vectors(1, 6) + 1
    x[2] = 0
    assert 2 not in mine(x, y).source
    assert np.isfinite(mine(np.zeros((3, 2)), np.zeros((3, 2)), select="forward").score).all()


def test_xsim_error_counts_wrong_rows() -> None:
    x = np.eye(5)
    assert xsim_error(x, x) == 0
    assert xsim_error(x, x[[1, 0, 2, 3, 4]], margin="absolute") == pytest.approx(2 / 5)
    with pytest.raises(DataError, match="aligned"):
        xsim_error(x, x[:4])
