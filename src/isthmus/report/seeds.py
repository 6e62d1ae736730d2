"""What a table shows while its reader looks at one seed alone: the numbers of that run, no interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from isthmus.report.names import shown
from isthmus.report.runs import Runs, runs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts

Texts: TypeAlias = tuple[str, ...]
"""One for each seed of the study, in their order; "" where that seed has no number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GainTexts:
    """A gain, and the two scores that it lies between, seed by seed."""

    baseline: Texts
    score: Texts
    gain: Texts


@dataclass(frozen=True, kw_only=True, slots=True)
class Alone:
    """Makes the texts of a study with several seeds; one seed needs none beside the table's own."""

    runs: Runs
    baseline: str
    seeds: tuple[int, ...]

    def of(self, gain: Gain) -> GainTexts:
        """The texts of the seeds that have both the route and the baseline."""
        found = self.runs.by_seed(gain, self.baseline)
        return GainTexts(
            baseline=self.texts({seed: base for seed, (base, _) in found.items()}),
            score=self.texts({seed: score for seed, (_, score) in found.items()}),
            gain=self.texts({seed: score - base for seed, (base, score) in found.items()}, "+.1f"),
        )

    def of_baseline(self, gain: Gain) -> Texts:
        """The baseline's score where a gain is told, of every seed that has it."""
        return self.texts(self.runs.means(gain, self.baseline))

    def texts(self, values: Mapping[int, float], form: str = ".1f") -> Texts:
        """Values as a table has them."""
        if len(self.seeds) < 2:
            return ()
        return tuple(shown(values[seed], form) if seed in values else "" for seed in self.seeds)


def alone_of(facts: Facts) -> Alone:
    """The texts of a report's tables."""
    return Alone(
        runs=runs_of(facts), baseline=facts.analysis.baseline, seeds=tuple(facts.study.seeds)
    )
