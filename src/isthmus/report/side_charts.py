"""The charts beside those of gains: few-shot curves, distances, places of retrieval, and costs."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

import altair as alt

from isthmus.report.chart_data import COSTS, CURVES, SWEEP
from isthmus.report.charts import INK, RISING, by_route, chart, rows_of, tooltip

Names: TypeAlias = tuple[str, ...]
POINTS, LINES = "points", "lines"
"""Data that the page makes of the languages by the distance its reader chooses."""


@cache
def curves(baseline: str, routes: Names, metric: str, shots: tuple[int, ...]) -> dict[str, Any]:
    """Scores by the number of labelled examples, with bands; its scale is of log(1 + k)."""
    styles = by_route(routes, baseline)
    base = rows_of(CURVES).encode(
        x=alt.X(
            "shots:Q",
            title="labelled examples of the language",
            scale=alt.Scale(type="symlog", constant=1),
            axis=alt.Axis(values=list(shots), grid=False),
        ),
        color=styles["color"],
        tooltip=tooltip("route", "shots", "score", "low", "high", "draws"),
    )
    band = base.mark_area(opacity=0.13).encode(
        y=alt.Y("low:Q", title=f"{metric}, percent", scale=alt.Scale(zero=False)), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=1.5).encode(y="score:Q")
    dots = base.mark_point(filled=True, size=46, opacity=1).encode(
        y="score:Q", shape=styles["shape"]
    )
    return chart(alt.layer(band, line, dots).properties(width=400, height=260))


@cache
def sweep_map(places: Names) -> dict[str, Any]:
    """Layers x poolings: accuracy on development pairs, the best framed and marked."""
    base = (
        rows_of(SWEEP)
        .transform_joinaggregate(best="max(accuracy)")
        .encode(
            x=alt.X("layer:O", title="layer (0: embeddings)", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("place:N", sort=list(places), title=None),
            tooltip=tooltip("route", "target", "layer", "place", "accuracy"),
        )
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "accuracy:Q",
            title="accuracy, percent",
            scale=alt.Scale(scheme="viridis"),
            legend=alt.Legend(gradientLength=140, gradientThickness=9),
        )
    )
    best = base.transform_filter("datum.accuracy == datum.best")
    frame = best.mark_rect(filled=False, stroke=INK, strokeWidth=2)
    mark = best.mark_text(text="\u2605", fontSize=11, color="#111")
    layers = alt.layer(cells, frame, mark)
    return chart(layers.properties(width=alt.Step(24), height=alt.Step(18)))


@cache
def scatter() -> dict[str, Any]:
    """Languages by their distance, with a line and its 95% band."""
    x = alt.X("x:Q", title=None, scale=alt.Scale(zero=False, nice=True))
    y = alt.Y("y:Q", title="points", scale=alt.Scale(zero=False))
    lines = rows_of(LINES)
    band = lines.mark_area(opacity=0.16, color=RISING).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    line = lines.mark_line(color=RISING, strokeWidth=1.5).encode(x=x, y=y)
    points = rows_of(POINTS).encode(
        x=x, y=y, tooltip=tooltip("language_name", "family", "distance", "outcome")
    )
    dots = points.mark_point(filled=True, size=34, color=RISING, opacity=0.9)
    names = points.mark_text(dy=-8, fontSize=10, color=INK).encode(text="label:N")
    # The page knows this size, for room between names.
    return chart(alt.layer(band, line, dots, names).properties(width=230, height=170))


@cache
def cost_chart(routes: Names) -> dict[str, Any]:
    """Gain by what it cost, with the interval."""
    base = rows_of(COSTS).transform_filter("isValid(datum.gain)")
    places: dict[str, Any] = {
        "x": alt.X(
            "flops:Q",
            title="floating-point operations of training beyond the baseline",
            axis=alt.Axis(format="~s", tickCount=5),
        ),
        "tooltip": tooltip("route", "num_tokens", "flops", "minutes", "gain"),
    }
    styles = by_route(routes, has_legend=False)
    nothing = base.mark_rule(strokeDash=[3, 3], opacity=0.6).encode(
        y=alt.datum(0), color=alt.value(INK)
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y("low:Q", title="mean zero-shot gain in points"),
        y2="high:Q",
        color=styles["color"],
        **places,
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(y="gain:Q", **styles, **places)
    names = base.mark_text(align="left", dx=9, fontSize=11).encode(
        y="gain:Q", text="route:N", color=alt.value(INK), **places
    )
    return chart(alt.layer(nothing, spans, dots, names).properties(width=420, height=240))
