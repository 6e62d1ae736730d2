"""Gains by language family and by script, with intervals that respect how few languages there are.

Here the languages stand for others of their kind, so they are a third source of doubt, crossed
with the seeds: the mean gains of n languages spread by Student's t with n - 1 degrees of freedom.
That spread has what the test examples of each language bring in it already; what translated
examples bring to all languages alike is added. One language carries no interval of this sort.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from isthmus.analysis.doubt import Doubt, Draws, Spread
from isthmus.analysis.effect import components
from isthmus.analysis.estimate import MIN_TELLING, ONE_SEED, Estimate, from_doubt
from isthmus.analysis.gains import gain_effect, gain_of, gains_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from isthmus.analysis.effect import Effect
    from isthmus.analysis.gains import Gain, Scope
    from isthmus.analysis.sheet import Sheet

_ONE_LANGUAGE = "No interval: one language says nothing of others of its kind."
_SAME = "No interval: the gain is the same in every language."


def gains_by(
    scope: Scope,
    group_of: Mapping[str, str],
    sheet: Sheet,
    scores_KRSB: NDArray[np.float64],
    *,
    baseline: str,
    source: str,
) -> list[Gain]:
    """The gain of every route in every group of a target's zero-shot languages.

    Args:
        scope: ``family`` or ``script``.
        group_of: Language -> its group.
        sheet: The scores.
        scores_KRSB: The same on resampled examples.
        baseline: The route without intermediate training.
        source: The source language, which is left out.
    """
    groups: dict[str, list[str]] = {}
    for code in sheet.languages:
        if code != source:
            groups.setdefault(group_of[code], []).append(code)
    rows = [
        _gain(sheet, scores_KRSB, route, languages, baseline=baseline, scope=scope, group=group)
        for route in sheet.routes
        if route != baseline
        for group, languages in groups.items()
    ]
    return [row for row in rows if row is not None]


def _gain(
    sheet: Sheet,
    scores_KRSB: NDArray[np.float64],
    route: str,
    languages: Sequence[str],
    *,
    baseline: str,
    scope: Scope,
    group: str,
) -> Gain | None:
    effect = gain_effect(sheet, scores_KRSB, route, languages, baseline=baseline)
    if effect is None:
        return None
    here = gain_of(sheet, effect, route, languages, baseline=baseline, scope=scope, group=group)
    if effect.num_telling < MIN_TELLING:  # what languages have in common would look certain
        return here
    gains_KS = gains_in(sheet, route, baseline, languages, effect.seeds)
    alone = [_shared_alone(sheet, route, baseline, code, effect.seeds) for code in languages]
    return replace(here, estimate=_over_languages(here.estimate, effect, gains_KS, alone))


def _over_languages(
    here: Estimate, effect: Effect, gains_KS: NDArray[np.float64], alone: Sequence[float]
) -> Estimate:
    num_languages = len(gains_KS)
    if num_languages == 1 or not np.ptp(gains_KS):
        return Estimate(
            value=here.value,
            num_seeds=here.num_seeds,
            num_examples=here.num_examples,
            num_languages=num_languages,
            note=_ONE_LANGUAGE if num_languages == 1 else _SAME,
        )
    sources = (
        Spread(scale=effect.seed_scale, num=len(effect.seeds)),
        Spread(scale=language_scale(gains_KS), num=num_languages),
        Draws(deviations=_shared_deviations(effect, alone)),
    )
    one_seed = len(effect.seeds) == 1
    return from_doubt(
        Doubt(value=effect.value, sources=sources),
        doubts=("examples", "languages") if one_seed else ("seeds", "examples", "languages"),
        num_seeds=here.num_seeds,
        num_examples=here.num_examples,
        num_languages=num_languages,
        note=ONE_SEED if one_seed else "",
    )


def language_scale(gains_KS: NDArray[np.float64]) -> float:
    """Standard error of the mean gain by what sets languages apart for all seeds alike."""
    num_languages, num_seeds = gains_KS.shape
    mean_K = gains_KS.mean(axis=1)
    total = float(mean_K.var(ddof=1)) / num_languages
    if num_seeds == 1:
        return float(np.sqrt(total))
    rest = gains_KS - mean_K[:, None] - gains_KS.mean(axis=0) + gains_KS.mean()
    freedom = (num_languages - 1) * (num_seeds - 1)
    by_seed = float(np.sum(rest**2)) / freedom / (num_languages * num_seeds)
    return float(np.sqrt(max(total - by_seed, 0.0)))


def _shared_deviations(effect: Effect, alone: Sequence[float]) -> NDArray[np.float64]:
    """What resampled examples do to all languages alike: nothing where none are translations."""
    (part,) = effect.parts
    whole, _ = part.components
    apart = max(sum(alone), 0.0) / len(alone) ** 2
    share = (whole - apart) / whole if whole > apart else 0.0
    return np.asarray(part.shared_draws * np.sqrt(share))


def _shared_alone(
    sheet: Sheet, route: str, baseline: str, language: str, seeds: Sequence[int]
) -> float:
    """Variance of the gain in one language by what all seeds find hard."""
    influence_RSn = sheet.columns[sheet.languages.index(language)].influence
    index = [sheet.seeds.index(seed) for seed in seeds]
    of_route, of_base = sheet.routes.index(route), sheet.routes.index(baseline)
    shared, _ = components(influence_RSn[of_route, index] - influence_RSn[of_base, index])
    return shared
