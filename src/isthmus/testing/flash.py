"""A plain stand-in for PyTorch's operation of FlashAttention, which only graphics cards have."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def plain_flash(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bounds: Tensor,
    bounds_of_keys: Tensor,
    longest: int,
    longest_of_keys: int,
    dropout: float,
    **options: Any,
) -> tuple[Tensor, ...]:
    """What PyTorch's operation says it does, sequence by sequence."""
    bounds, bounds_of_keys = (getattr(each, "held", each) for each in (bounds, bounds_of_keys))
    stops = bounds.tolist()
    _asked(bounds.dtype == torch.int32 and stops == bounds_of_keys.tolist())
    _asked(stops[0] == 0 and stops[-1] == len(query) == len(key) == len(value))
    lengths = [stop - start for start, stop in pairwise(stops)]
    _asked(longest == longest_of_keys == max(lengths) and not options["is_causal"])
    reach = options["window_size_left"]
    _asked(reach == options["window_size_right"])
    found = []
    for parts in zip(
        *(torch.split(states, lengths) for states in (query, key, value)), strict=True
    ):
        place = torch.arange(len(parts[0]), device=query.device)
        near = None if reach is None else (place[:, None] - place).abs() <= reach
        own_query, own_key, own_value = (part.transpose(0, 1) for part in parts)
        attended = functional.scaled_dot_product_attention(
            own_query,
            own_key,
            own_value,
            attn_mask=near,
            dropout_p=dropout,
            scale=options["scale"],
        )
        found.append(attended.transpose(0, 1))
    return (torch.cat(found),)


def _asked(rightly: bool) -> None:
    if not rightly:
        raise ValueError("the operation is not asked for attention within sequences")
