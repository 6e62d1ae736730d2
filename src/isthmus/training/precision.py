"""The precision that is asked for, and the one a device computes in.

Where a device has no units for bf16, fp32 stands in for it: the same study runs everywhere, and
records say what it was computed in.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import torch

Precision: TypeAlias = Literal["fp32", "bf16"]

BF16_UNITS = ("avx512_bf16", "amx_bf16", "bf16")
"""What PyTorch calls them on processors of x86 and ARM."""

_FIRST_CARDS = 8
"""NVIDIA's cards have them from this compute capability on, all of AMD's that PyTorch knows too."""


def computed_in(asked: Precision, device: torch.device | str) -> Precision:
    """Returns the precision that a device computes in where some precision is asked for."""
    return asked if asked == "fp32" or _has_bf16(torch.device(device)) else "fp32"


def autocast(asked: Precision, device: torch.device) -> torch.autocast:
    """Returns the context in which a model computes as asked, its weights staying fp32."""
    half = computed_in(asked, device) == "bf16"
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=half)


def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        # PyTorch's own question is about the current card alone.
        amd = torch.version.hip is not None
        return amd or torch.cuda.get_device_properties(device).major >= _FIRST_CARDS
    if device.type == "cpu" and hasattr(torch.cpu, "get_capabilities"):  # not in older versions
        units = torch.cpu.get_capabilities()
        return any(units.get(name, False) for name in BF16_UNITS)
    return False
