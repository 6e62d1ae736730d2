"""Rank correlations over a few languages: the estimates, their bootstrap, partial ones and tests.

As for examples, what is drawn again are counts of languages: ranks and correlations of all draws
come from matrix products. Letters: n languages, B draws.

Sources: Spearman 1904; Kendall 1938, with ties as in his tau-b of 1945; partial rank correlation by
residuals of ranks, Conover 1999, section 5.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Matrix = NDArray[np.float64]


def spearman(x_n: Vector, y_n: Vector) -> float:
    """Spearman's rank correlation; NaN where one side is the same everywhere."""
    return float(_pearson(rankdata(x_n), rankdata(y_n)))


def kendall(x_n: Vector, y_n: Vector) -> float:
    """Kendall's tau-b."""
    return float(drawn_kendall(x_n, y_n, np.ones((1, len(x_n))))[0])


def drawn_spearman(x_n: Vector, y_n: Vector, counts_Bn: Matrix) -> Vector:
    """Spearman's correlation with each language counted as often as it was drawn, of shape B."""
    return _pearson(_ranks(x_n, counts_Bn), _ranks(y_n, counts_Bn), counts_Bn)


def drawn_kendall(x_n: Vector, y_n: Vector, counts_Bn: Matrix) -> Vector:
    """Kendall's tau-b, likewise."""
    x_nn, y_nn = np.sign(np.subtract.outer(x_n, x_n)), np.sign(np.subtract.outer(y_n, y_n))

    def total(pairs_nn: Matrix) -> Vector:
        return np.asarray(((counts_Bn @ pairs_nn) * counts_Bn).sum(axis=1))

    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total(x_nn * y_nn) / np.sqrt(total(x_nn**2) * total(y_nn**2)))


def partial_spearman(x_n: Vector, y_n: Vector, controls_Cn: Matrix) -> float:
    """Spearman's correlation of what is left of both once their ranks follow those of controls."""
    others = np.stack([np.ones(len(x_n)), *(rankdata(control) for control in controls_Cn)], axis=1)
    return float(_pearson(_left(rankdata(x_n), others), _left(rankdata(y_n), others)))


def _left(ranks_n: Vector, others_nC: Matrix) -> Vector:
    fitted = others_nC @ np.linalg.lstsq(others_nC, ranks_n, rcond=None)[0]
    return np.asarray(ranks_n - fitted)


def _ranks(values_n: Vector, counts_Bn: Matrix) -> Matrix:
    """Ranks among what was drawn, ties in the middle."""
    below_nn = (values_n[:, None] < values_n).astype(np.float64)
    equal_nn = (values_n[:, None] == values_n).astype(np.float64)
    return np.asarray(counts_Bn @ below_nn + (counts_Bn @ equal_nn + 1) / 2)


def _pearson(a: Matrix, b: Matrix, counts: Matrix | None = None) -> Vector:
    weights = np.ones_like(a) if counts is None else counts
    weights = weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-12)
    a = a - (weights * a).sum(axis=-1, keepdims=True)
    b = b - (weights * b).sum(axis=-1, keepdims=True)
    spread = (weights * a**2).sum(axis=-1) * (weights * b**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (weights * a * b).sum(axis=-1) / np.sqrt(spread)
    return np.asarray(np.where(spread > 1e-12, found, np.nan))
