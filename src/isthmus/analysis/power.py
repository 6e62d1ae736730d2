"""The smallest gain that a design can see: how many points, with so many seeds and examples.

A gain is seen if its interval excludes 0. The smallest one that is seen in four of five studies is
found by imagining many studies of the same doubt: in each the gain lands off its truth and the
spread of its few seeds is misjudged, both as often as they really are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from isthmus.analysis.doubt import careful

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isthmus.analysis.effect import Effect

POWER = 0.8
_NUM_STUDIES = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Components:
    """Variances of a gain in points squared.

    Attributes:
        seeds: Of one seed's true gain. examples: Of one example's part that all seeds share, and
        rest: of one seed on one example. See ``isthmus.analysis.doubt``.
    """

    seeds: float
    examples: float
    rest: float


def components_of(effects: Iterable[Effect]) -> Components:
    """The mean components of effects on one target, each by two seeds or more."""
    found = [_components(effect) for effect in effects]
    mean = np.mean([[one.seeds, one.examples, one.rest] for one in found], axis=0)
    # Each is without bias and may lie below 0; only their mean is held to what a variance can be.
    seeds, examples, rest = np.maximum(mean, 0.0)
    return Components(seeds=float(seeds), examples=float(examples), rest=float(rest))


def _components(effect: Effect) -> Components:
    (part,) = effect.parts
    shared, rest = part.components
    num_seeds, num_examples = len(effect.seeds), part.num_examples
    spread = float(effect.per_seed.var(ddof=1))
    return Components(
        seeds=spread - rest * num_seeds,
        examples=shared * num_examples,
        rest=rest * num_seeds * num_examples,
    )


def minimum_detectable_gain(
    components: Components, *, num_seeds: int, num_examples: int, power: float = POWER
) -> float:
    """The gain in points whose 95% interval excludes 0 with a probability.

    Args:
        components: The doubt of one seed and one example.
        num_seeds, num_examples: Of the design. With one seed the seeds' doubt is not in the
            interval, and so not in the answer.
        power: The probability.
    """
    by_examples = components.examples / num_examples
    rest = components.rest / (num_seeds * num_examples)
    if num_seeds == 1:
        return float(np.sqrt(by_examples + rest) * (ndtri(0.975) + ndtri(power)))
    by_seeds = components.seeds / num_seeds + rest
    rng = np.random.default_rng(0)
    misjudged = rng.chisquare(num_seeds - 1, _NUM_STUDIES) / (num_seeds - 1)
    off = np.sqrt(by_seeds + by_examples) * rng.standard_normal(_NUM_STUDIES)
    scales = np.stack([np.sqrt(by_seeds * misjudged), np.full(_NUM_STUDIES, np.sqrt(by_examples))])
    at_unit_scale = np.array([[stdtrit(num_seeds - 1, 0.975)], [ndtri(0.975)]])
    half_width = careful(scales, scales * at_unit_scale, share=0.975, fewest=num_seeds)
    return float(np.quantile(half_width - off, power))
