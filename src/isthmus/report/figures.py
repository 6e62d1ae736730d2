"""The figures of the page: which charts there are, what they show in words, and what they draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isthmus.report import gain_charts, side_charts
from isthmus.report.chart_data import COSTS, LANGUAGES, MEANS, SWEEP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from isthmus.report.chart_data import Rows
    from isthmus.report.facts import Facts

_LEAST_LIMIT = 1.0
"""In points: gains smaller than this never have strong colours, whatever the others are."""
_TABLE = "the table below has every number."


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One chart.

    Attributes:
        section: Of the page: ``routes``, ``languages``, ``similarity``, ``retrieval`` or ``cost``.
        title: In words. shown: What is drawn, for those who do not see it.
        spec: Vega-Lite over named data.
        tags: What the figure is about; it goes when a reader asks for another.
        limit: Gain in points at which its colours end, where gains are colours.
    """

    name: str
    section: str
    title: str
    shown: str
    spec: Mapping[str, Any]
    tags: Mapping[str, str]
    limit: float | None = None


def figures_of(facts: Facts, data: Mapping[str, Rows]) -> list[Figure]:
    """The figures that there is data for.

    Args:
        facts: For the order of routes and targets.
        data: As of ``chart_data``.
    """
    routes = [route for route in facts.study.routes if route != facts.analysis.baseline]
    return [
        *_routes(data[MEANS], routes),
        *_languages(data[LANGUAGES], routes, facts.analysis.baseline),
        *(_similarity(data[LANGUAGES]) if facts.analysis.associations else ()),
        *_retrieval(data[SWEEP]),
        *_costs(data[COSTS], routes),
    ]


def _routes(rows: Rows, routes: Sequence[str]) -> Iterator[Figure]:
    limit, columns = _limit(row["gain"] for row in rows), _distinct(rows, "column")
    panels = sorted(_distinct(rows, "panel"), reverse=True)
    for number, panel in enumerate(panels, start=1):
        yield Figure(
            name=f"routes-{number}",
            section="routes",
            title=f"Gain in points, {panel}",
            shown=f"Routes by targets, {panel}: gain, interval and significance; {_TABLE}",
            spec=gain_charts.heat_map(panel, routes, columns, limit),
            tags={},
            limit=limit,
        )


def _languages(rows: Rows, routes: Sequence[str], baseline: str) -> Iterator[Figure]:
    limit = _limit(row["gain"] for row in rows if "gain" in row)
    is_map = len(routes) > gain_charts.MAX_DOTTED
    for number, panel in enumerate(_distinct(rows, "panel"), start=1):
        part = [row for row in rows if row["panel"] == panel]
        tags = {"target": part[0]["target"], "metric": part[0]["metric"]}
        if any("gain" in row for row in part):
            yield Figure(
                name=f"gains-{number}",
                section="languages",
                title=f"{panel}: gain over {baseline}",
                shown=f"Gains of every route in {panel} by language; {_TABLE}",
                spec=gain_charts.language_gains(panel, routes, limit),
                tags=tags,
                limit=limit if is_map else None,
            )
        yield Figure(
            name=f"scores-{number}",
            section="languages",
            title=f"{panel}: scores beside chance (bars)",
            shown=f"Scores of every route in {panel} by language beside chance; {_TABLE}",
            spec=gain_charts.language_scores(panel, baseline, routes, part[0]["metric"]),
            tags=tags,
        )


def _similarity(rows: Rows) -> Iterator[Figure]:
    for number, panel in enumerate(_distinct(rows, "panel"), start=1):
        target = next(row["target"] for row in rows if row["panel"] == panel)
        yield Figure(
            name=f"scatter-{number}",
            section="similarity",
            title=panel,
            shown=f"Zero-shot languages of {panel} by their distance from the source, with a line "
            f"and its 95% band; {_TABLE}",
            spec=side_charts.scatter(panel),
            tags={"target": target},
        )


def _retrieval(rows: Rows) -> Iterator[Figure]:
    for number, panel in enumerate(_distinct(rows, "panel"), start=1):
        part = [row for row in rows if row["panel"] == panel]
        yield Figure(
            name=f"sweep-{number}",
            section="retrieval",
            title=panel,
            shown=f"Layers by poolings, coloured by accuracy on development pairs, {panel}.",
            spec=side_charts.sweep_map(panel, _distinct(part, "place")),
            tags={"route": part[0]["route"], "target": part[0]["target"]},
        )


def _costs(rows: Rows, routes: Sequence[str]) -> Iterator[Figure]:
    for number, panel in enumerate(_distinct(rows, "panel"), start=1):
        yield Figure(
            name=f"cost-{number}",
            section="cost",
            title=f"What a gain costs, {panel}",
            shown=f"Mean zero-shot gain of every route by the operations it trains more; {_TABLE}",
            spec=side_charts.cost_chart(panel, routes),
            tags={},
        )


def _limit(gains: Iterable[float]) -> float:
    """Where colours end: at the largest gain but for the few outermost, rounded up."""
    sizes = sorted(abs(gain) for gain in gains)
    if not sizes:
        return _LEAST_LIMIT
    return float(max(_LEAST_LIMIT, math.ceil(sizes[int(0.98 * (len(sizes) - 1))])))


def _distinct(rows: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return list(dict.fromkeys(row[name] for row in rows))
