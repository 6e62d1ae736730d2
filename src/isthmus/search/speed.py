"""Which numbers this machine multiplies fastest, by trying them."""

from __future__ import annotations

from functools import cache
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import pad

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from isthmus.search.codes import Number

_SIZE = 512
_NUM_TRIES = 5


@cache
def fastest_number(device: str) -> Number:
    """``int8`` where its products are right and faster than float32's.

    Takes some 20 ms once a process, on one thread, as a search has it. A wrong choice costs time
    and changes no result.
    """
    if not int8_is_right(device):
        return "float32"
    large = _large(device)
    floats = large.float()
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        faster = _seconds(lambda: int8_products(large, large), device) < _seconds(
            lambda: floats @ floats.T, device
        )
    finally:
        torch.set_num_threads(num_threads)
    return "int8" if faster else "float32"


@cache
def int8_is_right(device: str) -> bool:
    """Whether a device has products of int8 that are right, extremes included.

    Processors without VNNI add pairs of products in 16 bits, and cut off what does not fit.
    """
    large = _large(device)
    floats = large.float()
    try:
        return torch.equal(int8_products(large, large).float(), floats @ floats.T)
    except RuntimeError:
        # This device, or this build of torch, has no products of integers.
        return False


def int8_products(rows_RD: Tensor, rows_CD: Tensor, *, room_RC: Tensor | None = None) -> Tensor:
    """Products of all rows of two sets: (R, C), int32.

    Torch has no public name for it. On CUDA it takes sizes that are multiples of these only, on
    processors it is wrong for a width of 1.

    Args:
        room_RC: Where they go, on processors.
    """
    if room_RC is not None and rows_RD.shape[1] % 8 == 0:
        return torch._int_mm(rows_RD, rows_CD.T, out=room_RC)  # noqa: SLF001
    padded_RD, padded_CD = (
        pad(rows_ND, (0, -rows_ND.shape[1] % 8, 0, -len(rows_ND) % 32))
        for rows_ND in (rows_RD, rows_CD)
    )
    return torch._int_mm(padded_RD, padded_CD.T)[: len(rows_RD), : len(rows_CD)]  # noqa: SLF001


def _large(device: str) -> Tensor:
    large = torch.full((_SIZE, _SIZE), 127, dtype=torch.int8, device=device)
    large[::2, ::3] = -127
    return large


def _seconds(work: Callable[[], Tensor], device: str) -> float:
    """The least time of a few tries; on a processor this thread's own, whatever else runs."""
    clock = thread_time if device == "cpu" else perf_counter
    tries = []
    for _ in range(_NUM_TRIES):
        start = clock()
        work()
        if device != "cpu":
            torch.cuda.synchronize(device)
        tries.append(clock() - start)
    return min(tries)
