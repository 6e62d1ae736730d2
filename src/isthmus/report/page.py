"""The page: one file that asks nothing of a network, made from facts, tables and charts.

Text goes through Jinja's autoescape, data through JSON without a ``<``, and a policy in the page
forbids every request, so that a name is only ever shown, whatever it holds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from isthmus.report.answer import answer_of
from isthmus.report.chart_data import LANGUAGES, chart_data, in_columns
from isthmus.report.figures import figures_of
from isthmus.report.names import rough
from isthmus.report.nearness import similarity_rows
from isthmus.report.orders import orders_of
from isthmus.report.vega import vega_script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.report.facts import Facts
    from isthmus.report.figures import Figure
    from isthmus.report.table import Table

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("state.js", "tables.js", "charts.js", "main.js")
_UNSAFE: dict[str, str | int | None] = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
FILTERS = ("route", "target", "language", "metric")


def page(facts: Facts, tables: Mapping[str, Table], files: tuple[str, ...]) -> str:
    """The page as HTML.

    Args:
        tables: As of ``tables_of``.
        files: Names of the files beside the page.
    """
    data = chart_data(facts)
    figures, orders = figures_of(facts, data), orders_of(facts)
    shown = {
        "data": {name: in_columns(rows) for name, rows in data.items()},
        "similarity": in_columns(similarity_rows(facts, data[LANGUAGES])),
        "languages": _languages(facts),
        "orders": {order.name: [order.codes, order.notes] for order in orders},
        **_drawings(figures),
    }
    return (
        environment()
        .get_template("page.html.jinja")
        .render(
            facts=facts,
            answer=answer_of(facts),
            tables=tables,
            figures=figures,
            files=files,
            filters=_filters(facts, tables),
            orders=orders,
            outcomes=_outcomes(facts),
            style=asset("page.css"),
            script=Markup("\n").join(asset(name) for name in _SCRIPTS),
            vega=Markup(_within_script(vega_script())),  # noqa: S704 - Vega's own code
            data=embedded(shown),
        )
    )


def environment() -> Environment:
    """Jinja over the page's parts, with everything escaped and nothing left undefined."""
    made = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["rough"] = rough
    return made


def asset(name: str) -> Markup:
    """A style or script of ours, as it is."""
    return Markup((_ASSETS / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours


def embedded(value: Any) -> Markup:
    """JSON that can stand in a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(str.maketrans(_UNSAFE)))  # noqa: S704 - escaped just now


def _drawings(figures: list[Figure]) -> dict[str, Any]:
    """Every specification once, and which one each figure draws of which panel."""
    specs = list({id(figure.spec): figure.spec for figure in figures}.values())
    places = {id(spec): place for place, spec in enumerate(specs)}
    return {
        "specs": specs,
        "figures": {each.name: [places[id(each.spec)], each.panel] for each in figures},
    }


def _languages(facts: Facts) -> dict[str, dict[str, Any]]:
    """Code -> what charts show of a language; names on one line, since Vega takes no other."""
    return {
        code: {
            "name": " ".join(language.name.split()),
            "family": language.family,
            "is_source": code in facts.source_of.values(),
            "distances": {
                name: round(value, 4) for name, value in facts.distances.get(code, {}).items()
            },
        }
        for code, language in facts.languages.items()
    }


def _filters(facts: Facts, tables: Mapping[str, Table]) -> dict[str, list[str]]:
    """What can be filtered by: the values that more than one row has."""
    found = {
        name: list(
            dict.fromkeys(
                row.tags[name]
                for table in tables.values()
                for row in table.rows
                if name in row.tags
            )
        )
        for name in FILTERS
    }
    found["seed"] = [str(seed) for seed in facts.study.seeds]
    return {name: values for name, values in found.items() if len(values) > 1}


def _outcomes(facts: Facts) -> list[tuple[str, str]]:
    """What can be held against a distance: the baseline's score, and each route's gain."""
    rows = facts.analysis.associations
    return list(dict.fromkeys((row.what, row.route) for row in rows))


def _within_script(code: str) -> str:
    """Code in which no string ends the script element."""
    return code.replace("</script", r"<\/script").replace("<!--", r"<\!--")
