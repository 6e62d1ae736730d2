"""What an interrupted training needs besides its step number: weights and optimiser moments.

Batches, masks, dropout and learning rates are functions of (seed, step), so nothing of them is
kept. The file is written beside and renamed, so it is whole or absent.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from isthmus.models.model import Model


@dataclass(kw_only=True)
class TrainingState:
    """The position of a training.

    Attributes:
        step: Optimiser steps done.
        num_tokens: Real tokens trained on so far.
        loss_sum, loss_count: Of the steps since the last entry of the curve, see ``Losses``.
        best_score: Of the selection, or None before its first evaluation.
        best_weights: State of the model then.
        curve: (step, mean loss since the entry before), a few hundred entries at most.
        seconds: Time spent training, over all attempts.
        num_pieces, num_oversized: See ``TrainResult``.
    """

    step: int = 0
    num_tokens: int = 0
    loss_sum: float = 0.0
    loss_count: int = 0
    best_score: float | None = None
    best_step: int | None = None
    best_weights: dict[str, Tensor] | None = None
    curve: list[tuple[int, float]]
    seconds: float = 0.0
    num_pieces: int = 0
    num_oversized: int = 0


def save_state(
    path: Path, state: TrainingState, model: Model, optimiser: torch.optim.Optimizer
) -> None:
    """Writes the state whole: a crash leaves the file before, or this one."""
    content = {
        "state": vars(state),
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    beside = path.with_suffix(".tmp")
    with beside.open("wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load_state(path: Path, model: Model, optimiser: torch.optim.Optimizer) -> TrainingState | None:
    """Restores model and optimiser in place; None where no attempt has saved anything."""
    if not path.exists():
        return None
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(content["model"])
    optimiser.load_state_dict(content["optimiser"])
    return TrainingState(**content["state"])
