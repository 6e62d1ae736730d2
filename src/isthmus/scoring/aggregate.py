"""From single scores to the averages that tables show, by XTREME's rules."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.scoring.xtreme_tasks import XTREME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from isthmus.scoring.xtreme_tasks import Benchmark

MEAN = "mean"


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One number of a study.

    Attributes:
        study: Name of the study.
        model: Name of the encoder.
        route: Name of the way from the encoder to the target.
        target: Name of the task scored.
        split: Split scored, ``dev`` or ``test``.
        language: Code; ``mean`` where it is an average over languages.
        metric: Name in ``METRICS``.
        seed: Of the run.
        value: In percent, 0..100.
        count: Examples that were scored.
    """

    study: str
    model: str
    route: str
    target: str
    split: str
    language: str
    metric: str
    seed: int
    value: float
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Averages:
    """XTREME's averages, in percent.

    Attributes:
        tasks: One value a task, in the order they were given.
        groups: One value for each group all of whose tasks are there.
        overall: Mean of all the benchmark's task values; None unless all (XTREME's nine) are there.
    """

    tasks: Mapping[str, float]
    groups: Mapping[str, float]
    overall: float | None


def language_means(scores: Iterable[Score], *, leave_out: Iterable[str] = ()) -> list[Score]:
    """Averages each run's scores over languages: plain means, all languages weighing the same.

    Args:
        scores: Rows of any number of runs.
        leave_out: Codes not averaged over, such as the source language for zero-shot means.

    Returns:
        One row of language ``mean`` for each study, model, route, target, split, metric and seed,
        in the order they were first met; ``count`` is the sum of the languages' counts.

    Raises:
        DataError: a run has two scores of one metric and language.
    """
    left_out = frozenset(leave_out) | {MEAN}
    runs: dict[Score, dict[str, Score]] = {}
    for score in scores:
        if score.language in left_out:
            continue
        by_language = runs.setdefault(replace(score, language=MEAN, value=0.0, count=0), {})
        if score.language in by_language:
            msg = (
                f"two scores of one run in one language: {by_language[score.language]} and {score}"
            )
            raise DataError(msg)
        by_language[score.language] = score
    return [
        replace(
            run,
            value=sum(s.value for s in by_language.values()) / len(by_language),
            count=sum(s.count for s in by_language.values()),
        )
        for run, by_language in runs.items()
    ]


def xtreme_averages(means: Mapping[str, Mapping[str, float]]) -> Averages:
    """Averages task means by XTREME's rules.

    Args:
        means: Target to metric to its mean over languages, in percent. Question answering counts
            the mean of its F1 and exact match, the others their one metric (see
            ``isthmus.scoring.xtreme_tasks``); targets that XTREME does not have are left out.

    Raises:
        DataError: a target lacks a metric that it counts by.
    """
    values: dict[str, float] = {}
    for task, metrics in means.items():
        if task not in XTREME.tasks:
            continue
        wanted = XTREME.tasks[task].study_metrics
        missing = [name for name in wanted if name not in metrics]
        if missing:
            msg = f"{task} counts {' and '.join(wanted)}, but has no {missing[0]}: score it too"
            raise DataError(msg)
        values[task] = sum(metrics[name] for name in wanted) / len(wanted)
    return averages(values)


def averages(values: Mapping[str, float], benchmark: Benchmark = XTREME) -> Averages:
    """Averages one value a task into a benchmark's groups and overall score, in percent."""

    def mean(names: Collection[str]) -> float | None:
        found = [values[name] for name in names if name in values]
        # fsum: the benchmark adds in the order of a set, so the order must not matter here.
        return math.fsum(found) / len(found) if len(found) == len(names) else None

    groups = {group: mean(names) for group, names in benchmark.groups.items()}
    return Averages(
        tasks=dict(values),
        groups={group: value for group, value in groups.items() if value is not None},
        overall=mean(benchmark.tasks),
    )
