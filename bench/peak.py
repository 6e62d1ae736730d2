"""How fast a machine multiplies matrices, and how many products a model needs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import torch

from isthmus.models.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Clock = Callable[[], float]

CLOCKS: dict[str, Clock] = {"cpu": time.process_time, "wall": time.perf_counter}
SIDE = {"cpu": 2048, "cuda": 8192}
NUM_TRIES = 8


def finished(clock: Clock, device: str) -> Clock:
    """Returns a clock that waits until a device has done what it was given."""
    if device == "cpu":
        return clock

    def read() -> float:
        torch.cuda.synchronize()
        return clock()

    return read


def peak(precision: str, device: str, clock: Clock) -> float:
    """Returns operations a second of the fastest of some products of large square matrices."""
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    side = SIDE[device]
    matrix = torch.randn(side, side, dtype=dtype, device=device)
    matrix @ matrix
    tries = []
    for _ in range(NUM_TRIES):
        start = clock()
        matrix @ matrix
        tries.append(clock() - start)
    return 2.0 * side**3 / min(tries)


def operations(
    size: str, lengths_N: NDArray[np.int64], *, first_token_only: bool, trains: bool
) -> float:
    """Returns the operations of the products that an encoder needs for real tokens.

    Padding is none of them, nor is what follows the last layer's attention for tokens that no head
    reads. The way back takes twice the way there.

    Args:
        first_token_only: The head reads one token a sequence, else all.
    """
    shape = SIZES[size]
    num_tokens = float(lengths_N.sum())
    num_read = float(len(lengths_N)) if first_token_only else num_tokens
    before = 3 * shape.width**2 * num_tokens + 2 * shape.width * float((lengths_N**2).sum())
    after = shape.width**2 + 2 * shape.width * shape.feed_forward
    there = 2 * (shape.num_layers * (before + after * num_tokens) - after * (num_tokens - num_read))
    return 3 * there if trains else there
