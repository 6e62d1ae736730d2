"""The bounds bound, and the exact scores are exact, by every way there is to them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from isthmus.scoring.nearest import fixed_order_dot, unit_length
from isthmus.search import gpu, kernels, tiles
from isthmus.search.codes import encode, slack
from isthmus.search.speed import fastest_number, int8_is_right, int8_products
from isthmus.search.vectors import UnitRows, unit_rows

needs_int8 = pytest.mark.skipif(
    not int8_is_right("cpu"), reason="this processor cuts off products of int8: it has no VNNI"
)


def anisotropic(seed: int, rows: int, width: int) -> np.ndarray:
    """Unit vectors that lean one way, with a few numbers far larger than the others."""
    table = np.random.default_rng(seed).standard_normal((rows, width), dtype=np.float32) + 2
    table[:, 0] *= 20
    return unit_length(table)


@pytest.mark.parametrize("number", [pytest.param("int8", marks=needs_int8), "float32"])
@pytest.mark.parametrize("made_by", ["torch", "numba"])
@pytest.mark.parametrize("width", [1, 33, 48, 768])
def test_no_cosine_is_above_its_bound(number, made_by: str, width: int) -> None:
    x, y = anisotropic(0, 90, width), anisotropic(1, 70, width)
    mean_x, mean_y = x.mean(axis=0), y.mean(axis=0)
    constant = float(mean_x @ mean_y) + slack(mean_x, mean_y)
    if made_by == "torch":
        means = torch.from_numpy(mean_x), torch.from_numpy(mean_y)
        rows = encode(torch.from_numpy(x), *means, constant, number)
        columns = encode(torch.from_numpy(y), *means[::-1], 0.0, number)
    else:
        units = [UnitRows(table, np.ones(len(table), np.float32)) for table in (x, y)]
        whole = slice(0, 100)
        rows = tiles.codes_of(units[0], whole, mean_x, mean_y, constant, number)
        columns = tiles.codes_of(units[1], whole, mean_y, mean_x, 0.0, number)
    bound = gpu.bounds(rows, columns).numpy()
    cosine = x.astype(np.float64) @ y.T.astype(np.float64)
    over = bound - cosine
    assert over.min() >= 0
    # And near enough to it to be of use.
    assert np.median(over) < (0.01 if number == "int8" else 3e-4)


@pytest.mark.parametrize("width", [1, 7, 8, 30, 64])
def test_the_fixed_order_is_the_same_everywhere(width: int) -> None:
    a, b = anisotropic(0, 50, width), anisotropic(1, 50, width)
    expected = fixed_order_dot(a, b)
    by_torch = gpu.fixed_order_dot(torch.from_numpy(a), torch.from_numpy(b))
    assert by_torch.numpy().tobytes() == expected.tobytes()
    assert kernels.squared_lengths(a).tobytes() == fixed_order_dot(a, a).tobytes()


def test_rows_are_units_without_a_copy() -> None:
    table = np.random.default_rng(0).standard_normal((20_000, 9), dtype=np.float32)
    table[3] = 0
    units = unit_rows(table, name="x")
    assert units.table_ND is table
    assert units[slice(None)].tobytes() == unit_length(table).tobytes()
    index = np.array([[1, 3], [5, 19_999]])
    assert units[index].tobytes() == unit_length(table)[index].tobytes()
    assert units.take(index[0])[slice(None)].tobytes() == unit_length(table)[index[0]].tobytes()


@needs_int8
@pytest.mark.parametrize(("rows", "columns", "width"), [(1, 1, 1), (33, 7, 12), (64, 32, 16)])
def test_products_of_integers_of_any_size(rows: int, columns: int, width: int) -> None:
    rng = np.random.default_rng(0)
    a, b = (
        torch.from_numpy(rng.integers(-127, 128, (size, width), dtype=np.int8))
        for size in (rows, columns)
    )
    assert torch.equal(int8_products(a, b), a.int() @ b.int().T)


def test_numba_without_a_folder_for_compiled_code() -> None:
    code = (
        "import numba.core.caching as caching; caching.CacheImpl._locator_classes = []\n"
        "import numpy as np; from isthmus.search.kernels import squared_lengths\n"
        "print(squared_lengths(np.full((1, 8), 2, np.float32))[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["32.0"]


def test_a_machine_without_products_of_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("not implemented")

    def forget() -> None:
        fastest_number.cache_clear()
        int8_is_right.cache_clear()

    forget()
    assert fastest_number("cpu") in ("int8", "float32")
    forget()
    monkeypatch.setattr(torch, "_int_mm", refuse)
    assert fastest_number("cpu") == "float32"
    forget()
