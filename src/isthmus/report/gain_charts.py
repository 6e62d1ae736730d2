"""Charts of gains and scores: routes by targets, and every language."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

import altair as alt

from isthmus.report.chart_data import GROUPS, LANGUAGES
from isthmus.report.charts import (
    INK,
    RISING,
    by_route,
    chart,
    gain_fill,
    languages_axis,
    languages_names,
    on_fill,
    rows_of,
    tooltip,
    with_strength,
)

Names: TypeAlias = tuple[str, ...]

MAX_DOTTED = 4
"""Up to so many routes stand side by side as dots with intervals; more become a map of colours."""


@cache
def heat_map(data: str, routes: Names, columns: Names, limit: float) -> dict[str, Any]:
    """Routes x targets or groups: the mean gain, its interval, a frame where told from nothing.

    Args:
        data: Whose rows it draws.
        routes, columns: In their order.
        limit: Gain in points at which the colours end, both ways.
    """
    base = with_strength(rows_of(data), limit).encode(
        x=alt.X(
            "column:N",
            sort=list(columns),
            title=None,
            axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False, labelLimit=88),
        ),
        y=alt.Y("route:N", sort=list(routes), title=None, axis=alt.Axis(domain=False, ticks=False)),
        tooltip=_mean_tips(data),
    )
    cells = base.mark_rect(cornerRadius=3).encode(**gain_fill())
    told = base.transform_filter("datum.told")
    frame = told.mark_rect(filled=False, stroke=INK, strokeWidth=2, cornerRadius=3)
    gain = base.transform_calculate(label="format(datum.gain, '+.1f') + datum.mark")
    span = gain.transform_filter("isValid(datum.low)").transform_calculate(
        span="format(datum.low, '.1f') + ' to ' + format(datum.high, '.1f')"
    )
    bold = {"fontSize": 13, "fontWeight": 600}
    layers = alt.layer(
        cells,
        frame,
        _cell_text(gain.transform_filter("!isValid(datum.low)"), "label", **bold),
        _cell_text(span, "label", **bold, dy=-6),
        _cell_text(span, "span", fontSize=10, dy=9),
    )
    return chart(layers.properties(width=alt.Step(92), height=alt.Step(42)))


def _cell_text(rows: alt.Chart, field: str, **fields: Any) -> alt.Chart:
    written: alt.Chart = rows.mark_text(**fields)
    return written.encode(text=f"{field}:N", color=on_fill())


@cache
def language_gains(routes: Names, limit: float) -> dict[str, Any]:
    """The gains of one target in every language, in the reader's order."""
    tips = tooltip("route", "language_name", "family", "baseline", "score", "gain", "interval", "q")
    if len(routes) > MAX_DOTTED:
        return _language_map(routes, limit, tips)
    y = alt.Y("place:O", axis=languages_axis(domain=False, ticks=False))
    return _dotted(LANGUAGES, routes, y, tips, languages_names())


@cache
def group_gains(routes: Names, groups: Names, limit: float) -> dict[str, Any]:
    """The gains of one target by family or by script: a map of many routes, dots of few."""
    if len(routes) > MAX_DOTTED:
        return heat_map(GROUPS, routes, groups, limit)
    y = alt.Y(
        "column:N",
        sort=list(groups),
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelLimit=150),
    )
    return _dotted(GROUPS, routes, y, _mean_tips(GROUPS))


def _mean_tips(data: str) -> list[alt.Tooltip]:
    over = "languages" if data == GROUPS else "over"
    return tooltip("route", "target", "metric", over, "baseline", "score", "gain", "interval", "q")


def _dotted(
    data: str, routes: Names, y: alt.Y, tips: list[alt.Tooltip], *params: alt.Parameter
) -> dict[str, Any]:
    """The gain of each route in each place, a dot on its interval."""
    base = rows_of(data).transform_filter("isValid(datum.gain)")
    places: dict[str, Any] = {
        "y": y,
        "yOffset": alt.YOffset("route:N", sort=list(routes)),
        "tooltip": tips,
    }
    styles = by_route(routes)
    nothing = base.mark_rule(strokeDash=[3, 3], opacity=0.6).encode(
        x=alt.datum(0), color=alt.value(INK)
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="gain in points, with 95% interval", axis=alt.Axis(tickCount=6)),
        x2="high:Q",
        color=styles["color"],
        **places,
    )
    dots = base.mark_point(filled=True, size=50, opacity=1).encode(x="gain:Q", **styles, **places)
    layers = alt.layer(nothing, spans, dots).add_params(*params)
    step = alt.Step(max(20, 9 * len(routes)), **{"for": "position"})
    return chart(layers.properties(width=270, height=step))


def _language_map(routes: Names, limit: float, tips: list[alt.Tooltip]) -> dict[str, Any]:
    base = with_strength(rows_of(LANGUAGES), limit).encode(
        x=alt.X(
            "route:N",
            sort=list(routes),
            title=None,
            axis=alt.Axis(labelAngle=-45, orient="top", domain=False, ticks=False),
        ),
        y=alt.Y("place:O", axis=languages_axis(domain=False, ticks=False)),
        tooltip=tips,
    )
    cells = base.mark_rect(cornerRadius=1).encode(**gain_fill())
    told = base.transform_filter("datum.told").transform_calculate(
        sign="datum.gain > 0 ? '+' : '-'"
    )
    signs = told.mark_text(fontSize=13, fontWeight="bold").encode(text="sign:N", color=on_fill())
    layers = alt.layer(cells, signs).add_params(languages_names())
    return chart(layers.properties(width=alt.Step(26), height=alt.Step(17)))


@cache
def language_scores(baseline: str, routes: Names, metric: str) -> dict[str, Any]:
    """The scores of one target in every language, and the level of chance.

    A mark for every route if they are few, else a line from the lowest to the highest.
    """
    base = rows_of(LANGUAGES).encode(
        x=alt.X("place:O", axis=languages_axis(labelAngle=0, ticks=False))
    )
    chance = base.mark_tick(thickness=2, size=22, opacity=0.75).encode(
        y="chance:Q", color=alt.value(INK), tooltip=tooltip("language_name", "chance")
    )
    y = alt.Y("score:Q", title=f"{metric}, percent", scale=alt.Scale(domain=[0, 100]))
    tips = tooltip("route", "language_name", "family", "score", "chance")
    if len(routes) <= MAX_DOTTED:
        points = base.mark_point(filled=True, size=38, opacity=0.95).encode(
            y=y,
            xOffset=alt.XOffset("route:N", sort=[baseline, *routes]),
            **by_route(routes, baseline),
            tooltip=tips,
        )
        layers, step = [chance, points], 32
    else:
        own = alt.FieldEqualPredicate(field="route", equal=baseline)
        others = alt.FieldOneOfPredicate(field="route", oneOf=list(routes))
        points = base.transform_filter(own).mark_point(
            filled=True, size=70, opacity=1, shape="diamond", color=INK
        )
        span = base.transform_filter(others).mark_rule(
            strokeWidth=4, color=RISING, strokeCap="round"
        )
        spans = span.encode(y=alt.Y("min(score):Q"), y2="max(score):Q")
        layers, step = [chance, spans, points.encode(y=y, tooltip=tips)], 30
    width = alt.Step(step, **{"for": "position"})
    return chart(
        alt.layer(*layers).add_params(languages_names()).properties(width=width, height=230)
    )
