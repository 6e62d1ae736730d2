"""The answer of a study as Markdown: gains, families and scripts, distances, claims, what is lacking.

Used by ``study_results.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.analysis.overall import OVERALL
from isthmus.cli.few_shot_tables import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from isthmus.analysis.curves import Curve, Worth
    from isthmus.analysis.gains import Gain, Scope
    from isthmus.analysis.result import Analysis
    from isthmus.analysis.similarity import Association

MARKS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
UNITS = {"points": 1, "routes": 0, "rank correlation": 2, "labels": 0}


def answers(analysis: Analysis) -> Iterator[str]:
    """The lines of every part that the analysis has something of."""
    yield from _claims(analysis)
    yield from _gains(analysis)
    yield from _few_shots(analysis)
    yield from _groups(analysis, "family")
    yield from _groups(analysis, "script")
    yield from _distances(analysis)
    yield from _problems(analysis)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> Iterator[str]:
    """A table whose first ``left`` columns are words, and an empty line."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * left}{'---:|' * (len(heads) - left)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _claims(analysis: Analysis) -> Iterator[str]:
    if not analysis.verdicts:
        return
    yield f"## Claims, judged {analysis.verdicts[0].scale}"
    yield ""
    rows = []
    for verdict in analysis.verdicts:
        names = [f"{verdict.says} ({verdict.source})", f"**{verdict.judgement}**"]
        for found in verdict.findings:
            note = f": {found.note}" if found.note else ""
            value = _between(found.value, found.low, found.high, digits=UNITS[found.unit])
            published = "" if found.published is None else f"{found.published:g}"
            rows.append(
                [
                    *names,
                    f"{found.predicate}{note}",
                    value,
                    _number(found.probability, 3),
                    published,
                ]
            )
            names = ["", ""]
    heads = ("claim", "verdict", "what was measured", "estimate", "probability", "published")
    yield from table(heads, rows, left=3)
    for difference in dict.fromkeys(each for v in analysis.verdicts for each in v.differences):
        yield f"- {difference}"
    yield ""


def _gains(analysis: Analysis) -> Iterator[str]:
    for scope, title in (("zero_shot", "zero-shot languages"), ("all", "all languages")):
        gains = analysis.gains_over(scope)
        if gains:
            yield f"## Gains over {analysis.baseline}, points, mean over {title}"
            yield ""
            yield from _grid(gains, [(gain.target, gain.target) for gain in gains])
    if analysis.gains:
        yield (
            f"95% intervals for {_doubts(analysis)}; * ** *** a false discovery rate "
            "below 5%, 1%, 0.1% over the gains of a table."
        )
        yield ""


def _doubts(analysis: Analysis) -> str:
    """What the intervals of gains answer for, such as ``other seeds and other test examples``."""
    found = {doubt for gain in analysis.gains for doubt in gain.estimate.doubts}
    names = {"seeds": "other seeds", "examples": "other test examples"}
    return " and ".join(name for doubt, name in names.items() if doubt in found)


def _grid(gains: Sequence[Gain], columns: Sequence[tuple[str, str]]) -> Iterator[str]:
    names = dict(columns)
    rows = []
    for route in dict.fromkeys(gain.route for gain in gains):
        own = {gain.target: gain for gain in gains if gain.route == route}
        rows.append([route, *(_cell(own.get(target)) for target in names)])
    yield from table(["route", *names.values()], rows)


def _groups(analysis: Analysis, scope: Scope) -> Iterator[str]:
    gains = analysis.gains_over(scope)
    if not gains:
        return
    yield f"## Gains by {scope}, points"
    yield ""
    yield "The languages of a group stand for others of their kind: one language has no interval."
    yield ""
    routes = list(dict.fromkeys(gain.route for gain in gains))
    rows = []
    for target, group in dict.fromkeys((gain.target, gain.group) for gain in gains):
        own = {gain.route: gain for gain in gains if (gain.target, gain.group) == (target, group)}
        languages = next(iter(own.values())).languages
        cells = [_cell(own.get(route)) for route in routes]
        rows.append([target, group, " ".join(languages), *cells])
    yield from table(["target", scope, "languages", *routes], rows, left=3)


def _distances(analysis: Analysis) -> Iterator[str]:
    """What goes with each distance over all targets, or over the one there is."""
    targets = {row.target for row in analysis.associations}
    shown = [
        row for row in analysis.associations if row.target == OVERALL or OVERALL not in targets
    ]
    known = [row for row in shown if row.spearman is not None]
    if not known:
        return
    num_tests = sum(row.p is not None for row in analysis.associations)
    yield "## Distances from the source"
    yield ""
    yield (
        "Spearman's rank correlation over the zero-shot languages, the mean over targets, with 95% "
        "intervals from drawing languages again; the slope of a mixed model in points for a "
        f"standard deviation of the distance. q is over {num_tests} tests."
    )
    yield ""
    heads = (
        "of",
        "distance",
        "languages",
        "Spearman",
        "q",
        "beyond subwords",
        "slope",
        "slope's q",
    )
    yield from table(heads, map(_association, known), left=2)
    notes = {f"- {row.distance}: {row.note}" for row in shown if row.note}
    yield from sorted(notes)
    yield from [""] * bool(notes)


def _association(row: Association) -> list[str]:
    slope = row.slope
    return [
        f"{row.what} of {row.route}",
        row.distance,
        str(row.num_languages),
        _between(row.spearman, row.spearman_low, row.spearman_high, digits=2),
        _number(row.q, 3),
        "" if row.partial is None else f"{row.partial:+.2f}",
        "" if slope is None else _between(slope.value, slope.low, slope.high, digits=1),
        _number(row.slope_q, 3),
    ]


def _few_shots(analysis: Analysis) -> Iterator[str]:
    """A table a target of every route's curve, in each language and in their mean."""
    labels = {_curve_of(worth): shown(worth.labels) for worth in analysis.worths}
    for target in dict.fromkeys(curve.target for curve in analysis.curves):
        curves = [curve for curve in analysis.curves if curve.target == target]
        yield f"## {target}: percent after k examples of a language"
        yield ""
        shots = [point.shots for point in curves[0].points]
        yield from table(
            ("language", "route", *(f"k = {k}" if k else "zero-shot" for k in shots), "labels"),
            [
                [
                    curve.language or f"mean of {', '.join(curve.languages)}",
                    curve.route,
                    *(_between(p.score, p.low, p.high, digits=1, sign="") for p in curve.points),
                    labels.get(_curve_of(curve), ""),
                ]
                for curve in curves
            ],
            left=2,
        )
    if analysis.curves:
        yield "95% intervals for other draws and seeds; labels: what a stopover is worth."
        yield ""


def _curve_of(part: Curve | Worth) -> tuple[str, ...]:
    return part.model, part.route, part.target, part.split, part.language


def _problems(analysis: Analysis) -> Iterator[str]:
    if analysis.problems:
        yield "## What keeps the answer from being whole"
        yield ""
        yield from (f"- {problem.message}" for problem in analysis.problems)
        yield ""


def _cell(gain: Gain | None) -> str:
    if gain is None:
        return ""
    found = gain.estimate
    mark = next((mark for rate, mark in MARKS if gain.q is not None and gain.q < rate), "")
    return _between(found.value, found.low, found.high, digits=1) + mark * found.excludes_zero


def _between(
    value: float | None, low: float | None, high: float | None, *, digits: int, sign: str = "+"
) -> str:
    if value is None:
        return ""
    if low is None or high is None:
        return f"{value:{sign}.{digits}f}"
    return f"{value:{sign}.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
