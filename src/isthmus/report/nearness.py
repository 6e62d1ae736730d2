"""How gains and scores go with distance, as the page shows it: lines for scatters, and a table."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from isthmus.analysis.overall import OVERALL
from isthmus.report.fits import fit_of
from isthmus.report.names import name_of, panel_of
from isthmus.report.table import Cell, Column, Row, Table, number, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.analysis.similarity import Association
    from isthmus.report.chart_data import Rows
    from isthmus.report.facts import Facts

_DIGITS = 5


def similarity_rows(facts: Facts, languages: Rows) -> Rows:
    """A row for each association within a target: its line, and its correlation in words.

    Args:
        languages: The rows of the charts of languages.
    """
    values: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in languages:
        if row["language"] != facts.source_of.get(row["target"]):
            values.setdefault((row["panel"], row["route"]), []).append(row)
    rows = []
    for each in facts.analysis.associations:
        if each.target == OVERALL:
            continue
        panel = panel_of(each.model, name_of(each.target, each.split), facts)
        distances = facts.analysis.distances.get(each.model, {})
        places = [
            (distances[row["language"]][each.distance], row[each.what])
            for row in values.get((panel, each.route), [])
            if each.distance in distances.get(row["language"], {}) and each.what in row
        ]
        fit = fit_of([x for x, _ in places], [y for _, y in places])
        line = (
            [float(f"{value:.{_DIGITS}g}") for value in astuple(fit)] if fit is not None else None
        )
        rows.append(
            {
                "panel": panel,
                "what": each.what,
                "route": each.route,
                "distance": each.distance,
                "text": correlation(each),
                "line": line,
            }
        )
    return rows


def correlation(row: Association) -> str:
    """Spearman's correlation with its interval and rate of false discoveries, or why there is none."""
    if row.spearman is None:
        return row.note
    q = "" if row.q is None else f", q {'<' if row.q < 0.001 else '='} {max(row.q, 0.001):.3f}"
    return f"\u03c1 = {row.spearman:+.2f} [{row.spearman_low:.2f}, {row.spearman_high:.2f}]{q}"


def associations_table(facts: Facts) -> Table:
    """Every correlation with a distance that could be taken."""
    rows = [
        Row(
            cells=(
                words(row.model),
                words(f"{row.what} of {row.route}"),
                words("all targets" if row.target == OVERALL else row.target),
                words(row.distance.replace("_", " ")),
                number(row.num_languages, "d"),
                _ranked(row.spearman, row.spearman_low, row.spearman_high),
                _ranked(row.kendall, row.kendall_low, row.kendall_high),
                number(row.partial, "+.2f"),
                number(row.p, ".4f"),
                number(row.q, ".4f"),
                _slope(row),
                number(row.slope_q, ".4f"),
            ),
            tags={"route": row.route, "target": row.target, "distance": row.distance},
        )
        for row in facts.analysis.associations
        if row.spearman is not None
    ]
    return Table(
        name="associations",
        caption="How scores and gains go with distance from the source",
        columns=(
            Column(name="encoder"),
            Column(name="what"),
            Column(name="target"),
            Column(name="distance"),
            Column(name="languages", is_number=True),
            Column(name="Spearman", is_number=True),
            Column(name="Kendall", is_number=True),
            Column(name="beyond subwords", is_number=True, explained="Spearman's partial"),
            Column(name="p", is_number=True, explained="Permutation test of Spearman's"),
            Column(name="q", is_number=True, explained="Rate of false discoveries"),
            Column(name="slope", is_number=True, explained="Of the mixed model over all targets"),
            Column(name="slope's q", is_number=True),
        ),
        rows=tuple(rows),
        note="Rank correlations over zero-shot languages with 95% intervals from drawing languages "
        "again; the slope is in points for one standard deviation of the distance. q is Benjamini "
        "and Hochberg's over all tests. Languages are relatives: few families say little.",
        is_over_seeds=True,
    )


def _ranked(value: float | None, low: float | None, high: float | None) -> Cell:
    if value is None or low is None or high is None:
        return number(value, "+.2f")
    tone = "" if low <= 0 <= high else ("up" if value > 0 else "down")
    return Cell(text=f"{value:+.2f} [{low:.2f}, {high:.2f}]", value=value, tone=tone)


def _slope(row: Association) -> Cell:
    found = row.slope
    if found is None or found.value is None:
        return words("")
    return Cell(text=f"{found.value:+.1f} [{found.low:.1f}, {found.high:.1f}]", value=found.value)
