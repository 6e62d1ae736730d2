"""Every setting of one training phase, resolved: nothing here is optional but by meaning.

The defaults are those of the paper's code (AdamW, linear decay, 10% warm-up); see the module
docstring of ``isthmus.training.loop`` for what each does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ACTIVATION_BYTES = {"fp32": 68, "bf16": 34}
"""Kept per token, layer and unit of width until the backward pass; half-precision activations take
34 without the attention matrix (Korthikanti et al. 2022, equation 1)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingSettings:
    """How one phase is trained. All of it is identity: it changes numbers.

    Attributes:
        num_epochs: Passes over the (mixed) training examples; ignored where ``max_steps`` is set.
        max_steps: Optimiser steps, or None to derive them from ``num_epochs``.
        batch_size: Examples per optimiser step.
        max_length: Longest input in subword tokens.
        num_train: Train on this many examples of each task, over all its languages (windows, in
            reading comprehension), drawn by seed; None for all.
        peak_lr: Learning rate at the end of warm-up.
        warmup_fraction: Share of the steps in which the rate rises linearly from 0.
        decay: How the rate falls afterwards, to 0 at the last step.
        weight_decay: AdamW's, on matrices only (none on biases and normalisation weights).
        adam_eps: AdamW's epsilon. adam_beta2: Its second moment's decay.
        max_grad_norm: Gradients are scaled down to this global norm.
        precision: ``bf16`` autocast with fp32 weights where a device has units for it, and fp32
            where not (see ``precision``); or ``fp32`` on every device.
        dropout: Overrides the encoder's hidden, attention and classifier dropout; None keeps them.
        selection: ``last`` keeps the last weights; ``best`` those with the best score on the
            selection languages' development sets, measured ``evaluations`` times.
        evaluations: Evenly spaced evaluations during training under ``best``.
        mask_fraction: Of tokens, for language modelling. whole_words: mask words, not subwords.
    """

    num_epochs: float = 2.0
    max_steps: int | None = None
    batch_size: int = 32
    max_length: int = 256
    num_train: int | None = None
    peak_lr: float = 1e-5
    warmup_fraction: float = 0.1
    decay: Literal["linear", "constant"] = "linear"
    weight_decay: float = 0.01
    adam_eps: float = 1e-8
    adam_beta2: float = 0.999
    max_grad_norm: float = 1.0
    precision: Literal["fp32", "bf16"] = "bf16"
    dropout: float | None = None
    selection: Literal["last", "best"] = "last"
    evaluations: int = 5
    mask_fraction: float = 0.15
    whole_words: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixture:
    """How a phase with several tasks draws them: one task per optimiser step.

    Attributes:
        rule: ``proportional`` draws task i with probability proportional to
            ``min(n_i, cap) ** (1 / temperature)``; ``uniform`` evenly; ``weights`` as given.
        mlm_share: Share of the steps that are masked language modelling alongside, 0 to 1.
    """

    rule: Literal["proportional", "uniform", "weights"] = "proportional"
    cap: int = 2**17
    temperature: float = 1.0
    weights: tuple[float, ...] = ()
    mlm_share: float = 0.0
