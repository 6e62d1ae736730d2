"""Splits a declared batch into pieces that fit into memory; together they give its gradient.

How large a batch is, is part of a study; how much of it a device can hold at a time is not. Every
piece's summed loss adds to the same gradient, divided by the weight of the whole batch in the end,
so that each example, word or masked token counts as in one piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from isthmus.forms.batching import MULTIPLE
from isthmus.training.settings import ACTIVATION_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from torch import nn

    from isthmus.forms.form import Batch, Form
    from isthmus.models.model import Model
    from isthmus.training.settings import TrainingSettings

SCORE_BYTES = 8
"""Of each score over a vocabulary: itself in fp32, and a copy on the way to its gradient."""

PADDED_TOKENS = 1024
"""On a processor, for an encoder that computes padding: pieces of like lengths have little of it. A
DeBERTa of 3 layers of width 128 trains 2.6 times as fast on random batches of 32 pairs so."""

MEMORY_SHARE = 0.8
"""Of a graphics card's memory that a training plans with; the rest is for what is not counted."""


def pieces(
    form: Form,
    batch: Batch,
    num_rows_U: NDArray[np.int64],
    *,
    max_tokens: int | None,
    padded: bool,
) -> list[Batch]:
    """Returns a batch in pieces of at most ``max_tokens``, the longest units first.

    A unit that has more by itself is a piece of its own.

    Args:
        form: Of the batch.
        batch: From the form's ``collate``.
        num_rows_U: Rows of each of its units, which stay together.
        max_tokens: None for the whole batch in one piece.
        padded: Whether the encoder computes padding too, which counts then.
    """
    if max_tokens is None or num_tokens(batch, padded=padded) <= max_tokens:
        return [batch]
    rows_of_pieces = _split(batch.lengths_N, num_rows_U, max_tokens, padded=padded)
    return [form.part(batch, rows) for rows in rows_of_pieces]


def num_tokens(batch: Batch, *, padded: bool) -> int:
    """Returns how many tokens an encoder computes for a batch."""
    return batch.input_ids_NT.numel() if padded else int(batch.lengths_N.sum())


def default_max_tokens(model: Model, settings: TrainingSettings) -> int | None:
    """Returns how many tokens are computed at a time where nothing is asked.

    On a graphics card as many as its memory has room for: a matter of the machine alone, not of
    what else is in its memory now, so that the same one gives the same bits. On a processor, whose
    memory is seldom short, all (None), or few where batches are padded.
    """
    weight = next(model.parameters())
    if weight.device.type != "cuda":
        return PADDED_TOKENS if model.first_position is None else None
    total = torch.cuda.get_device_properties(weight.device).total_memory
    num_weights = sum(each.numel() for each in model.parameters())
    states = 4 * num_weights * weight.element_size()  # weights, gradients, two moments
    config = model.encoder.config
    per_token = config.num_hidden_layers * config.hidden_size * ACTIVATION_BYTES[settings.precision]
    if any(_scores_vocabulary(head) for head in model.heads.values()):
        per_token += round(settings.mask_fraction * config.vocab_size * SCORE_BYTES)
    return max(1, int((MEMORY_SHARE * total - states) / per_token))


def _split(
    lengths_N: NDArray[np.int64],
    num_rows_U: NDArray[np.int64],
    max_tokens: int,
    *,
    padded: bool,
) -> Iterator[NDArray[np.int64]]:
    """Yields the rows of each piece: units of about one length, in order within a unit."""
    starts_U = np.cumsum(num_rows_U) - num_rows_U
    tokens_U = np.add.reduceat(lengths_N, starts_U)
    width_U = -(-np.maximum.reduceat(lengths_N, starts_U) // MULTIPLE) * MULTIPLE

    def tokens_of(units: Sequence[int]) -> int:
        return int(num_rows_U[units].sum() * width_U[units[0]] if padded else tokens_U[units].sum())

    def rows_of(units: Sequence[int]) -> NDArray[np.int64]:
        return np.concatenate([starts_U[unit] + np.arange(num_rows_U[unit]) for unit in units])

    units: list[int] = []
    for unit in np.argsort(-width_U, kind="stable").tolist():
        if units and tokens_of([*units, unit]) > max_tokens:
            yield rows_of(units)
            units = []
        units.append(unit)
    yield rows_of(units)


def _scores_vocabulary(head: nn.Module) -> bool:
    return head.get_output_embeddings() is not None  # type: ignore[operator]
