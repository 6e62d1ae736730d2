"""The gain of every route over the baseline: in each language, and in the mean over languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from isthmus.analysis.effect import contrast
from isthmus.analysis.estimate import estimate
from isthmus.analysis.paired import bootstrap_p, false_discovery_rates, hits_p

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from isthmus.analysis.effect import Effect
    from isthmus.analysis.estimate import Estimate
    from isthmus.analysis.sheet import Sheet

Scope: TypeAlias = Literal["language", "all", "zero_shot", "family", "script"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """How much better a route is than the baseline.

    Attributes:
        scope: One ``language``; the mean over ``all`` of the target's languages or over those of
            ``zero_shot`` transfer, all but the source; or over a ``family`` or a ``script``.
        group: The language's code, the name of the family or script; "" for a mean over languages.
        baseline, score: Of baseline and route in percent, means over the same seeds.
        estimate: The gain in points.
        languages: That the mean is over.
        without_one: Lowest and highest gain if one language is left out; None for one language.
        p_runs: Two-sided p value for these very runs: doubt of the test examples alone. McNemar's
            exact test with mid-p for numbers of hits, else by the paired bootstrap.
        q: Rate of false discoveries (Benjamini and Hochberg) among all gains of the study of the
            same scope; of ``estimate.p`` where there are several seeds, else of ``p_runs``.
    """

    model: str
    route: str
    target: str
    split: str
    metric: str
    scope: Scope
    group: str
    baseline: float
    score: float
    estimate: Estimate
    languages: tuple[str, ...]
    without_one: tuple[float, float] | None = None
    p_runs: float | None = None
    q: float | None = None

    @property
    def p(self) -> float | None:
        """The p value that ``q`` is of."""
        return self.estimate.p if self.estimate.num_seeds > 1 else self.p_runs


def gains_of(
    sheet: Sheet, scores_KRSB: NDArray[np.float64], *, baseline: str, source: str
) -> list[Gain]:
    """The gains of one target in each language, and over all and the zero-shot languages.

    While a study runs, a mean is over those languages that are done; ``languages`` says which.
    """
    rows = [
        gain_in(sheet, scores_KRSB, route, (code,), baseline=baseline, scope="language", group=code)
        for route in sheet.routes
        if route != baseline
        for code in sheet.languages
    ]
    for scope, languages in scopes(sheet.languages, source).items():
        for route in sheet.routes:
            done = [code for code in languages if sheet.seeds_of((route, baseline), [code])]
            if done and route != baseline:
                rows.append(
                    gain_in(sheet, scores_KRSB, route, done, baseline=baseline, scope=scope)
                )
    return [row for row in rows if row is not None]


def scopes(languages: Sequence[str], source: str) -> dict[Scope, tuple[str, ...]]:
    """The means over languages that a target has: over all, and over all but the source."""
    zero_shot = tuple(code for code in languages if code != source)
    found: dict[Scope, tuple[str, ...]] = {"all": tuple(languages)}
    if zero_shot:
        found["zero_shot"] = zero_shot
    return found


def gain_in(
    sheet: Sheet,
    scores_KRSB: NDArray[np.float64],
    route: str,
    languages: Sequence[str],
    *,
    baseline: str,
    scope: Scope,
    group: str = "",
) -> Gain | None:
    """The mean gain over languages; None where no seed has both runs in all of them."""
    effect = gain_effect(sheet, scores_KRSB, route, languages, baseline=baseline)
    if effect is None:
        return None
    return gain_of(sheet, effect, route, languages, baseline=baseline, scope=scope, group=group)


def gain_of(
    sheet: Sheet,
    effect: Effect,
    route: str,
    languages: Sequence[str],
    *,
    baseline: str,
    scope: Scope,
    group: str,
) -> Gain:
    """The gain that an effect is, with what stands beside it."""
    columns = [column for column in sheet.columns if column.language in languages]
    per_language = gains_in(sheet, route, baseline, languages, effect.seeds)
    base = mean_score(sheet, baseline, languages, effect.seeds)
    return Gain(
        model=sheet.model,
        route=route,
        target=sheet.target,
        split=sheet.split,
        metric=sheet.metric,
        scope=scope,
        group=group,
        baseline=base,
        score=base + effect.value,
        estimate=estimate(
            effect,
            num_examples=sum(column.num_examples for column in columns),
            num_languages=len(columns),
        ),
        languages=tuple(languages),
        without_one=without_one(per_language.mean(axis=1)),
        p_runs=_p_runs(sheet, effect, route, baseline, languages),
    )


def gain_effect(
    sheet: Sheet,
    scores_KRSB: NDArray[np.float64],
    route: str,
    languages: Sequence[str],
    *,
    baseline: str,
    seeds: Sequence[int] | None = None,
    distinct: bool = True,
) -> Effect | None:
    """The mean gain over languages as an effect; the last two arguments are those of ``contrast``."""
    weights_KR = np.zeros((len(sheet.columns), len(sheet.routes)))
    rows = [sheet.languages.index(code) for code in languages]
    weights_KR[rows, sheet.routes.index(route)] = 1 / len(rows)
    weights_KR[rows, sheet.routes.index(baseline)] = -1 / len(rows)
    return contrast(sheet, scores_KRSB, weights_KR, seeds=seeds, distinct=distinct)


def gains_in(
    sheet: Sheet, route: str, baseline: str, languages: Sequence[str], seeds: Sequence[int]
) -> NDArray[np.float64]:
    """The gain in each language by each seed, of shape KS."""
    picked = _picked(sheet, languages, seeds)
    return np.asarray(
        picked[:, sheet.routes.index(route)] - picked[:, sheet.routes.index(baseline)]
    )


def mean_score(sheet: Sheet, route: str, languages: Sequence[str], seeds: Sequence[int]) -> float:
    """The mean score of a route over languages and seeds."""
    return float(_picked(sheet, languages, seeds)[:, sheet.routes.index(route)].mean())


def _picked(sheet: Sheet, languages: Sequence[str], seeds: Sequence[int]) -> NDArray[np.float64]:
    rows = [sheet.languages.index(code) for code in languages]
    return np.asarray(sheet.scores[rows][:, :, [sheet.seeds.index(seed) for seed in seeds]])


def without_one(gains: NDArray[np.float64]) -> tuple[float, float] | None:
    """Lowest and highest mean gain if one of several is left out; None for a single one."""
    if len(gains) < 2:
        return None
    means = (gains.sum() - gains) / (len(gains) - 1)
    return float(means.min()), float(means.max())


def _p_runs(
    sheet: Sheet, effect: Effect, route: str, baseline: str, languages: Sequence[str]
) -> float:
    column = sheet.columns[sheet.languages.index(languages[0])]
    if len(languages) == 1 and column.counts_hits:
        seeds = [sheet.seeds.index(seed) for seed in effect.seeds]
        hits_RSn = column.numerator[..., 0][:, seeds]
        of_route, of_base = sheet.routes.index(route), sheet.routes.index(baseline)
        differences = hits_RSn[of_route].sum(axis=0) - hits_RSn[of_base].sum(axis=0)
        return hits_p(differences.astype(np.int64))
    return bootstrap_p(effect.value, np.sum([part.draws for part in effect.parts], axis=0))


def with_rates(gains: Iterable[Gain]) -> list[Gain]:
    """The gains with their q values, each scope and encoder a family of tests of its own."""
    gains = list(gains)
    families: dict[tuple[str, Scope], list[int]] = {}
    for i, gain in enumerate(gains):
        families.setdefault((gain.model, gain.scope), []).append(i)
    for members in families.values():
        rates = false_discovery_rates([gains[i].p for i in members])
        for i, rate in zip(members, rates, strict=True):
            gains[i] = replace(gains[i], q=rate)
    return gains
