"""The charts beside those of gains: places of retrieval, distances, and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from isthmus.report.chart_data import COSTS, SWEEP
from isthmus.report.charts import INK, RISING, by_route, chart, of_panel, tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS, LINES = "points", "lines"
"""Data that the page makes of the languages by the distance its reader chooses."""


def sweep_map(panel: str, places: Sequence[str]) -> dict[str, Any]:
    """Layers x poolings: accuracy on development pairs, the best framed and marked."""
    base = (
        of_panel(SWEEP, panel)
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


def scatter(panel: str) -> dict[str, Any]:
    """Languages by their distance, with a line and its 95% band."""
    x = alt.X("x:Q", title=None, scale=alt.Scale(zero=False, nice=True))
    y = alt.Y("y:Q", title="points", scale=alt.Scale(zero=False))
    lines = of_panel(LINES, panel)
    band = lines.mark_area(opacity=0.16, color=RISING).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    line = lines.mark_line(color=RISING, strokeWidth=1.5).encode(x=x, y=y)
    points = of_panel(POINTS, panel).encode(
        x=x, y=y, tooltip=tooltip("language_name", "family", "distance", "outcome")
    )
    dots = points.mark_point(filled=True, size=34, color=RISING, opacity=0.9)
    names = points.mark_text(dy=-8, fontSize=10, color=INK).encode(text="language:N")
    return chart(alt.layer(band, line, dots, names).properties(width=230, height=170))


def cost_chart(panel: str, routes: Sequence[str]) -> dict[str, Any]:
    """Gain by what it cost, with the interval."""
    base = of_panel(COSTS, panel).transform_filter("isValid(datum.gain)")
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
