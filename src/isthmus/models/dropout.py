"""Dropout that does not cost a processor more than the layers it is between.

PyTorch draws a number of 32 bits for every element, one after the other; 16 bits, drawn in bulk,
are random enough. Products with truth values take it eight times as long as other products, so what
is dropped is masked bit by bit. On a graphics card PyTorch's own is as fast as can be.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

STEPS = 2**16
"""Rates are rounded to multiples of one over this."""

_INTEGERS = {2: torch.int16, 4: torch.int32, 8: torch.int64}
"""By size in bytes."""


class Dropout(nn.Dropout):
    """Stands in for ``nn.Dropout``, with the same distribution but other draws."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  nn.Dropout's name
        """Returns the input with elements dropped while training."""
        return drop(input, self.p) if self.training else input


def quicken(module: nn.Module) -> None:
    """Replaces every ``nn.Dropout`` inside a module."""
    for parent in module.modules():
        for name, child in parent.named_children():
            if type(child) is nn.Dropout and not child.inplace:
                setattr(parent, name, Dropout(child.p))


def drop(values: Tensor, rate: float) -> Tensor:
    """Returns values with each set to 0 at a rate, the others scaled up, as dropout does."""
    num_steps = round(rate * STEPS)
    if num_steps == 0:
        return values
    if values.device.type != "cpu" or num_steps == STEPS:
        return functional.dropout(values, rate)
    kept = _kept(_bits(values), num_steps - STEPS // 2)
    dropped: Tensor = _Masked.apply(values, kept, STEPS / (STEPS - num_steps))  # type: ignore[no-untyped-call]
    return dropped


class _Masked(torch.autograd.Function):
    """Values times a scale where a mask has all bits, 0 where it has none."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, mask: Tensor, scale: float) -> Tensor:
        ctx.save_for_backward(mask)
        ctx.scale = scale
        return _masked(values * scale, mask)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (mask,) = ctx.saved_tensors
        return _masked(gradients[0] * ctx.scale, mask), None, None


def _masked(values: Tensor, mask: Tensor) -> Tensor:
    values.view(_INTEGERS[values.element_size()]).bitwise_and_(mask)
    return values


def _kept(bits: Tensor, least: int) -> Tensor:
    """Returns -1, all bits, where a number is at least so large, else 0."""
    return (least - 1) - bits.clamp_(least - 1, least)


def _bits(values: Tensor) -> Tensor:
    """Returns an evenly drawn int16 for each of the values, four from a draw of the generator."""
    count = values.numel()
    words = torch.empty(-(-count // 4), dtype=torch.int64)
    words.random_(-(2**63), None)
    return words.view(torch.int16)[:count].view(values.shape)
