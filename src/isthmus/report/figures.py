"""The figures of the page: which charts there are, what they show in words, and what they draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isthmus.report import gain_charts, side_charts
from isthmus.report.chart_data import COSTS, CURVES, GROUPS, LANGUAGES, MEANS, SWEEP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from isthmus.report.chart_data import Rows
    from isthmus.report.facts import Facts
    from isthmus.report.gain_charts import Names

_LEAST_LIMIT = 1.0
"""In points: gains smaller than this never have strong colours, whatever the others are."""
_TABLE = "the table below has every number."


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One chart.

    Attributes:
        section: Of the page: ``routes``, ``languages``, ``families``, ``few-shot``, ``similarity``,
            ``retrieval`` or ``cost``.
        title: In words. shown: What is drawn, for those who do not see it.
        panel: Whose rows it draws. spec: Vega-Lite over named data; alike figures share one.
        tags: What the figure is about; it goes when a reader asks for another.
        limit: Gain in points at which its colours end, where gains are colours.
    """

    name: str
    section: str
    title: str
    shown: str
    panel: str
    spec: Mapping[str, Any]
    tags: Mapping[str, str]
    limit: float | None = None


def figures_of(facts: Facts, data: Mapping[str, Rows]) -> list[Figure]:
    """The figures that there is data for.

    Args:
        facts: For the order of routes and targets.
        data: As of ``chart_data``.
    """
    routes = tuple(route for route in facts.study.routes if route != facts.analysis.baseline)
    return [
        *_routes(data[MEANS], routes),
        *_languages(data[LANGUAGES], routes, facts.analysis.baseline),
        *_families(data[GROUPS], routes, facts.analysis.baseline),
        *_few_shot(data[CURVES], routes, facts.analysis.baseline),
        *(_similarity(data[LANGUAGES]) if facts.analysis.associations else ()),
        *_retrieval(data[SWEEP]),
        *_costs(data[COSTS], routes),
    ]


def _routes(rows: Rows, routes: Names) -> Iterator[Figure]:
    limit, columns = _limit(row["gain"] for row in rows), tuple(_distinct(rows, "column"))
    panels = sorted(_distinct(rows, "panel"), reverse=True)
    for number, panel in enumerate(panels, start=1):
        yield Figure(
            name=f"routes-{number}",
            section="routes",
            title=f"Gain in points, {panel}",
            shown=f"Routes by targets, {panel}: gain, interval and significance; {_TABLE}",
            panel=panel,
            spec=gain_charts.heat_map(MEANS, routes, columns, limit),
            tags={},
            limit=limit,
        )


def _languages(rows: Rows, routes: Names, baseline: str) -> Iterator[Figure]:
    limit = _limit(row["gain"] for row in rows if "gain" in row)
    is_map = len(routes) > gain_charts.MAX_DOTTED
    span = f"; {baseline} (diamond), and lowest to highest route (lines)"
    for number, panel in enumerate(_distinct(rows, "panel"), start=1):
        part = [row for row in rows if row["panel"] == panel]
        tags = {"target": part[0]["target"], "metric": part[0]["metric"]}
        if any("gain" in row for row in part):
            yield Figure(
                name=f"gains-{number}",
                section="languages",
                title=f"{panel}: gain over {baseline}",
                shown=f"Gains of every route in {panel} by language; {_TABLE}",
                panel=panel,
                spec=gain_charts.language_gains(routes, limit),
                tags=tags,
                limit=limit if is_map else None,
            )
        yield Figure(
            name=f"scores-{number}",
            section="languages",
            title=f"{panel}: scores beside chance (bars){span * is_map}",
            shown=f"Scores of every route in {panel} by language beside chance; {_TABLE}",
            panel=panel,
            spec=gain_charts.language_scores(baseline, routes, part[0]["metric"]),
            tags=tags,
        )


def _families(rows: Rows, routes: Names, baseline: str) -> Iterator[Figure]:
    """By family and by script, each target's; all of one kind have the same groups and colours."""
    is_map = len(routes) > gain_charts.MAX_DOTTED
    for by, name in (("family", "families"), ("script", "scripts")):
        kind = [row for row in rows if row["by"] == by]
        groups, limit = tuple(_distinct(kind, "column")), _limit(row["gain"] for row in kind)
        for number, panel in enumerate(_distinct(kind, "panel"), start=1):
            part = [row for row in kind if row["panel"] == panel]
            yield Figure(
                name=f"{name}-{number}",
                section="families",
                title=f"{panel}: gain over {baseline}",
                shown=f"Gains of every route in {panel}, with 95% intervals; {_TABLE}",
                panel=panel,
                spec=gain_charts.group_gains(routes, groups, limit),
                tags={"target": part[0]["target"], "metric": part[0]["metric"]},
                limit=limit if is_map else None,
            )


def _few_shot(rows: Rows, routes: Names, baseline: str) -> Iterator[Figure]:
    for number, panel in enumerate(_distinct(rows, "panel"), start=1):
        part = [row for row in rows if row["panel"] == panel]
        shots = tuple(sorted({row["shots"] for row in part}))
        metric = part[0]["metric"]
        yield Figure(
            name=f"curves-{number}",
            section="few-shot",
            title=panel,
            shown=f"Scores of every route in {panel} by the number of labelled examples of the "
            f"language, with 95% bands; {_TABLE}",
            panel=panel,
            spec=side_charts.curves(baseline, routes, metric, shots),
            tags={"target": part[0]["target"], "metric": metric},
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
            panel=panel,
            spec=side_charts.scatter(),
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
            panel=panel,
            spec=side_charts.sweep_map(tuple(_distinct(part, "place"))),
            tags={"route": part[0]["route"], "target": part[0]["target"]},
        )


def _costs(rows: Rows, routes: Names) -> Iterator[Figure]:
    for number, panel in enumerate(_distinct(rows, "panel"), start=1):
        yield Figure(
            name=f"cost-{number}",
            section="cost",
            title=f"What a gain costs, {panel}",
            shown=f"Mean zero-shot gain of every route by the operations it trains more; {_TABLE}",
            panel=panel,
            spec=side_charts.cost_chart(routes),
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
