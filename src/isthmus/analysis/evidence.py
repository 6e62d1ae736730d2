"""All the scores of one encoder on one split, as claims and tables ask for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from isthmus.analysis.effect import mean_effect
from isthmus.analysis.gains import gain_effect, scopes
from isthmus.analysis.resample import resampled_scores
from isthmus.analysis.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from isthmus.analysis.effect import Effect
    from isthmus.analysis.gains import Scope
    from isthmus.analysis.sheet import Sheet
    from isthmus.analysis.shots import Shots


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """The sheets of one encoder and split, with their scores on resampled examples.

    Attributes:
        baseline: The route without intermediate training.
        sources: Target -> its source language.
        sheets: Target -> its sheet.
        draws: Target -> its scores on resampled examples, of shape KRSB.
        seed: Of every draw.
        shots: Target -> its few-shot scores, of targets that have any.
    """

    model: str
    split: str
    baseline: str
    sources: Mapping[str, str]
    sheets: Mapping[str, Sheet]
    draws: Mapping[str, NDArray[np.float64]]
    seed: int
    shots: Mapping[str, Shots] = field(default_factory=dict)

    @property
    def routes(self) -> tuple[str, ...]:
        """The routes but the baseline, in the study's order."""
        every = dict.fromkeys(r for sheet in self.sheets.values() for r in sheet.routes)
        return tuple(route for route in every if route != self.baseline)

    def languages(self, target: str, scope: Scope) -> tuple[str, ...]:
        """The languages of a target that a mean is over; none where the scope has none."""
        return scopes(self.sheets[target].languages, self.sources[target]).get(scope, ())

    def difference(
        self, route: str, than: str, targets: Sequence[str], scope: Scope
    ) -> Effect | None:
        """How much better one route is than another in the mean over targets.

        Returns:
            None where no seed has all that it needs.
        """
        places = [(self.sheets.get(target), target) for target in targets]
        known = [(sheet, self.languages(target, scope)) for sheet, target in places if sheet]
        if len(known) < len(targets) or not all(languages for _, languages in known):
            return None
        if any(not {route, than} <= set(sheet.routes) for sheet, _ in known):
            return None
        seeds = set.intersection(*(sheet.seeds_of((route, than), codes) for sheet, codes in known))
        effects = [
            gain_effect(
                sheet,
                self.draws[sheet.target],
                route,
                codes,
                baseline=than,
                seeds=sorted(seeds),
                distinct=len(known) == 1,
            )
            for sheet, codes in known
        ]
        whole = [effect for effect in effects if effect is not None]
        return mean_effect(whole) if len(whole) == len(known) else None


def gather(
    sheets: Iterable[Sheet],
    *,
    baseline: str,
    sources: Mapping[str, str],
    num_draws: int,
    seed: int,
    shots: Iterable[Shots] = (),
) -> list[Evidence]:
    """Resamples every sheet, and puts those of one encoder and split together."""
    few = list(shots)
    groups: dict[tuple[str, str], dict[str, Sheet]] = {}
    for sheet in sheets:
        groups.setdefault((sheet.model, sheet.split), {})[sheet.target] = sheet
    return [
        Evidence(
            model=model,
            split=split,
            baseline=baseline,
            sources=sources,
            sheets=group,
            draws={
                target: resampled_scores(
                    sheet, stream(seed, model, target, split), num_draws=num_draws
                )
                for target, sheet in group.items()
            },
            seed=seed,
            shots={each.target: each for each in few if (each.model, each.split) == (model, split)},
        )
        for (model, split), group in groups.items()
    ]
