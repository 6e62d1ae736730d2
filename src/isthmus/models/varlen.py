"""Attention on graphics cards: one call for all sequences of a flat row, whatever their lengths.

PyTorch brings FlashAttention's kernel for that. Its public function for it,
``torch.nn.attention.varlen``, has no dropout; the operation below that function has. No promise
covers it, so it is tried on each device, and where it fails, groups attend one by one.

Shape letters: N sequences, F tokens of all sequences, H attention heads, W width of a head.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

DTYPES = (torch.bfloat16, torch.float16)

MULTIPLE, WIDEST = 8, 256
"""Of widths of heads, those that the kernel takes."""

_SCALING = 0.3

AGREES = 2e-2
"""Difference to attention in fp32, relative to its largest number, that bf16 can explain."""


def attend(
    query_FHW: Tensor,
    key_FHW: Tensor,
    value_FHW: Tensor,
    bounds_N: Tensor,
    longest: int,
    *,
    dropout: float,
    scaling: float,
    window: int | None = None,
) -> Tensor:
    """Returns what each token gets from the tokens of its sequence, [F, H, W]; differentiable.

    Args:
        query_FHW, key_FHW, value_FHW: Of one of ``DTYPES``.
        bounds_N: int32, where each sequence starts, and F.
        longest: Tokens of the longest sequence.
        window: Tokens this far apart or farther do not see each other.
    """
    reach = None if window is None else window - 1
    attended: Tensor = flash(
        query_FHW,
        key_FHW,
        value_FHW,
        bounds_N,
        bounds_N,
        longest,
        longest,
        dropout,
        is_causal=False,
        return_debug_mask=False,
        scale=scaling,
        window_size_left=reach,
        window_size_right=reach,
    )[0]
    return attended


def flash(*given: Any, **options: Any) -> tuple[Tensor, ...]:
    """Calls PyTorch's operation; its first output is what tokens get."""
    found: tuple[Tensor, ...] = torch.ops.aten._flash_attention_forward(*given, **options)  # noqa: SLF001
    return found


def takes(query_FHW: Tensor, key_FHW: Tensor, value_FHW: Tensor) -> bool:
    """Whether states can attend this way where they are."""
    width = query_FHW.shape[-1]
    return (
        query_FHW.dtype in DTYPES
        and query_FHW.dtype == key_FHW.dtype == value_FHW.dtype
        and width % MULTIPLE == 0
        and width <= WIDEST
        and runs_on(query_FHW.device)
    )


@cache
def runs_on(device: torch.device) -> bool:
    """Whether a device attends this way and is right, there and back, by trying it.

    What is drawn for dropout afterwards is what would have been drawn without trying.
    """
    if device.type != "cuda":
        return False
    try:
        with (
            torch.inference_mode(mode=False),  # what is asked first may be a prediction
            torch.enable_grad(),
            torch.random.fork_rng(devices=[device]),
            torch.autocast("cuda", enabled=False),
        ):
            return _agrees(device)
    except (RuntimeError, NotImplementedError, AttributeError, TypeError, AssertionError):
        return False  # not in this build, or not for this card


def _agrees(device: torch.device) -> bool:
    """Whether two made-up sequences get what attention in fp32 gives each alone, and gradients."""
    states = torch.linspace(-2, 2, 3 * 8 * 2 * 8, device=device).sin().view(3, 8, 2, 8)
    halves = [one.bfloat16().requires_grad_() for one in states]
    exact = [one.detach().float().requires_grad_() for one in halves]
    (query, key, value), tokens = halves, (slice(0, 5), slice(5, 8))
    bounds_N = torch.tensor([0, 5, 8], dtype=torch.int32, device=device)
    found = attend(query, key, value, bounds_N, 5, dropout=0.0, scaling=_SCALING)
    expected = torch.cat([_alone([one[part] for one in exact]) for part in tokens])
    pairs = [(found, expected)]
    pairs += zip(_gradients(found, halves), _gradients(expected, exact), strict=True)
    if not all(_near(found.detach().float(), expected.detach()) for found, expected in pairs):
        return False
    dropped = attend(query, key, value, bounds_N, 5, dropout=0.5, scaling=_SCALING)
    return bool(all(one.isfinite().all() for one in (dropped, *_gradients(dropped, halves))))


def _near(found: Tensor, expected: Tensor) -> bool:
    return bool((found - expected).abs().max() <= AGREES * expected.abs().max())


def _alone(states: list[Tensor]) -> Tensor:
    """Attention of one sequence by itself: queries, keys and values of [F, H, W]."""
    query, key, value = (one.transpose(0, 1) for one in states)
    attended = functional.scaled_dot_product_attention(query, key, value, scale=_SCALING)
    return attended.transpose(0, 1)


def _gradients(output: Tensor, states: list[Tensor]) -> tuple[Tensor, ...]:
    weights = torch.linspace(-1, 1, output.numel(), device=output.device).view(output.shape)
    return torch.autograd.grad((output.float() * weights).sum(), states)
