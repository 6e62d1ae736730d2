"""Attention on processors: products by PyTorch, what is between them by compiled loops.

All that a step of attention does beside its products (sorting rows by head and group, softmax,
dropout, and the way back through them) goes over a table once, instead of by a call of PyTorch for
each small operation, group and direction; of short sequences that was most of the time.

Shape letters: F tokens of all sequences, H attention heads, W width of a head, R rows and Q scores
of all padded sequences and heads, see ``isthmus.models.packing``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from isthmus.models import attention_kernels as kernels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from isthmus.models.dropout import Chance
    from isthmus.models.packing import Packing, Part

_INTEGERS = {torch.bfloat16: torch.int16, torch.float32: torch.int32}
_SHIFT = {torch.bfloat16: np.int32(16), torch.float32: np.int32(0)}

DTYPES = tuple(_INTEGERS)

_MANY = 2**18
"""Scores from which threads are worth waking."""


def attend(
    query_FHW: Tensor,
    key_FHW: Tensor,
    value_FHW: Tensor,
    packing: Packing,
    chance: Chance,
    random_Q: Tensor | None,
    scaling: float,
) -> Tensor:
    """Returns what each token gets from the tokens of its sequence, [F, H, W]; differentiable.

    Args:
        query_FHW, key_FHW, value_FHW: Of one of ``DTYPES``.
        random_Q: int16 that decide what is dropped; None if nothing is.
    """
    attended: Tensor = _Attention.apply(  # type: ignore[no-untyped-call]
        query_FHW, key_FHW, value_FHW, packing, chance, random_Q, scaling
    )
    return attended


class _Attention(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        query_FHW: Tensor,
        key_FHW: Tensor,
        value_FHW: Tensor,
        packing: Packing,
        chance: Chance,
        random_Q: Tensor | None,
        scaling: float,
    ) -> Tensor:
        query_RW, key_RW, value_RW = (
            _packed(states_FHW, packing) for states_FHW in (query_FHW, key_FHW, value_FHW)
        )
        num_heads = query_FHW.shape[1]
        scores_Q = query_FHW.new_empty(packing.num_squares * num_heads)
        views = partial(_views, num_heads=num_heads)
        for part in packing.parts:
            query, key, scores = views(part, query_RW, key_RW, scores_Q)
            torch.bmm(query, key.transpose(1, 2), out=scores)
        weights_Q = _weigh(scores_Q, packing, chance, random_Q, scaling, num_heads)
        output_RW = torch.empty_like(value_RW)
        for part in packing.parts:
            value, output, weights = views(part, value_RW, output_RW, scores_Q)
            torch.bmm(weights, value, out=output)
        ctx.save_for_backward(query_RW, key_RW, value_RW, weights_Q, scores_Q)
        ctx.packing, ctx.up, ctx.scaling = packing, chance.scale, scaling
        return _unpacked(output_RW, packing, query_FHW.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        query_RW, key_RW, value_RW, weights_Q, dropped_Q = ctx.saved_tensors
        packing: Packing = ctx.packing
        shape = gradients[0].shape
        views = partial(_views, num_heads=shape[1])
        output_RW = _packed(gradients[0], packing)
        to_query_RW, to_key_RW, to_value_RW = (torch.empty_like(query_RW) for _ in range(3))
        gradient_Q = torch.empty_like(weights_Q)
        for part in packing.parts:
            output, value, to_value, dropped, gradient = views(
                part, output_RW, value_RW, to_value_RW, dropped_Q, gradient_Q
            )
            torch.bmm(dropped.transpose(1, 2), output, out=to_value)
            torch.bmm(output, value.transpose(1, 2), out=gradient)
        numbers = np.float32(ctx.scaling), np.float32(ctx.up), _SHIFT[gradient_Q.dtype]
        work = partial(kernels.weigh_back, _bits(weights_Q), _bits(gradient_Q), numbers)
        _share(work, packing, shape[1])
        for part in packing.parts:
            query, key, to_query, to_key, gradient = views(
                part, query_RW, key_RW, to_query_RW, to_key_RW, gradient_Q
            )
            torch.bmm(gradient, key, out=to_query)
            torch.bmm(gradient.transpose(1, 2), query, out=to_key)
        found = (
            _unpacked(to_RW, packing, shape) for to_RW in (to_query_RW, to_key_RW, to_value_RW)
        )
        return *found, None, None, None, None


def _weigh(
    scores_Q: Tensor,
    packing: Packing,
    chance: Chance,
    random_Q: Tensor | None,
    scaling: float,
    num_heads: int,
) -> Tensor:
    """Makes weights of scores, in place; returns those before dropout, with their signs."""
    weights_Q: Tensor = scores_Q
    tables: tuple[Any, Any] = None, None
    if random_Q is not None:
        weights_Q = torch.empty_like(scores_Q)
        tables = _bits(weights_Q), random_Q.numpy()
    numbers = np.int16(chance.least), np.float32(scaling), np.float32(chance.scale)
    work = partial(kernels.weigh, _bits(scores_Q), *tables, (*numbers, _SHIFT[scores_Q.dtype]))
    _share(work, packing, num_heads)
    return weights_Q


def _views(part: Part, *tables: Tensor, num_heads: int) -> list[Tensor]:
    """Returns a group's parts of packed tables, [G * H, L, W], and of scores, [G * H, L, L]."""
    found = []
    for table in tables:
        size = part.size * num_heads
        if table.dim() == 1:
            flat = table[part.square * num_heads :][: size * part.length**2]
            found.append(flat.view(size, part.length, part.length))
        else:
            rows = table[part.row * num_heads :][: size * part.length]
            found.append(rows.view(size, part.length, -1))
    return found


def _packed(states_FHW: Tensor, packing: Packing) -> Tensor:
    _, num_heads, width = states_FHW.shape
    packed_RW = states_FHW.new_empty(packing.num_rows * num_heads, width)
    kernels.pack(_bits(states_FHW.contiguous()), _bits(packed_RW), packing.places, _whole(packing))
    return packed_RW


def _unpacked(packed_RW: Tensor, packing: Packing, shape: torch.Size) -> Tensor:
    flat_FHW = packed_RW.new_empty(shape)
    flat_FHW[packing.num_tokens :] = 0
    kernels.unpack(_bits(packed_RW), _bits(flat_FHW), packing.places, _whole(packing))
    return flat_FHW


def _whole(packing: Packing) -> tuple[int, int]:
    return 0, len(packing.start_N)


def _bits(table: Tensor) -> NDArray[Any]:
    """Returns a table's memory as integers."""
    bits: NDArray[Any] = table.detach().view(_INTEGERS[table.dtype]).numpy()
    return bits


def _share(kernel: Callable[..., None], packing: Packing, num_heads: int) -> None:
    """Runs a kernel over all sequences, by as many threads as torch is set to if there is much."""
    num_threads = torch.get_num_threads()
    if num_threads == 1 or packing.num_squares * num_heads < _MANY:
        kernel(num_heads, packing.places, _whole(packing))
        return
    work = partial(kernel, num_heads, packing.places)
    for _ in _threads(num_threads).map(work, packing.shares(num_threads)):
        pass


@cache
def _threads(num_threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(num_threads, thread_name_prefix="attention")
