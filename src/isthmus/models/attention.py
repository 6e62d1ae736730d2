"""Attention over sequences that stand in one row without padding, group by group.

Shape letters: F tokens of all sequences, H attention heads, W width of a head, G sequences of a
group, L the length of the longest of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from isthmus.models.dropout import drop

if TYPE_CHECKING:
    from torch import Tensor, nn

    from isthmus.models.layout import Group


def attention_by_groups(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Attends as ``transformers``' interface asks; without groups, as it does by default.

    Args:
        query, key, value: Each of [1, H, F, W].
        options: ``flat_groups`` beside those of the interface.

    Returns:
        [1, F, H, W], and no weights.
    """
    groups: tuple[Group, ...] | None = options.pop("flat_groups", None)
    if groups is None:
        output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        return output, None
    if key.shape[1] != query.shape[1]:  # heads may share keys and values
        sharing = query.shape[1] // key.shape[1]
        key, value = (states.repeat_interleave(sharing, dim=1) for states in (key, value))
    flat = [states[0].transpose(0, 1) for states in (query, key, value)]
    attended = []
    for group in groups:
        rows = [states_FHW[group.start : group.stop] for states_FHW in flat]
        query_GHLW, key_GHLW, value_GHLW = (_pad(r_FHW, group).transpose(1, 2) for r_FHW in rows)
        output_GHLW = _attend(
            query_GHLW,
            key_GHLW,
            value_GHLW,
            _within(group, options.get("sliding_window"), query.device),
            dropout=options.get("dropout", 0.0),
            scaling=options.get("scaling"),
        )
        output_FHW = output_GHLW.transpose(1, 2).flatten(0, 1)
        if group.place_F is not None:
            output_FHW = output_FHW.index_select(0, group.place_F)
        attended.append(output_FHW)
    return torch.cat(attended).unsqueeze(0), None


def _pad(rows_FHW: Tensor, group: Group) -> Tensor:
    """Returns a group's rows as [G, L, H, W], zero on padding."""
    shape = (group.size, group.length, *rows_FHW.shape[1:])
    if group.place_F is None:
        return rows_FHW.reshape(shape)
    rows_FD = rows_FHW.flatten(1)
    padded = rows_FD.new_zeros(group.size * group.length, rows_FD.shape[1])
    return padded.index_copy_(0, group.place_F, rows_FD).view(shape)


def _within(group: Group, window: int | None, device: torch.device) -> Tensor | None:
    """Returns which keys a group's queries may see: real ones, nearer than the window if any."""
    real_G11L = group.mask_G11L
    if window is None or window >= group.length:
        return real_G11L
    place_L = torch.arange(group.length, device=device)
    near_11LL = ((place_L[:, None] - place_L).abs() < window)[None, None]
    if real_G11L is None:
        return near_11LL
    # Padding asks too, unheard; with no key at all it would get NaN, and so would gradients.
    return (near_11LL & real_G11L) | ~real_G11L.transpose(-1, -2)


def _attend(
    query_GHLW: Tensor,
    key_GHLW: Tensor,
    value_GHLW: Tensor,
    mask: Tensor | None,
    *,
    dropout: float,
    scaling: float | None,
) -> Tensor:
    """Returns what each query gets, [G, H, L, W], by the way that is fastest where it is."""
    on_processor = query_GHLW.device.type == "cpu"
    if on_processor and (dropout > 0.0 or query_GHLW.dtype == torch.bfloat16):
        return _attend_step_by_step(
            query_GHLW, key_GHLW, value_GHLW, mask, dropout=dropout, scaling=scaling
        )
    return functional.scaled_dot_product_attention(
        query_GHLW, key_GHLW, value_GHLW, attn_mask=mask, dropout_p=dropout, scale=scaling
    )


def _attend_step_by_step(
    query_GHLW: Tensor,
    key_GHLW: Tensor,
    value_GHLW: Tensor,
    mask: Tensor | None,
    *,
    dropout: float,
    scaling: float | None,
) -> Tensor:
    """Attends by batched products, keeping the weights for the way back.

    On processors, PyTorch's fused attention has no dropout and takes 2 to 10 times as long for its
    gradient in bf16.
    """
    size, num_heads, length, width = query_GHLW.shape
    scale = scaling if scaling is not None else width**-0.5
    # Autocast would take the weights to fp32 and back.
    with torch.autocast("cpu", enabled=False):
        query, key, value = (x.flatten(0, 1) for x in (query_GHLW, key_GHLW, value_GHLW))
        if mask is None:
            scores = torch.bmm(query * scale, key.transpose(1, 2))
        else:
            bias = torch.zeros_like(mask, dtype=query.dtype).masked_fill_(~mask, -torch.inf)
            bias = bias.expand(size, num_heads, -1, -1).flatten(0, 1)
            scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=scale)
        attended = torch.bmm(drop(torch.softmax(scores, dim=-1), dropout), value)
    return attended.view(size, num_heads, length, width)
