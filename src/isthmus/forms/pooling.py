"""One vector a sentence out of the hidden states of its tokens.

Shape letters: N sequences, T tokens, D width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import torch

if TYPE_CHECKING:
    from torch import Tensor

Pooling: TypeAlias = Literal["mean", "cls", "max"]

POOLINGS: tuple[Pooling, ...] = ("mean", "cls", "max")


def pool(hidden_NTD: Tensor, mask_NT: Tensor, how: Pooling) -> Tensor:
    """Returns pooled_ND, in the hidden states' type; not normalised.

    Args:
        hidden_NTD: Hidden states of one layer.
        mask_NT: 1 on real tokens, 0 on padding.
        how: ``mean`` or ``max`` over all real tokens, special tokens included as in XTREME's
            retrieval, or ``cls``, the first token.
    """
    if how == "cls":
        return hidden_NTD[:, 0]
    mask_NT1 = mask_NT.unsqueeze(-1)
    if how == "max":
        return hidden_NTD.masked_fill(mask_NT1 == 0, -torch.inf).amax(dim=1)
    weights_NT1 = mask_NT1.to(hidden_NTD.dtype)
    return (hidden_NTD * weights_NT1).sum(dim=1) / weights_NT1.sum(dim=1)
