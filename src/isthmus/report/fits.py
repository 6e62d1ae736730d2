"""Straight lines through scatters, with what their band needs: drawn by the page, computed here.

The band at x is y(x) -+ half * sqrt(1 / n + (x - centre)^2 / spread), the 95% interval of the line
itself: half is Student's t with n - 2 degrees of freedom times the residual standard error.

Source: Draper and Smith, Applied Regression Analysis, 3rd ed. 1998, section 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from isthmus.analysis.axis import MIN_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """A line y = level + slope * (x - centre) from ``first`` to ``last``, with its band."""

    first: float
    last: float
    level: float
    slope: float
    centre: float
    half: float
    num_points: int
    spread: float


def fit_of(x: Sequence[float], y: Sequence[float]) -> Fit | None:
    """Fits a line by least squares; None for fewer than five points, or one place for all."""
    if len(x) < MIN_LANGUAGES or not np.ptp(x):
        return None
    x_n, y_n = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    centred = x_n - x_n.mean()
    spread = float((centred**2).sum())
    slope = float((centred * y_n).sum() / spread)
    rest = y_n - y_n.mean() - slope * centred
    error = float(np.sqrt((rest**2).sum() / (len(x_n) - 2)))
    return Fit(
        first=float(x_n.min()),
        last=float(x_n.max()),
        level=float(y_n.mean()),
        slope=slope,
        centre=float(x_n.mean()),
        half=float(stdtrit(len(x_n) - 2, 0.975)) * error,
        num_points=len(x_n),
        spread=spread,
    )
