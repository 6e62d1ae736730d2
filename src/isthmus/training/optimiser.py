"""AdamW as BERT's fine-tuning has it: weight decay on matrices, none on biases and norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from isthmus.models.model import Model
    from isthmus.training.settings import TrainingSettings


def make_optimiser(model: Model, settings: TrainingSettings) -> torch.optim.AdamW:
    """Returns a fused AdamW over every trainable weight of a model."""
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    matrices = [weight for weight in weights if weight.ndim > 1]
    vectors = [weight for weight in weights if weight.ndim <= 1]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": settings.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=settings.peak_lr,
        betas=(0.9, settings.adam_beta2),
        eps=settings.adam_eps,
        fused=True,
    )
