"""The answer of a study: everything that its analysis found, frozen, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.analysis.curves import Curve, Worth
    from isthmus.analysis.detectable import Detectable
    from isthmus.analysis.gains import Gain, Scope
    from isthmus.analysis.problem import Problem
    from isthmus.analysis.similarity import Association, Distances
    from isthmus.analysis.tuning import Tuning
    from isthmus.analysis.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What the scores of a study say.

    Attributes:
        study: Its name. oracle: Whether it may select on languages other than the source.
        baseline: The route without intermediate training.
        sources: Target -> the language that it is trained in.
        num_draws, seed: Of the bootstrap.
        gains: Of every route: each language, means, families, scripts, and over all targets.
        detectable: The gains that could be seen.
        distances: Encoder -> language -> name -> its distance from the source.
        associations: Of gains and scores with those distances.
        tunings: What each retrieval chose its vectors by.
        verdicts: On every claim, by every encoder and split.
        problems: What keeps the answer from being whole.
        curves: Few-shot scores of every route, where the study has any.
        worths: How many labels each stopover makes up for there.
    """

    study: str
    oracle: bool
    baseline: str
    sources: Mapping[str, str]
    num_draws: int
    seed: int
    gains: tuple[Gain, ...]
    detectable: tuple[Detectable, ...]
    distances: Mapping[str, Distances]
    associations: tuple[Association, ...]
    tunings: tuple[Tuning, ...]
    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...]
    curves: tuple[Curve, ...] = ()
    worths: tuple[Worth, ...] = ()

    @property
    def source_language(self) -> str:
        """The language that targets are trained in; several, if so, with ``or`` between."""
        return " or ".join(dict.fromkeys(self.sources.values()))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.problems

    def gains_over(self, scope: Scope) -> list[Gain]:
        """The gains of one scope."""
        return [gain for gain in self.gains if gain.scope == scope]

    def to_json(self) -> str:
        """Everything, with the fields' names as keys; what is not known is null."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, allow_nan=False)
