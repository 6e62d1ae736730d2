"""Dropout that does not cost a processor more than the layers it is between.

PyTorch draws a number of 32 bits for every element, one after the other; 16 bits, drawn in bulk,
are random enough. Products with truth values take it eight times as long as other products, so what
is dropped is masked bit by bit. On a graphics card PyTorch's own is as fast as can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
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


@dataclass(frozen=True, slots=True)
class Chance:
    """A rate of dropout in steps.

    Attributes:
        num_steps: Of ``STEPS``.
    """

    num_steps: int

    @classmethod
    def of(cls, rate: float) -> Chance:
        """Rounds a rate."""
        return cls(round(rate * STEPS))

    @property
    def drops(self) -> bool:
        """Whether anything is ever dropped."""
        return self.num_steps > 0

    @property
    def keeps(self) -> bool:
        """Whether anything is ever kept."""
        return self.num_steps < STEPS

    @property
    def least(self) -> int:
        """Of evenly drawn int16, those from here on keep their element."""
        return self.num_steps - STEPS // 2

    @property
    def scale(self) -> float:
        """What is kept is multiplied by this."""
        return STEPS / (STEPS - self.num_steps)


def drop(values: Tensor, rate: float) -> Tensor:
    """Returns values with each set to 0 at a rate, the others scaled up, as dropout does."""
    chance = Chance.of(rate)
    if not chance.drops:
        return values
    if values.device.type != "cpu" or not chance.keeps:
        return functional.dropout(values, rate)
    return drop_drawn(values, draw(values.numel()).view(values.shape), chance)


def drop_drawn(values: Tensor, random: Tensor | None, chance: Chance) -> Tensor:
    """Drops values by int16 that were drawn for them; ``random`` is None if nothing is dropped."""
    if random is None:
        return values
    if not chance.keeps:
        return torch.zeros_like(values)
    kept = _kept(random.clone(), chance.least)
    dropped: Tensor = _Masked.apply(values, kept, chance.scale)  # type: ignore[no-untyped-call]
    return dropped


def draw(count: int) -> Tensor:
    """Draws int16 evenly, as many as asked; torch's generator gives the seed.

    Its own numbers take twice as long.
    """
    seed = int(torch.randint(2**63 - 1, (), dtype=torch.int64))
    words = np.random.SFC64(seed).random_raw(-(-count // 4))
    return torch.from_numpy(words.view(np.int16)[:count])


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
