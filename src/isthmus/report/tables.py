"""The tables of a report, from the facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isthmus.analysis.overall import OVERALL
from isthmus.report.answer import tone_of
from isthmus.report.few_shots import curves_table
from isthmus.report.names import marked, target_name
from isthmus.report.nearness import associations_table
from isthmus.report.score_tables import languages_table
from isthmus.report.side_tables import (
    costs_table,
    detectable_table,
    sources_table,
    tunings_table,
)
from isthmus.report.table import Cell, Column, Row, Table, number, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts

_SCOPES = ("zero_shot", "language", "family", "script", "all")
MARKS_EXPLAINED = (
    "Points over the baseline with their 95% interval; * ** *** rate of false discoveries below "
    "5%, 1%, 0.1%. Seen from: the least gain that four of five such studies would see."
)


def tables_of(facts: Facts, hrefs: Mapping[str, str]) -> dict[str, Table]:
    """Every table that has rows, by name.

    Args:
        hrefs: Key of a step -> where its record is, as a link of the page.
    """
    made = [
        *_matrices(facts),
        _means(facts),
        languages_table(facts, hrefs),
        associations_table(facts),
        curves_table(facts),
        detectable_table(facts),
        tunings_table(facts),
        costs_table(facts),
        sources_table(facts),
    ]
    several = len(facts.encoders) > 1
    return {
        table.name: table if several else _without(table, "encoder") for table in made if table.rows
    }


def _without(table: Table, column: str) -> Table:
    """The table without a column that says the same in every row."""
    kept = [place for place, each in enumerate(table.columns) if each.name != column]
    rows = [replace(row, cells=tuple(row.cells[place] for place in kept)) for row in table.rows]
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=tuple(rows))


def _matrices(facts: Facts) -> Iterator[Table]:
    gains = facts.analysis.gains_over("zero_shot")
    for number_of, encoder in enumerate(facts.encoders):
        part = [gain for gain in gains if gain.model == encoder.name]
        targets = list(dict.fromkeys((gain.target, gain.split) for gain in part))
        by_place = {(gain.route, gain.target, gain.split): gain for gain in part}
        first = {(gain.target, gain.split): gain for gain in part}
        columns = [
            Column(name=f"{target_name(first[each])}, {first[each].metric}", is_number=True)
            for each in targets
        ]
        base = [number(first[each].baseline) for each in targets]
        rows = [Row(cells=(words(facts.analysis.baseline), *base))]
        for route in dict.fromkeys(gain.route for gain in part):
            cells = [_gain_cell(by_place.get((route, *each))) for each in targets]
            rows.append(Row(cells=(words(route), *cells), tags={"route": route}))
        rows += _seen_from(facts, encoder.name, targets)
        yield Table(
            name="routes" if number_of == 0 else f"routes-{number_of + 1}",
            caption=f"Zero-shot gain of each route, encoder {encoder.name}",
            columns=(Column(name="route"), *columns),
            rows=tuple(rows) if part else (),
            note=MARKS_EXPLAINED,
        )


def _seen_from(facts: Facts, model: str, targets: list[tuple[str, str]]) -> list[Row]:
    seen = {
        (row.target, row.split): row.points
        for row in facts.analysis.detectable
        if (row.model, row.scope) == (model, "zero_shot")
    }
    if not seen:
        return []
    return [Row(cells=(words("seen from"), *(number(seen.get(each)) for each in targets)))]


def _gain_cell(gain: Gain | None) -> Cell:
    if gain is None:
        return words("")
    target = {} if gain.target == OVERALL else {"target": gain.target}
    return Cell(
        text=marked(gain),
        value=gain.estimate.value,
        tone=tone_of(gain),
        leads={"route": gain.route, **target},
    )


def _means(facts: Facts) -> Table:
    chances = _chances(facts)
    rows = []
    for gain in sorted(facts.analysis.gains, key=lambda gain: _SCOPES.index(gain.scope)):
        if gain.scope == "all" or (gain.scope == "language" and not facts.is_in_source(gain)):
            continue
        kind = "source" if gain.scope == "language" else gain.scope.replace("_", "-")
        levels = [chances.get((gain.target, gain.split, code)) for code in gain.languages]
        known = [level for level in levels if level is not None]
        found = gain.estimate
        cells = (
            words(gain.model),
            words(gain.route),
            words(target_name(gain)),
            words(gain.metric),
            words(f"{kind} {gain.group}".strip()),
            number(len(gain.languages), "d"),
            number(sum(known) / len(known) if known and gain.target != OVERALL else None),
            number(gain.baseline),
            number(gain.score),
            Cell(text=marked(gain), value=found.value, tone=tone_of(gain)),
            number(gain.q, ".4f"),
            words(_range(gain.without_one)),
            number(found.num_seeds, "d"),
            number(found.num_examples, ",d"),
        )
        rows.append(Row(cells=cells, tags=tags_of(gain)))
    return Table(
        name="means",
        caption="Gains in the source language, and in means over languages",
        columns=(
            Column(name="encoder"),
            Column(name="route"),
            Column(name="target"),
            Column(name="metric"),
            Column(name="over"),
            Column(name="languages", is_number=True),
            Column(name="chance", is_number=True),
            Column(name="baseline", is_number=True),
            Column(name="route's score", is_number=True),
            Column(name="gain", is_number=True),
            Column(name="q", is_number=True, explained="Rate of false discoveries"),
            Column(name="leaving one out", explained="Lowest and highest gain without a language"),
            Column(name="seeds", is_number=True),
            Column(name="examples", is_number=True),
        ),
        rows=tuple(rows),
        note="Scores are in percent, gains in points.",
    )


def tags_of(gain: Gain) -> dict[str, str]:
    """What filters go by."""
    tags = {"route": gain.route, "target": gain.target, "metric": gain.metric}
    if gain.scope == "language":
        tags["language"] = gain.group
    return tags


def _chances(facts: Facts) -> dict[tuple[str, str, str], float | None]:
    columns = ("target", "split", "language", "metric", "chance")
    return {
        (target, split, language): chance
        for target, split, language, metric, chance in facts.scores.select(columns).rows()
        if metric == facts.metrics.get(target)
    }


def _range(bounds: tuple[float, float] | None) -> str:
    return "" if bounds is None else f"{bounds[0]:+.1f} to {bounds[1]:+.1f}"
