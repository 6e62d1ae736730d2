"""Copies of what the processor made to where a model computes, for which the host need not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def sent(tensor: Tensor, device: torch.device) -> Tensor:
    """Returns a tensor of the processor on a device, itself if that is the processor.

    A graphics card fetches it from pinned memory while the host goes on; from other memory the host
    would wait until all that the card was given before is done.
    """
    source = tensor.pin_memory() if device.type == "cuda" else tensor
    return source.to(device, non_blocking=True)
