"""Attention over sequences that stand in one row without padding, group by group.

Shape letters: F tokens of all sequences, H attention heads, W width of a head, G sequences of a
group, L the length of the longest of them, Q scores of all padded sequences and heads.
"""

from __future__ import annotations

from functools import cache, partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from isthmus.models import varlen
from isthmus.models.dropout import Chance, draw, drop_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

    from isthmus.models.layout import Group, Layout


def attention_by_groups(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Attends as ``transformers``' interface asks; without a layout, as it does by default.

    Args:
        query, key, value: Each of [1, H, F, W].
        options: ``flat_layout`` beside those of the interface.

    Returns:
        [1, F, H, W], and no weights.
    """
    layout: Layout | None = options.pop("flat_layout", None)
    if layout is None:
        output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        return output, None
    if key.shape[1] != query.shape[1]:  # heads may share keys and values
        sharing = query.shape[1] // key.shape[1]
        key, value = (states.repeat_interleave(sharing, dim=1) for states in (key, value))
    flat = query[0].transpose(0, 1), key[0].transpose(0, 1), value[0].transpose(0, 1)
    attended_FHW = _attend(
        *flat,
        layout,
        dropout=options.get("dropout", 0.0),
        scaling=options.get("scaling") or query.shape[-1] ** -0.5,
        window=_narrower(options.get("sliding_window"), layout),
    )
    return attended_FHW.unsqueeze(0), None


def path_on(device: torch.device) -> str:
    """Returns which path a device takes for dropout and bf16, for the records: any gives its numbers.

    ``varlen`` is one call for all sequences, ``sdpa`` PyTorch's own of padded ones, group by group;
    ``compiled`` has numba's loops, ``plain`` stands in without numba.
    """
    if device.type != "cpu":
        return "varlen" if varlen.runs_on(device) else "sdpa"
    return "compiled" if _compiles() else "plain"


def _attend(
    query_FHW: Tensor,
    key_FHW: Tensor,
    value_FHW: Tensor,
    layout: Layout,
    *,
    dropout: float,
    scaling: float,
    window: int | None,
) -> Tensor:
    """Returns what each token gets, [F, H, W], by the way that is fastest where it is.

    Rows behind the last token, which no sequence has, get zeros.

    On processors, PyTorch's own attention has no dropout and takes 2 to 10 times as long for its
    gradient in bf16. On graphics cards every group costs a dozen calls, which take longer than what
    they do.
    """
    states = query_FHW, key_FHW, value_FHW
    if varlen.takes(*states):
        query, key, value = (states_FHW[: layout.num_tokens] for states_FHW in states)
        bounds_N, longest = layout.bounds_N, int(layout.sorted_N[0])
        attended_FHW = varlen.attend(
            query, key, value, bounds_N, longest, dropout=dropout, scaling=scaling, window=window
        )
        return _lengthened(attended_FHW, len(query_FHW))
    if query_FHW.device.type != "cpu" or (dropout == 0.0 and query_FHW.dtype != torch.bfloat16):
        attended = (
            functional.scaled_dot_product_attention(
                query, key, value, attn_mask=mask, dropout_p=dropout, scale=scaling
            )
            for query, key, value, mask in _padded_groups(states, layout, window)
        )
        return _flat(attended, layout, len(query_FHW))
    chance = Chance.of(dropout)
    num_scores = layout.packing.num_squares * query_FHW.shape[1]
    random_Q = draw(num_scores) if chance.drops else None
    if window is None and chance.keeps and _compiles():
        from isthmus.models import fused_attention  # noqa: PLC0415  (needs numba)

        if query_FHW.dtype in fused_attention.DTYPES:
            return fused_attention.attend(*states, layout.packing, chance, random_Q, scaling)
    # Autocast would take the weights to fp32 and back.
    with torch.autocast("cpu", enabled=False):
        groups = _padded_groups(states, layout, window)
        randoms = _drawn_of_groups(random_Q, layout, query_FHW.shape[1])
        attended = (
            _by_steps(
                query, key, value, mask, partial(drop_drawn, random=random, chance=chance), scaling
            )
            for (query, key, value, mask), random in zip(groups, randoms, strict=True)
        )
        return _flat(attended, layout, len(query_FHW))


def _padded_groups(
    states: tuple[Tensor, Tensor, Tensor], layout: Layout, window: int | None
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor | None]]:
    """Yields each group's queries, keys and values, [G, H, L, W], and which keys may be seen."""
    sizes = [group.stop - group.start for group in layout.groups]
    parts = (torch.split(states_FHW[: sum(sizes)], sizes) for states_FHW in states)
    for group, own in zip(layout.groups, zip(*parts, strict=True), strict=True):
        query, key, value = (_pad(rows_FHW, group).transpose(1, 2) for rows_FHW in own)
        yield query, key, value, _within(group, window, query.device)


def _flat(attended: Iterator[Tensor], layout: Layout, num_rows: int) -> Tensor:
    """Returns the real tokens of groups' [G, H, L, W], and zeros up to a number of rows."""
    rows = []
    for group, output_GHLW in zip(layout.groups, attended, strict=True):
        output = output_GHLW.transpose(1, 2).flatten(0, 1)
        if group.place_F is not None:
            output = _taken(output, group.place_F, group.row_P, group.mask_G11L)
        rows.append(output)
    return _lengthened(torch.cat(rows), num_rows)


def _lengthened(rows_FHW: Tensor, num_rows: int) -> Tensor:
    missing = num_rows - len(rows_FHW)
    return functional.pad(rows_FHW, (0, 0, 0, 0, 0, missing)) if missing else rows_FHW


def _pad(rows_FHW: Tensor, group: Group) -> Tensor:
    """Returns a group's rows as [G, L, H, W]; on padding stand others, which nobody sees."""
    rows = rows_FHW
    if group.row_P is not None:
        rows = _taken(rows, group.row_P, group.place_F, None)
    return rows.reshape(group.size, group.length, *rows.shape[1:])


def _taken(rows: Tensor, number: Tensor, back: Tensor | None, real: Tensor | None) -> Tensor:
    """Returns rows by number, whose gradient is taken by number too.

    PyTorch would add it up row by row: in no order on a card, or sorted first for one order.

    Args:
        number: Which are taken. back: Where each row that there was stands among them.
        real: Whether each row that there was is among them; None if all are.
    """
    taken: Tensor = _Taken.apply(rows, number, back, real)  # type: ignore[no-untyped-call]
    return taken


class _Taken(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, rows: Tensor, number: Tensor, back: Tensor, real: Tensor | None
    ) -> Tensor:
        ctx.save_for_backward(back, real)
        return rows.index_select(0, number)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        back, real = ctx.saved_tensors
        gradient = gradients[0].index_select(0, back)
        if real is not None:
            gradient.masked_fill_(~real.view(-1, 1, 1), 0.0)
        return gradient, None, None, None


def _narrower(window: int | None, layout: Layout) -> int | None:
    """Returns a window if it keeps any token from seeing another of its sequence."""
    return window if window is not None and window < layout.sorted_N[0] else None


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


def _drawn_of_groups(
    random_Q: Tensor | None, layout: Layout, num_heads: int
) -> Iterator[Tensor | None]:
    """Yields each group's part of what was drawn for all scores, [G * H, L, L]."""
    for size, length, _, square in layout.packing.parts:
        if random_Q is None:
            yield None
        else:
            part = random_Q[square * num_heads :][: size * num_heads * length**2]
            yield part.view(size * num_heads, length, length)


def _by_steps(
    query_GHLW: Tensor,
    key_GHLW: Tensor,
    value_GHLW: Tensor,
    mask: Tensor | None,
    dropped: Callable[[Tensor], Tensor],
    scaling: float,
) -> Tensor:
    """Attends by batched products, keeping the weights for the way back; returns [G, H, L, W]."""
    size, num_heads, length, width = query_GHLW.shape
    query, key, value = (x.flatten(0, 1) for x in (query_GHLW, key_GHLW, value_GHLW))
    if mask is None:
        scores = torch.bmm(query * scaling, key.transpose(1, 2))
    else:
        bias = torch.zeros_like(mask, dtype=query.dtype).masked_fill_(~mask, -torch.inf)
        bias = bias.expand(size, num_heads, -1, -1).flatten(0, 1)
        scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=scaling)
    attended = torch.bmm(dropped(torch.softmax(scores, dim=-1)), value)
    return attended.view(size, num_heads, length, width)


@cache
def _compiles() -> bool:
    return find_spec("numba") is not None
