"""Named sizes of encoders trained from scratch, all of XLM-R's shape."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Layers, width, attention heads and feed-forward width of a Transformer encoder."""

    num_layers: int
    width: int
    num_heads: int
    feed_forward: int


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "nano": Size(num_layers=2, width=64, num_heads=2, feed_forward=256),
        "tiny": Size(num_layers=3, width=128, num_heads=4, feed_forward=512),
        "pocket": Size(num_layers=4, width=256, num_heads=4, feed_forward=1024),
        "small": Size(num_layers=6, width=384, num_heads=6, feed_forward=1536),
        "base": Size(num_layers=12, width=768, num_heads=12, feed_forward=3072),
        "large": Size(num_layers=24, width=1024, num_heads=16, feed_forward=4096),
    }
)
