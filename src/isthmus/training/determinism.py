"""The same bits on a graphics card: additions in one order.

Many of a card's kernels add what arrives first, among them the gradients of attention. So long as a
training lasts PyTorch is asked for those that do not, without which a training that was killed
would not resume to the bits of one that was not. On processors the order is fixed anyway.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch.utils import deterministic

if TYPE_CHECKING:
    from collections.abc import Iterator

# PyTorch looks once in a process, at its first product on a card, which may come before training.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")


@contextmanager
def one_order(device: torch.device) -> Iterator[None]:
    """Lets a device add in one order alone.

    What it has no such kernel for raises RuntimeError then.
    """
    if device.type != "cuda":
        yield
        return
    asked = torch.are_deterministic_algorithms_enabled()
    warned = torch.is_deterministic_algorithms_warn_only_enabled()
    filled = deterministic.fill_uninitialized_memory  # type: ignore[attr-defined]
    # To be told by warnings alone would leave attention's gradients as they are.
    torch.use_deterministic_algorithms(True)
    # New memory is not read before it is written, and filling it would cost a pass over each.
    deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(asked, warn_only=warned)
        deterministic.fill_uninitialized_memory = filled  # type: ignore[attr-defined]
