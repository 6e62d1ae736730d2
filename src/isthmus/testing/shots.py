"""Few-shot scores drawn from a known truth, to see how often the analysis is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isthmus.analysis.shots import Shots

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class FewShotTruth:
    """What few-shot scores are made of, in points.

    Attributes:
        lifts: Of each route over the first, zero-shot; more examples make up for a lift.
        slope: Of all routes, per unit of log(1 + k), until the highest of them is reached.
        draw_spread: Of draws of examples, in every language anew; a smaller k shares half of it.
        seed_spread: Of seeds of a route, the same for every k and language.
        rest_spread: Of what neither explains.
    """

    lifts: tuple[float, ...] = (0.0, 3.0)
    slope: float = 1.5
    shots: tuple[int, ...] = (0, 1, 5, 10, 50, 100, 500)
    num_draws: int = 5
    num_seeds: int = 3
    num_languages: int = 1
    draw_spread: float = 1.0
    seed_spread: float = 1.0
    rest_spread: float = 0.5

    def labels(self, route: int) -> float:
        """The number of labels that a route's lift is worth."""
        return float(np.expm1(self.lifts[route] / self.slope))

    def expected(self) -> NDArray[np.float64]:
        """Scores of shape RH."""
        rising_H = self.slope * np.log1p(np.array(self.shots))
        return np.asarray(50 + np.maximum(np.array(self.lifts)[:, None], rising_H[None]))


def draw_shots(truth: FewShotTruth, rng: np.random.Generator) -> Shots:
    """Draws the scores of one target."""
    sizes_RKHDS = (
        len(truth.lifts),
        truth.num_languages,
        len(truth.shots),
        truth.num_draws,
        truth.num_seeds,
    )
    routes, languages, ks, draws, seeds = sizes_RKHDS
    scores = truth.expected()[:, None, :, None, None] + np.zeros(sizes_RKHDS)
    scores += truth.seed_spread * rng.standard_normal((routes, 1, 1, 1, seeds))
    scores += truth.rest_spread * rng.standard_normal(sizes_RKHDS)
    # The same examples for all routes and seeds, and half of what they do for all k.
    shared, own = (
        rng.standard_normal((1, languages, 1, draws, 1)),
        rng.standard_normal((1, languages, ks, draws, 1)),
    )
    effect = truth.draw_spread * np.sqrt(0.5) * (shared + own)
    effect[:, :, 0] = 0  # zero-shot has no draws
    scores += effect
    scores[:, :, 0, 1:] = np.nan
    return Shots(
        model="m",
        target="t",
        split="test",
        metric="accuracy",
        routes=("base", *(f"route{i}" for i in range(1, routes))),
        languages=tuple(f"l{k}" for k in range(languages)),
        shots=truth.shots,
        seeds=tuple(range(seeds)),
        scores=scores,
    )
