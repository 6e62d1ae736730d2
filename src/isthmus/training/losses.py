"""The losses of a training, read from their device only where it is waited for anyway.

To read a number from a graphics card is to wait until the card has done all it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from isthmus.errors import StepFailed

if TYPE_CHECKING:
    from isthmus.training.state import TrainingState


class Losses:
    """Losses of steps, entered into a state's curve as means over a few steps each.

    Args:
        state: Of the training; its ``loss_sum`` and ``curve`` are as new as the last ``read``.
        device: Where losses are computed.
    """

    def __init__(self, state: TrainingState, device: torch.device):
        self._state = state
        self._sum = torch.tensor(state.loss_sum, dtype=torch.float64, device=device)
        self._unread: list[tuple[int, int, torch.Tensor]] = []

    def add(self, loss: torch.Tensor) -> None:
        """Adds the loss of a step."""
        self._sum += loss
        self._state.loss_count += 1

    def enter(self) -> None:
        """Closes an entry of the curve with the step that was done last."""
        self._unread.append((self._state.step, self._state.loss_count, self._sum.clone()))
        self._sum.zero_()
        self._state.loss_count = 0

    def read(self) -> None:
        """Brings the state up to date.

        Raises:
            StepFailed: A loss is NaN or infinite.
        """
        sums = [loss_sum for _, _, loss_sum in self._unread]
        *found, self._state.loss_sum = torch.stack([*sums, self._sum]).tolist()
        for (step, count, _), loss_sum in zip(self._unread, found, strict=True):
            mean = loss_sum / count
            if not np.isfinite(mean):
                raise StepFailed(
                    f"The loss is {mean} after step {step}. Lower peak_lr, raise warmup_fraction, "
                    "or use precision: fp32."
                )
            self._state.curve.append((step, mean))
        self._unread.clear()
