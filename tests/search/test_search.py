"""Every fast path finds what the plain one finds, to the bit, or says that it cannot be sure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.errors import DataError, StudyError
from isthmus.scoring import nearest as plain
from isthmus.search import gpu, neighbours, tiles
from isthmus.search.neighbours import both_ways, nearest
from isthmus.search.speed import int8_is_right
from isthmus.search.vectors import unit_rows

if TYPE_CHECKING:
    from pathlib import Path

    from isthmus.search.neighbours import Engine

needs_int8 = pytest.mark.skipif(
    not int8_is_right("cpu"), reason="this processor cuts off products of int8: it has no VNNI"
)

ENGINES = {
    "tiles of integers": partial(tiles.search, number="int8"),
    "tiles of floats": partial(tiles.search, number="float32"),
    "torch, integers": partial(gpu.search, number="int8", device="cpu"),
    "torch, floats": partial(gpu.search, number="float32", device="cpu"),
}


def vectors(seed: int, rows: int, width: int, *, shift: float = 0.0) -> np.ndarray:
    """Normal numbers, and a shift that makes all vectors lean one way."""
    values = np.random.default_rng(seed).standard_normal((rows, width), dtype=np.float32)
    return values + np.float32(shift)


@pytest.fixture
def _never_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "SMALL", 0)


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(engine, id=name, marks=[needs_int8] * ("integers" in name))
        for name, engine in ENGINES.items()
    ],
)
@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(16, 400),
    size=st.integers(16, 400),
    width=st.integers(1, 70),
    k=st.integers(1, 8),
    shift=st.sampled_from([0.0, 3.0]),
    distinct=st.sampled_from([1.0, 0.3]),
)
def test_what_is_proven_is_what_the_plain_path_finds(
    engine: Engine,
    seed: int,
    rows: int,
    size: int,
    width: int,
    k: int,
    shift: float,
    distinct: float,
) -> None:
    rng = np.random.default_rng(seed)
    x, y = (
        vectors(seed + side, num, width, shift=shift)[
            rng.integers(0, max(1, int(distinct * num)), num)
        ]
        for side, num in enumerate((rows, size))
    )
    sides = unit_rows(x, name="x"), unit_rows(y, name="y")
    found = engine(*sides, k=k, num_places=64, both=True)
    expected = plain.both_ways(x, y, k=k)
    for side, truth in zip(found, (expected.forward, expected.backward), strict=True):
        np.testing.assert_array_equal(side.neighbours.row[side.proven], truth.row[side.proven])
        assert (
            side.neighbours.similarity[side.proven].tobytes()
            == truth.similarity[side.proven].tobytes()
        )


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        pytest.param(name, rows, marks=[needs_int8] * ("integers" in name))
        for name, rows in zip(ENGINES, (9000, 9000, 2500, 2500), strict=True)
    ],
)
def test_nearly_all_rows_of_several_tiles_are_proven(
    name: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu, "_TILE", 1000)
    # The shift gives a mean cosine of 0.93.
    x, y = (vectors(seed, rows, 64, shift=3.7) for seed in (0, 1))
    sides = unit_rows(x, name="x"), unit_rows(y, name="y")
    found = ENGINES[name](*sides, k=4, num_places=64, both=True)
    expected = plain.both_ways(x, y, k=4)
    for side, truth in zip(found, (expected.forward, expected.backward), strict=True):
        assert side.proven.mean() > 0.99
        np.testing.assert_array_equal(side.neighbours.row[side.proven], truth.row[side.proven])


@pytest.mark.usefixtures("_never_small")
@pytest.mark.parametrize("shift", [0.0, 3.7])
def test_both_ways_equals_the_plain_path(shift: float) -> None:
    x, y = vectors(0, 1500, 48, shift=shift), vectors(1, 2100, 48, shift=shift)
    found, way = both_ways(x, y, k=4)
    assert way.path == "tiles"
    expected = plain.both_ways(x, y, k=4)
    for side in ("forward", "backward"):
        np.testing.assert_array_equal(getattr(found, side).row, getattr(expected, side).row)
        assert (
            getattr(found, side).similarity.tobytes()
            == getattr(expected, side).similarity.tobytes()
        )
    one_way, _ = nearest(x, y, k=4)
    np.testing.assert_array_equal(one_way.row, expected.forward.row)


@pytest.mark.usefixtures("_never_small")
def test_more_equals_than_places_go_to_the_plain_path() -> None:
    base = np.repeat(vectors(0, 2, 16), 700, axis=0)
    found, way = nearest(base[[0, 1000]].repeat(20, axis=0), base, k=3)
    assert way.num_again == way.num_plain == 40
    assert found.row.tolist() == [[0, 1, 2]] * 20 + [[700, 701, 702]] * 20


@pytest.mark.usefixtures("_never_small")
@pytest.mark.parametrize(
    ("number", "apart"),
    [pytest.param("int8", 0.02, marks=needs_int8), ("float32", 0.0001)],
)
def test_rows_short_of_room_are_searched_again(
    number: str, apart: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which numbers are fastest is a matter of the machine.
    monkeypatch.setattr(neighbours, "fastest_number", lambda device: number)
    # 120 vectors nearer to each other than these numbers can tell: more than a row keeps at first.
    cluster = vectors(0, 1, 64) + np.float32(apart) * vectors(1, 120, 64)
    base = np.concatenate([cluster, vectors(2, 900, 64)])
    found, way = nearest(cluster, base, k=2)
    assert way.number == number
    assert way.num_again > 0
    assert way.num_plain == 0
    np.testing.assert_array_equal(found.row, plain.neighbours(cluster, base, k=2).row)


@pytest.mark.usefixtures("_never_small")
def test_zeros_and_lengths_at_the_ends_of_the_range() -> None:
    x, y = vectors(0, 40, 24), vectors(1, 1200, 24)
    y[5] = 0
    y[6] *= 1e-25
    x[7] *= 1e25
    x[8] = 0
    found, way = both_ways(x, y, k=2)
    assert way.num_zero == 2
    expected = plain.both_ways(x, y, k=2)
    np.testing.assert_array_equal(found.forward.row, expected.forward.row)
    np.testing.assert_array_equal(found.backward.row, expected.backward.row)
    assert np.isfinite(found.forward.similarity).all()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (np.full((1, 2), np.nan, np.float32), r"1 of 1 source vectors are not finite \(rows 0\)"),
        (np.full((1, 2), np.inf), "not finite"),
        (np.empty((0, 2), np.float32), "the shape"),
        ([["x"]], "table of numbers"),
        ([[1.0, 2.0, 3.0]], "3 wide and foreign vectors 2"),
    ],
)
def test_vectors_that_cannot_be_compared(bad, says: str) -> None:
    with pytest.raises(DataError, match=says):
        both_ways(bad, [[1.0, 2.0]], k=1)


def test_the_rule_names_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    x = vectors(0, 100, 8)
    assert nearest(x, x)[1].reason == "a small search"
    monkeypatch.setattr(neighbours, "SMALL", 0)
    assert nearest(x, x)[1].path == "tiles"
    assert nearest(x[:5], x)[1].reason == "a small search"
    assert nearest(x, x, k=17)[1].reason == "17 neighbours; the fast paths find 1 to 16"
    wide = vectors(0, 16, 8193)
    assert nearest(wide, wide)[1].reason == "vectors wider than 8192"
    monkeypatch.setattr(neighbours, "find_spec", lambda name: None)
    assert "numba is not installed" in nearest(x, x)[1].reason
    with pytest.raises(StudyError, match="got 0"):
        nearest(x, x, k=0)


@pytest.mark.usefixtures("_never_small")
def test_more_neighbours_than_rows_are_all_of_them() -> None:
    found, way = both_ways(vectors(0, 3, 8), vectors(1, 300, 8), k=4)
    assert found.forward.row.shape == (3, 4)
    assert found.backward.row.shape == (300, 3)
    assert (way.num_fewer, way.num_zero) == (300, 0)
    assert nearest(vectors(0, 3, 8), vectors(1, 2, 8), k=4)[1].num_fewer == 3
    assert nearest(vectors(0, 1, 8), vectors(1, 4, 8), k=4)[1].num_fewer == 0


@pytest.mark.usefixtures("_never_small")
def test_files_mapped_into_memory_and_any_number_of_threads(tmp_path: Path) -> None:
    x, y = vectors(0, 3000, 32), vectors(1, 12_000, 32)
    for name, table in (("x", x), ("y", y)):
        np.save(tmp_path / f"{name}.npy", table)
    mapped = (np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in "xy")
    found, way = both_ways(*mapped, k=4)
    assert way.path == "tiles"
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        again, _ = both_ways(x, y, k=4)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    for a, b in zip(found[2:], again[2:], strict=True):
        np.testing.assert_array_equal(a.row, b.row)
        assert a.similarity.tobytes() == b.similarity.tobytes()
