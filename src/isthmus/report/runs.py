"""Scores run by run, and their means over languages and targets for every seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from isthmus.analysis.overall import OVERALL
from isthmus.study.scores import primary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts

_WHOSE = ("model", "route", "split")


@dataclass(frozen=True, kw_only=True, slots=True)
class Runs:
    """The zero-shot scores of every run: (model, route, split) -> target -> seed -> language."""

    scores: Mapping[tuple[str, str, str], Mapping[str, Mapping[int, Mapping[str, float]]]]
    sources: Mapping[str, str]

    def means(self, gain: Gain, route: str) -> dict[int, float]:
        """Seed -> the score of a route over what a gain is about, of seeds that have all of it."""
        by_target = self.scores.get((gain.model, route, gain.split), {})
        if gain.target != OVERALL:
            return _means(by_target.get(gain.target, {}), set(gain.languages))
        parts = [_means(runs, self._zero_shot(target, runs)) for target, runs in by_target.items()]
        shared = set.intersection(*map(set, parts)) if parts else set()
        return {seed: sum(part[seed] for part in parts) / len(parts) for seed in sorted(shared)}

    def by_seed(self, gain: Gain, baseline: str) -> dict[int, tuple[float, float]]:
        """Seed -> the baseline's and the route's score, of the seeds that have both."""
        base, own = self.means(gain, baseline), self.means(gain, gain.route)
        return {seed: (base[seed], score) for seed, score in own.items() if seed in base}

    def _zero_shot(self, target: str, runs: Mapping[int, Mapping[str, float]]) -> set[str]:
        return {code for run in runs.values() for code in run} - {self.sources.get(target)}


def _means(runs: Mapping[int, Mapping[str, float]], codes: set[str]) -> dict[int, float]:
    return {
        seed: sum(run[code] for code in codes) / len(codes)
        for seed, run in sorted(runs.items())
        if codes and codes <= run.keys()
    }


def runs_of(facts: Facts) -> Runs:
    """The runs of a study, by each target's first metric."""
    columns = (*_WHOSE, "target", "seed", "language", "value")
    found: dict[Any, dict[str, dict[int, dict[str, float]]]] = {}
    for *whose, target, seed, code, value in zero_shot_scores(facts).select(columns).iter_rows():
        runs = found.setdefault(tuple(whose), {}).setdefault(target, {})
        runs.setdefault(seed, {})[code] = value
    return Runs(scores=found, sources=facts.source_of)


def zero_shot_scores(facts: Facts) -> pl.DataFrame:
    """The scores without any target-language example, by each target's first metric."""
    return primary(facts.scores.filter(pl.col("shots") == 0), facts.metrics)
