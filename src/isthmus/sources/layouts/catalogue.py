"""Every row, in the order in which the rows of a task and split are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.sources.layouts.english import ENGLISH_LAYOUTS
from isthmus.sources.layouts.more import MORE_LAYOUTS
from isthmus.sources.layouts.text import TEXT_LAYOUTS
from isthmus.sources.layouts.xtreme import XTREME_LAYOUTS

if TYPE_CHECKING:
    from isthmus.sources.layouts.layout import Layout

LAYOUTS: tuple[Layout, ...] = (
    *XTREME_LAYOUTS,
    *ENGLISH_LAYOUTS,
    *MORE_LAYOUTS,
    *TEXT_LAYOUTS,
)
