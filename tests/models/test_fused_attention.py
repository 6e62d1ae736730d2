"""The compiled path of attention against PyTorch's small operations, which need nothing compiled."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.models import attention, fused_attention
from isthmus.models.layout import lay_out

CPU = torch.device("cpu")
LENGTHS = [70, 3, 41, 40, 1, 66, 17, 16]
HEADS, WIDTH = 3, 8


class _Attention(torch.nn.Module):
    is_causal = False


def attended(dtype, dropout, *, lengths=LENGTHS, requires_grad=True):
    """What comes out and the gradients of what went in, over the same draws every time."""
    layout = lay_out(np.array(lengths), max(lengths), CPU)
    rng = torch.Generator().manual_seed(5)
    shape = 1, HEADS, sum(lengths), WIDTH
    states = [
        (2 * torch.randn(shape, generator=rng)).to(dtype).requires_grad_(requires_grad)
        for _ in range(3)
    ]
    torch.manual_seed(11)
    output, _ = attention.attention_by_groups(
        _Attention(), *states, None, flat_layout=layout, dropout=dropout, scaling=0.3
    )
    if requires_grad:
        output.backward(torch.randn(output.shape, generator=rng).to(dtype))
    return [output.detach(), *(state.grad for state in states if requires_grad)]


@pytest.fixture
def calls(monkeypatch):
    """Counts how often the compiled path is taken."""
    counted = []
    real = fused_attention.attend

    def counting(*arguments):
        counted.append(1)
        return real(*arguments)

    monkeypatch.setattr(fused_attention, "attend", counting)
    return counted


def relative(found, expected):
    return ((found - expected).abs().max() / expected.abs().max()).item()


@pytest.mark.parametrize(
    ("dtype", "dropout", "tolerance"),
    [
        (torch.float32, 0.25, 2e-6),
        (torch.bfloat16, 0.25, 3e-2),
        (torch.bfloat16, 0.0, 2e-2),
    ],
)
def test_outputs_and_gradients_are_those_of_the_plain_path(
    dtype, dropout, tolerance, calls, monkeypatch
):
    found = attended(dtype, dropout)
    assert len(calls) == 1
    monkeypatch.setattr(attention, "_compiles", lambda: False)
    expected = attended(dtype, dropout)
    assert len(calls) == 1
    for one, other in zip(found, expected, strict=True):
        assert relative(one, other) < tolerance


def test_without_gradients_too(calls, monkeypatch):
    with torch.inference_mode():
        (found,) = attended(torch.bfloat16, 0.0, requires_grad=False)
        monkeypatch.setattr(attention, "_compiles", lambda: False)
        (expected,) = attended(torch.bfloat16, 0.0, requires_grad=False)
    assert len(calls) == 1
    assert relative(found, expected) < 2e-2


def test_dropout_as_often_as_asked_and_scaled(calls):
    # One query sees 512 equal keys, whose values are one: what it gets is what is kept of them.
    length, rate = 512, 0.3
    layout = lay_out(np.array([length]), length, CPU)
    query = key = torch.zeros(1, 1, length, 1)
    torch.manual_seed(0)
    output, _ = attention.attention_by_groups(
        _Attention(), query, key, torch.ones_like(key), None,
        flat_layout=layout, dropout=rate, scaling=1.0,
    )  # fmt: skip
    assert calls == [1]
    spread = (rate / (1 - rate) / length**2) ** 0.5
    assert output.mean().item() == pytest.approx(1, abs=5 * spread)
    assert output.std().item() == pytest.approx((rate / (1 - rate) / length) ** 0.5, rel=0.2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_any_number_of_threads_gives_the_same_bits(dtype, monkeypatch):
    monkeypatch.setattr(fused_attention, "_MANY", 0)
    before = torch.get_num_threads()
    found = {}
    try:
        for num_threads in (1, 3):
            torch.set_num_threads(num_threads)
            found[num_threads] = attended(dtype, 0.1)
    finally:
        torch.set_num_threads(before)
    # Products of this size are one thread's work in PyTorch, so nothing else could differ.
    for one, other in zip(*found.values(), strict=True):
        assert torch.equal(one, other)


def test_numbers_of_other_sizes_and_windows_go_the_plain_way(calls):
    assert attended(torch.float64, 0.1)[0].isfinite().all()
    assert torch.equal(attended(torch.float32, 1.0)[0], torch.zeros(1, sum(LENGTHS), HEADS, WIDTH))
    assert calls == []


@given(st.lists(st.integers(1, 60), min_size=1, max_size=9))
@settings(deadline=None, max_examples=60)
def test_blocks_follow_each_other_and_shares_are_all_of_them(lengths):
    packing = lay_out(np.array(lengths), max(lengths), CPU).packing
    assert packing.length_N.tolist() == sorted(lengths, reverse=True)
    assert (packing.padded_N >= packing.length_N).all()
    assert packing.row_N.tolist() == [0, *np.cumsum(packing.padded_N)[:-1]]
    assert packing.square_N.tolist() == [0, *np.cumsum(packing.padded_N**2)[:-1]]
    assert sum(part.size * part.length for part in packing.parts) == packing.num_rows
    assert sum(part.size * part.length**2 for part in packing.parts) == packing.num_squares
    for num_shares in (1, 2, 5):
        rows = [row for share in packing.shares(num_shares) for row in range(*share)]
        assert rows == list(range(len(lengths)))
