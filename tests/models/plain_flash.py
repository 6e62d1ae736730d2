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
    stops = bounds.tolist()
    assert bounds.dtype == torch.int32
    assert stops == bounds_of_keys.tolist()
    assert stops[0] == 0
    assert stops[-1] == len(query) == len(key) == len(value)
    lengths = [stop - start for start, stop in pairwise(stops)]
    assert longest == longest_of_keys == max(lengths)
    assert not options["is_causal"]
    reach = options["window_size_left"]
    assert reach == options["window_size_right"]
    found = []
    for parts in zip(*(states.split(lengths) for states in (query, key, value)), strict=True):
        place = torch.arange(len(parts[0]))
        near = None if reach is None else (place[:, None] - place).abs() <= reach
        attended = functional.scaled_dot_product_attention(
            *(part.transpose(0, 1) for part in parts),
            attn_mask=near,
            dropout_p=dropout,
            scale=options["scale"],
        )
        found.append(attended.transpose(0, 1))
    return (torch.cat(found),)
