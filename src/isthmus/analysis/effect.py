"""Weighted sums of scores, such as a gain in one language or its mean over several.

An effect is measured once by every seed. It remembers how far each example moved it, so that the
doubt of seeds and that of examples can be told apart; see ``isthmus.analysis.doubt``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from isthmus.analysis.doubt import Doubt, Draws, Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from isthmus.analysis.sheet import Sheet


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """What the examples of one target did to an effect.

    Attributes:
        influence: Of shape SM: how far each seed's effect moves with an example counted once more.
        draws: B deviations of the mean over seeds when examples are drawn again.
        num_examples: Of the language that has most, N where all have the same.
    """

    influence: NDArray[np.float64]
    draws: NDArray[np.float64]
    num_examples: int

    @cached_property
    def components(self) -> tuple[float, float]:
        """The variances that ``components`` finds in the influence."""
        return components(self.influence)

    @property
    def shared_draws(self) -> NDArray[np.float64]:
        """The draws, shrunk to what all seeds share; the rest is in the spread of the seeds.

        And widened for few examples as Student's t is wider than the normal (Hesterberg 2015).
        """
        shared, rest = self.components
        freedom = max(self.num_examples - 1, 1)
        widened = np.sqrt(1 + 1 / freedom) * stdtrit(freedom, 0.975) / ndtri(0.975)
        share = max(shared, 0.0) / (shared + rest) if shared + rest else 1.0
        return np.asarray(self.draws * np.sqrt(share) * widened)


def components(influence_SM: NDArray[np.float64]) -> tuple[float, float]:
    """Variance of the mean over seeds by what all seeds find hard, and by what each finds.

    That is var(b)/N and var(e)/(SN), without bias, so that the first may come out below 0. The
    second is 0 for one seed, which cannot tell.
    """
    num_seeds = len(influence_SM)
    mean_M = influence_SM.mean(axis=0)
    total = float(np.sum(mean_M**2))
    if num_seeds == 1:
        return total, 0.0
    rest = float(np.sum((influence_SM - mean_M) ** 2)) / (num_seeds * (num_seeds - 1))
    return total - rest, rest


@dataclass(frozen=True, kw_only=True, eq=False)
class Effect:
    """A quantity in points.

    Attributes:
        seeds: The seeds that measured it, S of them, no two by the same runs.
        per_seed: Of shape S: what each measured.
        parts: One a target; targets have no examples in common.
    """

    seeds: tuple[int, ...]
    per_seed: NDArray[np.float64]
    parts: tuple[Part, ...]

    @property
    def value(self) -> float:
        """The mean over seeds."""
        return float(self.per_seed.mean())

    @property
    def seed_scale(self) -> float:
        """Standard error of the mean over seeds, 0 for one seed.

        Few seeds may agree by chance on far less than their test examples alone spread them, which
        is known well: so the 95% bounds are no nearer than half of what those alone would give.
        """
        num_seeds = len(self.seeds)
        if num_seeds == 1:
            return 0.0
        by_examples = np.sqrt(sum(part.components[1] for part in self.parts))
        least = by_examples * ndtri(0.975) / 2 / stdtrit(num_seeds - 1, 0.975)
        return float(max(self.per_seed.std(ddof=1) / np.sqrt(num_seeds), least))

    @property
    def num_telling(self) -> float:
        """The effective number of examples that the effect rests on: 0 where no two runs differ.

        Kish's effective size of the squared influences; for one difference in accuracy, the number
        of examples that one run has right and the other wrong.
        """
        squares = np.concatenate([part.influence.mean(axis=0) ** 2 for part in self.parts])
        total = float(squares.sum())
        return total**2 / float(np.sum(squares**2)) if total else 0.0

    @property
    def doubt(self) -> Doubt:
        """How sure the value is."""
        examples = Draws(deviations=np.sum([part.shared_draws for part in self.parts], axis=0))
        seeds = Spread(scale=self.seed_scale, num=len(self.seeds))
        return Doubt(value=self.value, sources=(seeds, examples))


def contrast(
    sheet: Sheet,
    scores_KRSB: NDArray[np.float64],
    weights_KR: NDArray[np.float64],
    *,
    seeds: Sequence[int] | None = None,
    distinct: bool = True,
) -> Effect | None:
    """The weighted sum of scores, of every seed that has all the runs it needs.

    Args:
        sheet: The scores.
        scores_KRSB: The same on drawn examples, by ``resample.resampled_scores``.
        weights_KR: Of each language and route, such as 1 for a route and -1 for the baseline.
        seeds: Only these.
        distinct: Seeds that stand for the same runs count once.

    Returns:
        None where no seed has all the runs.
    """
    used = np.argwhere(weights_KR)
    chosen: dict[tuple[str, ...] | int, int] = {}
    for s, seed in enumerate(sheet.seeds):
        keys = tuple(str(sheet.columns[k].keys[r, s]) for k, r in used)
        if all(keys) and (seeds is None or seed in seeds):
            chosen.setdefault(keys if distinct else s, s)
    if not chosen:
        return None
    index = list(chosen.values())
    influence_SM = np.zeros((len(index), sheet.num_live))
    per_seed_S = np.zeros(len(index))
    drawn_B = np.zeros(scores_KRSB.shape[-1])
    for k, r in used:
        weight, column = weights_KR[k, r], sheet.columns[k]
        influence_SM[:, column.places] += weight * column.influence[r, index]
        per_seed_S += weight * column.scores[r, index]
        drawn_B += weight * scores_KRSB[k, r, index].mean(axis=0)
    return Effect(
        seeds=tuple(sheet.seeds[s] for s in index),
        per_seed=per_seed_S,
        parts=(
            Part(
                influence=influence_SM,
                draws=drawn_B - per_seed_S.mean(),
                num_examples=max(sheet.columns[k].num_examples for k, _ in used),
            ),
        ),
    )


def mean_effect(effects: Sequence[Effect]) -> Effect:
    """The mean of effects on different targets, all measured by the same seeds."""
    share = 1 / len(effects)
    return Effect(
        seeds=effects[0].seeds,
        per_seed=share * np.sum([effect.per_seed for effect in effects], axis=0),
        parts=tuple(
            replace(part, influence=share * part.influence, draws=share * part.draws)
            for effect in effects
            for part in effect.parts
        ),
    )
