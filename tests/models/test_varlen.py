"""Attention in one call: what PyTorch's operation is asked, and when it is believed.

That encoders give the same hidden states and gradients this way is in ``test_flat.py``.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from isthmus.models import varlen
from isthmus.models.attention import attention_by_groups, path_on
from isthmus.models.layout import lay_out
from isthmus.testing.card import pretended_card
from isthmus.testing.flash import plain_flash

LENGTHS = np.array([7, 19, 1, 7])
CPU = torch.device("cpu")


@pytest.fixture
def _stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(varlen, "runs_on", lambda _: True)
    monkeypatch.setattr(varlen, "flash", plain_flash)


def attended(dtype: torch.dtype, *, window: int | None, rows: int = 34) -> torch.Tensor:
    """Attention of made-up states, of which there may be more than tokens."""
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(3, 1, 2, rows, 16, generator=generator).to(dtype)
    output, _ = attention_by_groups(
        torch.nn.Module(),
        *states,
        None,
        flat_layout=lay_out(LENGTHS, 20, CPU),
        scaling=0.2,
        sliding_window=window,
    )
    return output


@pytest.mark.parametrize("window", [None, 5, 19])
@pytest.mark.parametrize("rows", [34, 64])
def test_one_call_gives_what_groups_give(
    window: int | None, rows: int, request: pytest.FixtureRequest
) -> None:
    expected = attended(torch.float32, window=window, rows=rows)
    request.getfixturevalue("_stands_in")
    found = attended(torch.bfloat16, window=window, rows=rows)
    assert found.shape == (1, rows, 2, 16)
    assert not found[:, 34:].any()
    torch.testing.assert_close(found.float(), expected, atol=0.02, rtol=0.02)


@pytest.mark.usefixtures("_stands_in")
def test_only_what_the_kernel_takes_goes_there() -> None:
    half = torch.zeros(4, 2, 16, dtype=torch.bfloat16)
    assert varlen.takes(half, half, half)
    assert not varlen.takes(half.float(), half.float(), half.float())
    assert not varlen.takes(half, half, half.float())
    for width in (12, 264):
        other = torch.zeros(4, 2, width, dtype=torch.bfloat16)
        assert not varlen.takes(other, other, other)


def test_the_operation_of_this_pytorch_takes_these_arguments_there_and_back() -> None:
    states = [
        torch.empty(34, 2, 16, dtype=torch.bfloat16, device="meta", requires_grad=True)
        for _ in range(3)
    ]
    bounds = torch.empty(5, dtype=torch.int32, device="meta")
    for window in (None, 5):
        output = varlen.attend(*states, bounds, 19, dropout=0.1, scaling=0.2, window=window)
        assert output.shape == (34, 2, 16)
        assert output.dtype == torch.bfloat16
        gradients = torch.autograd.grad(output.float().sum(), states)
        assert all(gradient.shape == (34, 2, 16) for gradient in gradients)


def test_a_processor_has_no_such_kernel() -> None:
    assert not varlen.runs_on(CPU)
    assert path_on(CPU) in ("compiled", "plain")


def test_a_device_is_believed_that_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(varlen, "flash", plain_flash)
    assert varlen._agrees(CPU)


def across_sequences(query, key, value, bounds, *options, **named):
    """A kernel that does not know of bounds."""
    whole = bounds[[0, -1]]
    return plain_flash(
        query, key, value, whole, whole, len(query), len(query), options[-1], **named
    )


def nothing_at_all(*given, **named):
    return (plain_flash(*given, **named)[0] * torch.nan,)


def broken_dropout(*given, **named):
    return (plain_flash(*given, **named)[0] * (torch.nan if given[-1] else 1),)


@pytest.mark.parametrize("wrong", [across_sequences, nothing_at_all, broken_dropout])
def test_a_device_is_not_believed_that_is_wrong(wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(varlen, "flash", wrong)
    assert not varlen._agrees(CPU)


@pytest.mark.parametrize(
    "error", [RuntimeError("no kernel image"), NotImplementedError(), AttributeError()]
)
def test_a_device_without_it_goes_group_by_group(error, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(varlen, "_agrees", refuse)
    # A build of PyTorch without CUDA refuses even earlier.
    assert not varlen.runs_on.__wrapped__(torch.device("cuda"))


def test_a_prediction_may_be_the_first_to_ask() -> None:
    with pretended_card():
        with torch.inference_mode():
            assert varlen.runs_on(torch.device("cuda", 0))
        assert path_on(torch.device("cuda", 0)) == "varlen"
