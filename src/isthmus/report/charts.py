"""What all charts of the page share: Vega-Lite over named data that the page's script fills.

A chart is made once for all panels that look alike: making one takes a tenth of a second.

Colours of text and lines are ``currentColor``, so that one drawing serves light, dark and paper.
Gains are coloured by hue and opacity, so that no gain is the page's own colour, whatever that is.
Nothing is said by colour alone: cells have numbers or marks, routes have shapes, and every chart has
a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    from collections.abc import Sequence

INK = "currentColor"
PLAIN = "#8a8f96"
RISING, FALLING = "#1f6fae", "#b8560b"
_PALETTE = ("#2b7bba", "#d9701a", "#0f9470", "#b5539c", "#94821f", "#c9453c", "#5f6ed8", "#6f7680")
_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down")
_FORMATS = {
    "distance": ".2f",
    "flops": ".3s",
    "gain": "+.1f",
    "num_tokens": ".3s",
    "q": ".4f",
    "slope": "+.2f",
}
_NUMBERS = {*_FORMATS, "accuracy", "baseline", "chance", "high", "low", "minutes", "score"}


def chart(drawn: alt.TopLevelMixin) -> dict[str, Any]:
    """A chart as a specification for the page, without the address of Vega-Lite's schema."""
    configured = (
        drawn.configure(
            background="transparent",
            font="system-ui, sans-serif",
            aria=False,
            padding=2,
            axis=alt.AxisConfig(
                labelColor=INK,
                titleColor=INK,
                domainColor=INK,
                tickColor=INK,
                gridColor=INK,
                domainOpacity=0.35,
                tickOpacity=0.35,
                gridOpacity=0.1,
                labelLimit=260,
                labelFontSize=11,
                titleFontSize=11,
                titleFontWeight="normal",
            ),
        )
        .configure_view(stroke=None)
        .configure_legend(
            labelColor=INK,
            titleColor=INK,
            orient="top",
            columns=5,
            labelFontSize=12,
            titleFontWeight="normal",
            labelLimit=200,
        )
    )
    found: dict[str, Any] = configured.to_dict(validate=False)
    found.pop("$schema", None)
    return found


def rows_of(data: str) -> alt.Chart:
    """A chart of named rows; the page gives each chart those of its panel."""
    return alt.Chart(alt.NamedData(name=data))


def gain_fill() -> dict[str, Any]:
    """Hue by the direction of a gain, opacity by ``strength``, its size of 1."""
    return {
        "color": alt.condition("datum.gain > 0", alt.value(RISING), alt.value(FALLING)),
        "opacity": alt.Opacity(
            "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None
        ),
    }


def with_strength(base: alt.Chart, limit: float) -> alt.Chart:
    """Adds ``strength``, and leaves out what has no gain."""
    return base.transform_filter("isValid(datum.gain)").transform_calculate(
        strength=f"min(1, abs(datum.gain) / {limit})"
    )


def on_fill() -> Any:
    """White on the strong colours, else the ink of the page."""
    return alt.condition("datum.strength > 0.85", alt.value("#fff"), alt.value(INK))


def by_route(
    routes: Sequence[str], baseline: str = "", *, has_legend: bool = True
) -> dict[str, Any]:
    """Colour and shape of routes, the baseline's plain."""
    colours = [_PALETTE[place % len(_PALETTE)] for place in range(len(routes))]
    shapes = [_SHAPES[place % len(_SHAPES)] for place in range(len(routes))]
    names, plain = list(routes), [baseline] if baseline else []
    colour = alt.Scale(domain=plain + names, range=[PLAIN] * bool(plain) + colours)
    shape = alt.Scale(domain=plain + names, range=["cross"] * bool(plain) + shapes)
    legend: dict[str, Any] = {"legend": alt.Legend(symbolOpacity=1) if has_legend else None}
    return {
        "color": alt.Color("route:N", title=None, scale=colour, **legend),
        "shape": alt.Shape("route:N", title=None, scale=shape, **legend),
    }


def tooltip(*names: str) -> list[alt.Tooltip]:
    """Fields to be shown of what is pointed at."""
    return [
        alt.Tooltip(
            field=name,
            type="quantitative" if name in _NUMBERS else "nominal",
            title=name.replace("_", " "),
            format=_FORMATS.get(name, ".1f") if name in _NUMBERS else alt.Undefined,
        )
        for name in names
    ]


def languages_axis(**fields: Any) -> alt.Axis:
    """An axis of places, which the page names as its reader orders the languages."""
    return alt.Axis(labelExpr="labels[datum.value]", title=None, **fields)


def languages_names() -> alt.Parameter:
    """The names of places; the page sets them."""
    return alt.param(name="labels", value=[])
