"""Batches for evaluation, and batches on their device."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from isthmus.models.model import device_of
from isthmus.transfer import sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from isthmus.forms.features import Features
    from isthmus.forms.form import Batch
    from isthmus.models.model import Model

EVALUATION_TOKENS = 4096
"""Padded tokens in a batch of evaluation, at least; one long example may exceed it alone."""

MOST_EVALUATION_TOKENS = 65_536
"""Beyond, a product of any encoder is large enough for any card."""

MEMORY_SHARE = 0.1
"""Of a graphics card's memory, for the hidden states of a batch of evaluation."""

FLOAT_BYTES = 4
"""Hidden states are fp32 between the products of bf16, too."""


def to_device(batch: Batch, device: torch.device) -> Batch:
    """Moves a batch; a batch that is there already is returned as it is.

    The host does not wait, see ``sent``.
    """
    if batch.input_ids_NT.device == device:
        return batch

    type_ids_NT = batch.type_ids_NT
    return replace(
        batch,
        input_ids_NT=sent(batch.input_ids_NT, device),
        type_ids_NT=None if type_ids_NT is None else sent(type_ids_NT, device),
        targets={name: sent(tensor, device) for name, tensor in batch.targets.items()},
    )


def evaluation_tokens(model: Model) -> int:
    """Returns how many padded tokens a batch of evaluation has where a model is.

    On every processor the same few. A graphics card is busy with many only: the power of two
    for which the hidden states of all layers, flat and padded, fit into a share of its memory. A matter
    of the model and the machine alone, as bits of predictions depend on it.
    """
    device = device_of(model)
    if device.type != "cuda":
        return EVALUATION_TOKENS
    config = model.encoder.config
    per_token = 2 * (config.num_hidden_layers + 1) * config.hidden_size * FLOAT_BYTES
    total = torch.cuda.get_device_properties(device).total_memory
    room = max(1, int(MEMORY_SHARE * total / per_token))
    return min(max(EVALUATION_TOKENS, 1 << (room.bit_length() - 1)), MOST_EVALUATION_TOKENS)


def batches_by_length(features: Features, *, max_tokens: int) -> Iterator[NDArray[np.int64]]:
    """Yields row numbers in batches of similar length, longest first.

    All rows of an example stay in one batch, in order, so that a question's choices and windows
    are seen together.
    """
    if len(features) == 0:
        return
    lengths = features.lists["input_ids"].lengths(np.arange(len(features)))
    examples = features.columns["example"]
    starts = np.flatnonzero(np.diff(examples, prepend=examples[0] - 1))
    stops = np.append(starts[1:], len(features))
    longest = np.maximum.reduceat(lengths, starts)
    batch: list[NDArray[np.int64]] = []
    num_rows, width = 0, 0
    for unit in np.argsort(-longest, kind="stable"):
        rows = np.arange(starts[unit], stops[unit])
        if batch and (num_rows + len(rows)) * width > max_tokens:
            yield np.concatenate(batch)
            batch, num_rows = [], 0
        if not batch:
            width = int(longest[unit])
        batch.append(rows)
        num_rows += len(rows)
    yield np.concatenate(batch)
