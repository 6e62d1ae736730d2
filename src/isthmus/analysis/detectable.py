"""What gain each target could have shown, with the seeds and test sizes at hand and with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isthmus.analysis.estimate import MIN_TELLING
from isthmus.analysis.gains import gain_effect, scopes
from isthmus.analysis.power import components_of, minimum_detectable_gain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from isthmus.analysis.effect import Effect
    from isthmus.analysis.gains import Scope
    from isthmus.analysis.sheet import Sheet

NUMS_SEEDS = (1, 3, 5, 10)
"""Designs that are compared; with one seed only the doubt of the examples is counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Detectable:
    """The smallest gain in points that is seen in four of five studies.

    Attributes:
        scope, group: As of a ``Gain``.
        num_seeds: At hand. num_examples: At hand in each language, in the largest if they differ.
        points: What these can see.
        by_num_seeds: (seeds, points), had there been so many seeds.
    """

    model: str
    target: str
    split: str
    metric: str
    scope: Scope
    group: str
    num_seeds: int
    num_examples: int
    points: float
    by_num_seeds: tuple[tuple[int, float], ...]


def detectable_gains(
    sheet: Sheet, scores_KRSB: NDArray[np.float64], *, baseline: str, source: str
) -> list[Detectable]:
    """For each language of a target and for its means; two seeds or more can tell, if runs differ."""
    groups: list[tuple[Scope, str, tuple[str, ...]]] = [
        ("language", code, (code,)) for code in sheet.languages
    ]
    groups += [(scope, "", codes) for scope, codes in scopes(sheet.languages, source).items()]
    rows = []
    for scope, group, languages in groups:
        effects = [
            gain_effect(sheet, scores_KRSB, route, languages, baseline=baseline)
            for route in sheet.routes
            if route != baseline
        ]
        several = [
            effect
            for effect in effects
            if effect is not None and len(effect.seeds) > 1 and effect.num_telling >= MIN_TELLING
        ]
        if several:
            rows.append(_row(sheet, several, scope, group))
    return rows


def _row(sheet: Sheet, effects: Sequence[Effect], scope: Scope, group: str) -> Detectable:
    components = components_of(effects)
    num_seeds = max(len(effect.seeds) for effect in effects)
    num_examples = effects[0].parts[0].num_examples
    points = {
        count: minimum_detectable_gain(components, num_seeds=count, num_examples=num_examples)
        for count in {num_seeds, *NUMS_SEEDS}
    }
    return Detectable(
        model=sheet.model,
        target=sheet.target,
        split=sheet.split,
        metric=sheet.metric,
        scope=scope,
        group=group,
        num_seeds=num_seeds,
        num_examples=num_examples,
        points=points[num_seeds],
        by_num_seeds=tuple((count, points[count]) for count in NUMS_SEEDS),
    )
