"""How numba compiles the loops that cannot be calls of a library; only they import this module."""

from __future__ import annotations

from typing import Any

from numba import njit


def _finds_a_folder() -> bool:
    """Whether compiled code can be kept for the next process; numba refuses to try where not."""
    try:
        njit(cache=True)(_finds_a_folder)
    except RuntimeError:
        return False
    return True


EXACT: dict[str, Any] = {"nogil": True, "cache": _finds_a_folder()}
"""Compiled as written: for additions whose order is part of a result."""

REORDERED: dict[str, Any] = {**EXACT, "fastmath": {"reassoc", "contract", "nnan", "nsz"}}
"""Additions in any order: for results that a bound or a tolerance covers."""
