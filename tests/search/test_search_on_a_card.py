"""A search on a graphics card, pretended or real, finds what the plain one finds, to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from isthmus.scoring import nearest as plain
from isthmus.search import gpu, neighbours
from isthmus.search.neighbours import both_ways
from isthmus.search.speed import fastest_number, int8_is_right

if TYPE_CHECKING:
    from isthmus.search.codes import Number


@pytest.mark.parametrize("fits", [True, False], ids=["there as a whole", "sent in parts"])
@pytest.mark.parametrize("number", ["int8", "float32"])
def test_it_finds_the_same(
    card: torch.device, number: Number, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if number == "int8" and not int8_is_right(str(card)):
        pytest.skip("what computes here cuts off products of int8")
    monkeypatch.setattr(neighbours, "SMALL", 0)
    monkeypatch.setattr(neighbours, "fastest_number", lambda _: number)
    monkeypatch.setattr(gpu, "_TILE", 1024)
    if not fits:
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (0, 0))
    x_ND, y_MD = (
        np.random.default_rng(seed).standard_normal((rows, 100), dtype=np.float32)
        for seed, rows in ((0, 1100), (1, 2300))
    )
    found, way = both_ways(x_ND, y_MD, k=4, device=str(card))
    assert (way.path, way.number) == ("gpu", number)
    expected = plain.both_ways(x_ND, y_MD, k=4)
    for one, other in zip(found[2:], expected[2:], strict=True):
        np.testing.assert_array_equal(one.row, other.row)
        assert one.similarity.tobytes() == other.similarity.tobytes()


def test_it_is_asked_what_it_multiplies_fastest(card: torch.device) -> None:
    assert fastest_number(str(card)) in ("int8", "float32")
