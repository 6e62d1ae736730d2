"""From single scores to the averages that tables show, by XTREME's rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.scoring.xtreme_tasks import GROUPS, XTREME_TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
        overall: Mean of the nine task values; None unless all nine are there.
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
            ``XTREME_TASKS``); targets that XTREME does not have are left out.

    Raises:
        DataError: a target lacks a metric that it counts by.
    """
    values: dict[str, float] = {}
    for task, metrics in means.items():
        if task not in XTREME_TASKS:
            continue
        wanted = XTREME_TASKS[task].study_metrics
        missing = [name for name in wanted if name not in metrics]
        if missing:
            msg = f"{task} counts {' and '.join(wanted)}, but has no {missing[0]}: score it too"
            raise DataError(msg)
        values[task] = sum(metrics[name] for name in wanted) / len(wanted)
    return averages(values)


def averages(values: Mapping[str, float]) -> Averages:
    """Averages one value a task into groups and the overall score, in percent."""
    groups = {
        group: [task.name for task in XTREME_TASKS.values() if task.group == group]
        for group in GROUPS
    }
    return Averages(
        tasks=dict(values),
        groups={
            group: sum(values[name] for name in names) / len(names)
            for group, names in groups.items()
            if all(name in values for name in names)
        },
        overall=sum(values[name] for name in XTREME_TASKS) / len(XTREME_TASKS)
        if all(name in values for name in XTREME_TASKS)
        else None,
    )
