"""Runs an encoder on the real tokens of a batch alone: one flat row, no padding.

Embeddings, projections and feed-forward see all tokens of all sequences in a row; attention goes
sequence by sequence, those of about one length together. What an encoder needs for that is said,
and tried, in ``first_position``; others run padded.

Shape letters: N sequences, T padded tokens, F tokens of all sequences, M chosen tokens, D width.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import sdpa_mask

from isthmus.models.attention import attention_by_groups
from isthmus.models.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor
    from transformers import PreTrainedModel

    from isthmus.models.layout import Layout

ATTENTION = "isthmus_flat"
"""Our attention's name in ``transformers``' interface."""

MULTIPLE = 64
"""Rows of products in bf16 are a multiple of this on processors. Kernels for them are made anew for
every shape that has not been met lately, at a tenth of what the products of a pocket encoder cost."""

AGREES = 1e-3
"""Difference to the padded encoder, relative to its largest output, that rounding can explain."""


def run_flat(
    encoder: PreTrainedModel,
    layout: Layout,
    ids_F: Tensor,
    type_ids_F: Tensor | None,
    *,
    first_position: int,
    **options: Any,
) -> Any:
    """Runs an encoder for which ``first_position`` is known.

    Returns:
        Its output, of [1, F, D]; in bf16 on processors followed by rows that mean nothing, up to a
        ``MULTIPLE``.
    """
    filled_up = ids_F.device.type == "cpu" and torch.is_autocast_enabled("cpu")
    missing = -len(ids_F) % MULTIPLE if filled_up else 0
    rows = {"input_ids": ids_F, "position_ids": layout.position_F + first_position}
    if type_ids_F is not None:
        rows["token_type_ids"] = type_ids_F
    return encoder(
        **{name: functional.pad(row_F, (0, missing)).unsqueeze(0) for name, row_F in rows.items()},
        # A mask of four dimensions is passed on as it is: attention asks the groups instead.
        attention_mask=torch.ones((1, 1, 1, 1), dtype=torch.bool, device=ids_F.device),
        flat_layout=layout,
        **options,
    )


@contextmanager
def only_rows(encoder: PreTrainedModel, place_M: Tensor) -> Iterator[bool]:
    """Lets only some rows of a flat run through what follows the last layer's attention.

    Nothing reads the other rows' last hidden states, so the numbers are the same, and a masked
    language model's last feed-forward costs a third, a classifier's next to nothing.

    Yields:
        Whether the encoder's output is of [1, M, D] then; it stays [1, F, D] for an encoder whose
        last layer is not built as BERT's.
    """
    output = _last_output(encoder)
    if output is None:
        yield False
        return
    handle = output.register_forward_pre_hook(
        lambda _, inputs: tuple(rows_1FD.index_select(1, place_M) for rows_1FD in inputs)
    )
    try:
        yield True
    finally:
        handle.remove()


def first_position(encoder: PreTrainedModel) -> int | None:
    """Returns the position id of a sequence's first token, None for an encoder that must be padded.

    An encoder runs flat if its attention goes through ``transformers``' interface, if it can be
    told positions, and if it then gives two made-up sequences in a row the hidden states that it
    gives them padded. DeBERTa fails the first, MobileBERT, which looks at neighbouring tokens, the
    last. Positions count from 0, or as RoBERTa's from ``pad_token_id + 1``.
    """
    takes_positions = "position_ids" in inspect.signature(encoder.forward).parameters
    if not (encoder._supports_attention_backend and takes_positions):  # noqa: SLF001
        return None
    AttentionInterface.register(ATTENTION, attention_by_groups)
    AttentionMaskInterface.register(ATTENTION, sdpa_mask)
    usual = encoder.config._attn_implementation  # noqa: SLF001  there is no other way to read it
    expected = _probe(encoder, None)
    encoder.set_attn_implementation(ATTENTION)
    for first in dict.fromkeys((0, (encoder.config.pad_token_id or 0) + 1)):
        found = _probe(encoder, first)
        if (found - expected).abs().max() <= AGREES * expected.abs().max():
            return first
    encoder.set_attn_implementation(usual)
    return None


def _last_output(encoder: PreTrainedModel) -> nn.Module | None:
    """Returns the part of the last layer that adds what came in to what attention gave."""
    layers = getattr(getattr(encoder, "encoder", None), "layer", None)
    output = getattr(getattr(layers[-1], "attention", None), "output", None) if layers else None
    return output if isinstance(output, nn.Module) and _takes_rows(output) else None


def _takes_rows(output: nn.Module) -> bool:
    return list(inspect.signature(output.forward).parameters) == ["hidden_states", "input_tensor"]


@torch.no_grad()
def _probe(encoder: PreTrainedModel, first: int | None) -> Tensor:
    """Returns the hidden states of two made-up sequences' tokens, padded if ``first`` is None."""
    width = 5 + (getattr(encoder.config, "sliding_window", None) or 0)
    lengths_N = np.array([width, width - 2])
    device = encoder.device
    layout = lay_out(lengths_N, width, device)
    pad = encoder.config.pad_token_id or 0
    num_others = encoder.config.vocab_size - 1
    ids_F = (pad + 1 + torch.arange(2 * width - 2, device=device) % num_others) % (num_others + 1)
    was_training = encoder.training
    encoder.eval()
    with torch.autocast(device.type, enabled=False):
        if first is not None:
            output = run_flat(encoder, layout, ids_F, None, first_position=first)
            hidden_FD: Tensor = output.last_hidden_state[0]
        else:
            ids_NT = torch.full((2 * width,), pad, device=device)
            ids_NT[layout.place_F] = ids_F
            mask_NT = torch.zeros_like(ids_NT)
            mask_NT[layout.place_F] = 1
            output = encoder(input_ids=ids_NT.view(2, -1), attention_mask=mask_NT.view(2, -1))
            hidden_FD = output.last_hidden_state.flatten(0, 1)[layout.place_F]
    encoder.train(was_training)
    return hidden_FD
