"""The tables of a report, from the facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isthmus.analysis.overall import OVERALL
from isthmus.report.answer import tone_of
from isthmus.report.few_shots import curves_table
from isthmus.report.gain_tables import families_table, means_table
from isthmus.report.names import marked, target_name
from isthmus.report.nearness import associations_table
from isthmus.report.score_tables import languages_table
from isthmus.report.seeds import alone_of
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
    from isthmus.report.seeds import Alone

MARKS_EXPLAINED = (
    "Points over the baseline with their 95% interval; * ** *** rate of false discoveries below "
    "5%, 1%, 0.1%. Seen from: the least gain that four of five such studies would see."
)


def tables_of(facts: Facts, hrefs: Mapping[str, str]) -> dict[str, Table]:
    """Every table that has rows, by name.

    Args:
        hrefs: Key of a step -> where its record is, as a link of the page.
    """
    alone = alone_of(facts)
    made = [
        *_matrices(facts, alone),
        means_table(facts, alone),
        languages_table(facts, hrefs, alone),
        families_table(facts, alone),
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


def _matrices(facts: Facts, alone: Alone) -> Iterator[Table]:
    gains = facts.analysis.gains_over("zero_shot")
    for number_of, encoder in enumerate(facts.encoders):
        part = [gain for gain in gains if gain.model == encoder.name]
        by_place = {(gain.route, gain.target, gain.split): gain for gain in part}
        first = {(gain.target, gain.split): gain for gain in part}
        targets = list(first)
        columns = [
            Column(
                name=f"{target_name(gain)}, {gain.metric}",
                is_number=True,
                tags={"target": gain.target, "metric": gain.metric},
            )
            for gain in first.values()
        ]
        base = [number(gain.baseline, alone=alone.of_baseline(gain)) for gain in first.values()]
        rows = [Row(cells=(words(facts.analysis.baseline), *base))]
        for route in dict.fromkeys(gain.route for gain in part):
            cells = [_gain_cell(by_place.get((route, *each)), alone) for each in targets]
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
    cells = (words("seen from"), *(number(seen.get(each)) for each in targets))
    return [Row(cells=cells, is_over_seeds=True)]


def _gain_cell(gain: Gain | None, alone: Alone) -> Cell:
    if gain is None:
        return words("")
    target = {} if gain.target == OVERALL else {"target": gain.target}
    return Cell(
        text=marked(gain),
        value=gain.estimate.value,
        tone=tone_of(gain),
        leads={"route": gain.route, **target},
        alone=alone.of(gain).gain,
    )
