"""Scores on resampled test examples: the item level of the hierarchical paired bootstrap.

One draw takes the N examples of a target N times with replacement, and scores every run of every
language on what was drawn: the same examples for all of them, so that differences are paired and
languages that share their examples move together. What is drawn are counts, not rows: a draw is a
vector of weights, and all scores of all draws are one matrix product a language.

Source: Efron and Tibshirani 1993, chapters 6 and 8; for scores of systems on one test set,
Koehn 2004.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isthmus.scoring.items import ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from isthmus.analysis.sheet import Column, Sheet

_MAX_WEIGHTS = 4_000_000
"""Weights held at a time: 32 MB."""


def resampled_scores(
    sheet: Sheet, rng: np.random.Generator, *, num_draws: int
) -> NDArray[np.float64]:
    """Scores in percent on resampled examples, of shape KRSB; NaN where a run is missing."""
    shape = (len(sheet.columns), len(sheet.routes), len(sheet.seeds), num_draws)
    scores_KRSB = np.full(shape, np.nan)
    at_once = max(1, _MAX_WEIGHTS // max(sheet.num_live, 1))
    for first in range(0, num_draws, at_once):
        count = min(at_once, num_draws - first)
        weights_BM = draw_counts(
            rng, num_draws=count, num_examples=sheet.num_examples, num_live=sheet.num_live
        )
        for k, column in enumerate(sheet.columns):
            found = weighted_scores(column, _at(weights_BM, column.places))
            scores_KRSB[k, :, :, first : first + count] = np.moveaxis(found, 0, -1)
    return scores_KRSB


def _at(weights_BM: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weights of a column's examples: no copy where they are the first in their order."""
    if np.array_equal(places, np.arange(len(places))):
        return weights_BM[:, : len(places)]
    return weights_BM[:, places]


def draw_counts(
    rng: np.random.Generator, *, num_draws: int, num_examples: int, num_live: int
) -> NDArray[np.float64]:
    """How often each of the first M examples is drawn when N are drawn of N, of shape BM."""
    num_drawn_B = rng.binomial(num_examples, num_live / num_examples, num_draws)
    drawn = rng.integers(0, max(num_live, 1), num_drawn_B.sum())
    drawn += np.repeat(np.arange(num_draws) * num_live, num_drawn_B)
    counts = np.bincount(drawn, minlength=num_draws * num_live)
    return counts.reshape(num_draws, num_live).astype(np.float64)


def weighted_scores(column: Column, weights_Bn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores in percent with examples counted as often as the weights say, of shape BRS."""
    numerator_BRSL = _sums(weights_Bn, column.numerator)
    denominator_BRSL = _sums(weights_Bn, column.denominator)
    scores_BRS = ratio(numerator_BRSL, np.broadcast_to(denominator_BRSL, numerator_BRSL.shape))
    return np.where(column.present, scores_BRS, np.nan)


def _sums(weights_Bn: NDArray[np.float64], parts_RSnL: NDArray[np.float64]) -> NDArray[np.float64]:
    num_routes, num_seeds, num_examples, num_ratios = parts_RSnL.shape
    width = num_routes * num_seeds * num_ratios
    flat = np.moveaxis(parts_RSnL, 2, 0).reshape(num_examples, width)
    return (weights_Bn @ flat).reshape(len(weights_Bn), num_routes, num_seeds, num_ratios)
