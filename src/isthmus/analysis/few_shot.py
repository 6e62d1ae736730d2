"""How many labels in the target language an intermediate task is worth.

A curve has a score for each number k of labelled target-language examples. The stopover is worth the
k at which the curve without an intermediate task reaches what the route has with none. Between the
k that were measured the curve is taken as linear in log(1 + k). It starts from zero-shot and is made
to fall nowhere: a few examples often hurt, but nobody has to train on them; and what more of them
lose in the draws that there are, they do not lose in truth. The interval answers for draws and
seeds, not for the test examples: every mean is imagined anew from its doubt, each on its own. That
the examples of a smaller k are among those of a larger is left out: with it, intervals were measured
to be too wide (docs/statistics.md).

Source: isotonic regression and its max-min formula, Barlow et al. 1972, section 1.4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from isthmus.analysis.doubt import Spread, combined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from isthmus.analysis.crossed import Crossed
    from isthmus.analysis.doubt import Doubt

NUM_DRAWS = 2000
MIN_DRAWS = 3
"""Draws of examples below which a score carries no interval."""
ONE_SEED = "One seed: the interval answers for the draws alone."


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """The number of labels at which the curve without a stopover catches up.

    Attributes:
        num: 0 if it never lay behind; None if it has not caught up at the most labels that were
            measured, ``most``.
        low, high: 95% interval; ``high`` None means more than ``most``. Both None where the draws
            carry none, and ``note`` says why.
        most: The largest k that was measured without a stopover.
        goal: The score to catch up with, in percent.
        num_draws: Of examples, the fewest at any k.
        note: "" if nothing.
    """

    num: float | None
    low: float | None
    high: float | None
    most: int
    goal: float
    num_draws: int
    note: str = ""

    @property
    def has_interval(self) -> bool:
        """Whether there is one; its bounds may be beyond ``most``, and None, all the same."""
        return self.num_draws >= MIN_DRAWS


def worth_of(
    without: Mapping[int, Crossed],
    goal: Crossed,
    rng: np.random.Generator,
    *,
    num_draws: int = NUM_DRAWS,
) -> Labels:
    """How many labels bring the curve without a stopover to the score of a route with none.

    Args:
        without: k -> score in percent without a stopover; two k or more.
        goal: Score of the route with a stopover and no target-language example.
        rng: Of the interval.
        num_draws: Curves that are imagined for it.
    """
    ks = np.array(sorted(without))
    most = int(ks[-1])
    curve = np.array([[without[k].value for k in ks]])
    (num,) = crossings(ks, curve, np.array([goal.value]))
    labels = Labels(
        num=_known(num),
        low=None,
        high=None,
        most=most,
        goal=goal.value,
        num_draws=min(mean.num_draws for k, mean in without.items() if k),
    )
    if not labels.has_interval:
        return replace(labels, note=too_few(labels.num_draws))
    found = imagined_labels(without, goal, rng, num_draws=num_draws)
    # Infinite stands for "not yet", so that the quantiles must be draws themselves.
    low, high = np.quantile(found, [0.025, 0.975], method="inverted_cdf")
    notes = [
        *([] if np.isfinite(low) else [f"Even {most} labels do not catch up."]),
        *([ONE_SEED] if goal.num_seeds == 1 else []),
    ]
    return replace(labels, low=_known(low), high=_known(high), note=" ".join(notes))


def too_few(num_draws: int) -> str:
    """What is said where so few draws carry no interval."""
    draws = f"{num_draws} draw{'s' * (num_draws > 1)} at some number of labels"
    return f"No interval: {draws}, and {MIN_DRAWS} are needed."


def imagined_labels(
    without: Mapping[int, Crossed],
    goal: Crossed,
    rng: np.random.Generator,
    *,
    num_draws: int = NUM_DRAWS,
) -> NDArray[np.float64]:
    """The numbers of labels that the true curves may cross at; infinity for never."""
    ks = np.array(sorted(without))
    curves = np.stack([_imagined(without[k].doubt, rng, num_draws) for k in ks], axis=1)
    goals = _imagined(goal.doubt, rng, num_draws)
    return crossings(ks, curves, goals)


def crossings(
    ks: NDArray[np.int64], curves_BH: NDArray[np.float64], goals_B: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The k at which each curve, made monotone, reaches its goal; infinity if it does not.

    Args:
        ks: H numbers of labels; the first is 0, zero-shot, below which no curve falls.
        curves_BH: Scores. goals_B: Scores to reach.
    """
    rising_BH = _isotonic(np.maximum(curves_BH, curves_BH[:, :1]))
    reached_BH = rising_BH >= goals_B[:, None]
    after_B = np.maximum(reached_BH.argmax(axis=1), 1)
    rows = np.arange(len(goals_B))
    low_B, high_B = rising_BH[rows, after_B - 1], rising_BH[rows, after_B]
    logs = np.log1p(ks)
    rise_B = high_B - low_B
    share_B = np.clip((goals_B - low_B) / np.where(rise_B > 0, rise_B, 1.0), 0, 1)
    crossed_B = np.expm1(logs[after_B - 1] + share_B * (logs[after_B] - logs[after_B - 1]))
    crossed_B = np.where(reached_BH[:, 0], 0.0, crossed_B)
    return np.asarray(np.where(reached_BH.any(axis=1), crossed_B, np.inf))


def _isotonic(curves_BH: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest curves that never fall: the max-min formula, for all of them at once."""
    num = curves_BH.shape[1]
    sums = np.cumsum(curves_BH, axis=1)
    sums = np.concatenate([np.zeros((len(curves_BH), 1)), sums], axis=1)
    rising_BH = np.full_like(curves_BH, -np.inf)
    for start in range(num):
        lengths = np.arange(1, num - start + 1)
        means = (sums[:, start + 1 :] - sums[:, start : start + 1]) / lengths
        lowest = np.minimum.accumulate(means[:, ::-1], axis=1)[:, ::-1]
        rising_BH[:, start:] = np.maximum(rising_BH[:, start:], lowest)
    return rising_BH


def _imagined(doubt: Doubt, rng: np.random.Generator, num_draws: int) -> NDArray[np.float64]:
    """Draws from a doubt whose sources are all ``Spread``."""
    shares = rng.random(num_draws)
    known = [source for source in doubt.sources if isinstance(source, Spread) and source.scale]
    if not known:
        return np.full(num_draws, doubt.value)
    scales = np.array([source.scale for source in known])
    bounds = np.stack([source.scale * stdtrit(source.num - 1, shares) for source in known])
    return doubt.value + combined(scales[:, None], bounds)


def _known(labels: float) -> float | None:
    return float(labels) if np.isfinite(labels) else None
