"""What encoders cost to run and to train, in the operations of matrix products and in seconds.

The constants were fitted to single training steps of encoders of 1 to 12 layers and widths of 32 to
384 on one core, in fp32, flat (``bench/results/estimate.md``); in bf16 products alone get faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from isthmus.study.pace import bf16_speedup
from isthmus.study.resolve import FILL, NUM_CHOICES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isthmus.study.shape import Shape
    from isthmus.tasks.task import FormName

TRAIN_PASSES = 3
"""In forward passes: the backward pass is about two (Kaplan et al. 2020, section 2.1)."""

WIDTH_FLOPS = 3300.0
"""Per token, layer and unit of width of a forward pass: what is no matrix product, as operations
that a product does in the same time."""

SCORE_FLOPS = 165.0
"""The same for each score over a vocabulary."""

STEP_SECONDS, LAYER_SECONDS = 0.003, 0.00175
"""Of an optimiser step, and of each layer in it, whatever the width."""

WEIGHT_SECONDS = 2.6e-9
"""Of clipping and AdamW, for each trained weight in each step."""

READ_TOKENS: Mapping[FormName, float] = {"classify": 0.0, "choice": 0.0, "tag": 0.5, "span": 1.0, "retrieve": 1.0}  # fmt: skip
"""Share of the tokens that a head reads; language modelling reads those that are masked."""

AFTER_ATTENTION = 2 / 3
"""Share of the last layer that runs on these alone (``isthmus.models.flat.only_rows``)."""


def forward_flops(
    shape: Shape, form: FormName, mask_fraction: float, settings: Mapping[str, Any]
) -> float:
    """Returns the operations of a forward pass for each token, head included.

    Those of products count as much less as bf16 is faster here, if that is asked.

    Args:
        settings: Of a step that runs an encoder.
    """
    faster = bf16_speedup() if _precision(settings) == "bf16" else 1.0
    read = mask_fraction if form == "mlm" else READ_TOKENS[form]
    one_layer = shape.forward_flops / faster / shape.num_layers + WIDTH_FLOPS * shape.width
    flops = one_layer * (shape.num_layers - (1 - read) * AFTER_ATTENTION)
    if form == "mlm":
        flops += read * shape.vocab_size * (2 * shape.width / faster + SCORE_FLOPS)
    return flops


def train_flops(shape: Shape, settings: Mapping[str, Any], num_tokens: float) -> float:
    """Returns the operations of a training, the optimiser's left out.

    Args:
        settings: Of a ``train`` or ``adapt`` step.
    """
    entries = entries_of(settings)
    masked = settings["training"]["mask_fraction"]
    flops = [forward_flops(shape, entry["form"], masked, settings) for entry in entries]
    return TRAIN_PASSES * num_tokens * sum(flops) / len(flops)


def step_seconds(shape: Shape, settings: Mapping[str, Any]) -> float:
    """Returns what an optimiser step takes beside its tokens, in seconds.

    Embeddings are counted where a vocabulary is scored: others train few of them.
    """
    weights = shape.num_layer_weights
    if any(entry["form"] == "mlm" for entry in entries_of(settings)):
        weights = shape.num_parameters
    return STEP_SECONDS + LAYER_SECONDS * shape.num_layers + WEIGHT_SECONDS * weights


def num_steps(settings: Mapping[str, Any], num_tokens: float) -> float:
    """Returns about how many optimiser steps a training takes."""
    training, entries = settings["training"], entries_of(settings)
    if training["max_steps"]:
        return float(training["max_steps"])
    drawn = settings.get("shots") or training["num_train"]
    if drawn:
        num_examples = float(training["num_epochs"] * drawn * len(entries))
    else:
        fills = [FILL[entry["form"]] * _num_rows(entry) for entry in entries]
        num_examples = num_tokens / (sum(fills) / len(fills) * training["max_length"])
    return num_examples / float(training["batch_size"])


def entries_of(settings: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Returns the tasks of a training step; a few-shot step is its own only one."""
    return cast("Sequence[Mapping[str, Any]]", settings.get("tasks", [settings]))


def _precision(settings: Mapping[str, Any]) -> str:
    return cast("str", settings.get("training", settings)["precision"])


def _num_rows(entry: Mapping[str, Any]) -> int:
    return NUM_CHOICES if entry["form"] == "choice" else 1
