"""Few-shot curves of every route, and what a stopover is worth in labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isthmus.analysis.crossed import Crossed, crossed, whole
from isthmus.analysis.few_shot import MIN_DRAWS, ONE_SEED, Labels, too_few, worth_of
from isthmus.analysis.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from isthmus.analysis.shots import Shots


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """The score after ``shots`` examples; zero-shot where 0.

    Attributes:
        score: Mean over draws and seeds (and languages), in percent.
        low, high: Its 95% interval; None where there are fewer than ``MIN_DRAWS`` draws, or of a
            zero-shot score fewer than two seeds.
        gain: In points over zero-shot, by the same seeds; None at 0.
        gain_low, gain_high: Its 95% interval; None where there is none.
        num_draws, num_seeds: That are done of both; no draw where zero-shot.
    """

    shots: int
    score: float
    low: float | None
    high: float | None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    num_draws: int
    num_seeds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """The scores of one route by the number of examples, in one language or in their mean.

    Attributes:
        language: "" for the mean over ``languages``: of each draw first, then over draws.
        points: By number of examples, zero-shot first.
        note: What the intervals do not answer for; "" if nothing but the test examples.
    """

    model: str
    route: str
    target: str
    split: str
    metric: str
    language: str
    languages: tuple[str, ...]
    points: tuple[Point, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """How many labels of a language make up for a route's stopover, in training without one.

    Attributes:
        language: "" for the mean over ``languages``.
        baseline: The route without intermediate training, whose curve catches up.
    """

    model: str
    route: str
    baseline: str
    target: str
    split: str
    metric: str
    language: str
    languages: tuple[str, ...]
    labels: Labels


def curves_of(shots: Shots) -> list[Curve]:
    """The curve of every route in every language that has all of it, and in their mean."""
    curves = []
    for route in shots.routes:
        measured = shots.measured(route)
        for language, languages in _scopes(measured):
            points = tuple(_points(shots, route, languages))
            curves.append(
                Curve(
                    model=shots.model,
                    route=route,
                    target=shots.target,
                    split=shots.split,
                    metric=shots.metric,
                    language=language,
                    languages=languages,
                    points=points,
                    note=_note(points),
                )
            )
    return [curve for curve in curves if len(curve.points) > 1]


def worths_of(shots: Shots, *, baseline: str, seed: int) -> list[Worth]:
    """What the stopover of every route but the baseline is worth, where both are measured."""
    worths = []
    for route in shots.routes if baseline in shots.routes else ():
        for language, languages in _scopes(_measured_of_both(shots, route, baseline)):
            both = labels_between(shots, route, baseline, languages)
            if both is None or route == baseline:
                continue
            rng = stream(seed, shots.model, shots.target, shots.split, route, language, "labels")
            worths.append(
                Worth(
                    model=shots.model,
                    route=route,
                    baseline=baseline,
                    target=shots.target,
                    split=shots.split,
                    metric=shots.metric,
                    language=language,
                    languages=languages,
                    labels=worth_of(*both, rng),
                )
            )
    return worths


def labels_between(
    shots: Shots | None, route: str, baseline: str, languages: Sequence[str] | None = None
) -> tuple[dict[int, Crossed], Crossed] | None:
    """The baseline's curve, and the zero-shot score of a route that it is to catch up with.

    Args:
        shots: Scores of a target, where there are any.
        languages: That both are the mean over; all that both are measured in where None.

    Returns:
        None where a point of the curve, or the goal, is not measured.
    """
    if shots is None or not {route, baseline} <= set(shots.routes):
        return None
    codes = _measured_of_both(shots, route, baseline) if languages is None else languages
    means = {k: _mean(shots, baseline, k, codes) for k in shots.shots}
    known = {k: mean for k, mean in means.items() if mean is not None}
    goal = _mean(shots, route, 0, codes)
    return (known, goal) if goal is not None and len(known) == len(means) else None


def _measured_of_both(shots: Shots, route: str, baseline: str) -> tuple[str, ...]:
    of_baseline = shots.measured(baseline)
    return tuple(code for code in shots.measured(route) if code in of_baseline)


def _mean(shots: Shots, route: str, k: int, languages: Sequence[str]) -> Crossed | None:
    """The mean over languages after k examples; None where no draw and seed has all of them."""
    if not languages:
        return None
    rows = [shots.languages.index(code) for code in languages]
    scores_DS = whole(shots.after(route, k)[rows].mean(axis=0))
    return crossed(scores_DS) if scores_DS.size else None


def _points(shots: Shots, route: str, languages: Sequence[str]) -> Iterator[Point]:
    rows = [shots.languages.index(code) for code in languages]
    zero_S = shots.zero_shot(route)[rows].mean(axis=0)
    for k in shots.shots:
        mean = _mean(shots, route, k, languages)
        if mean is None:
            continue
        low, high = _interval(mean, k)
        point = Point(
            shots=k,
            score=mean.value,
            low=low,
            high=high,
            num_draws=mean.num_draws if k else 0,
            num_seeds=mean.num_seeds,
        )
        yield _with_gain(point, shots.after(route, k)[rows].mean(axis=0) - zero_S) if k else point


def _with_gain(point: Point, gains_DS: NDArray[np.float64]) -> Point:
    known_DS = whole(gains_DS)
    if not known_DS.size:
        return point
    gain = crossed(known_DS)
    low, high = _interval(gain, point.shots)
    return replace(point, gain=gain.value, gain_low=low, gain_high=high)


def _interval(mean: Crossed, shots: int) -> tuple[float, float] | tuple[None, None]:
    if mean.num_draws < MIN_DRAWS if shots else mean.num_seeds < 2:
        return None, None
    return mean.doubt.interval()


def _scopes(measured: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Each language, and their mean ("") where there are several."""
    alone: list[tuple[str, tuple[str, ...]]] = [(code, (code,)) for code in measured]
    return [*alone, ("", measured)] if len(measured) > 1 else alone


def _note(points: Sequence[Point]) -> str:
    few = [point.num_draws for point in points if point.shots and point.num_draws < MIN_DRAWS]
    if few:
        return too_few(min(few))
    return ONE_SEED if min(point.num_seeds for point in points) == 1 else ""
