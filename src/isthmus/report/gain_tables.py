"""The tables of mean gains: zero-shot and in the source language, by language family and by script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.analysis.overall import OVERALL
from isthmus.report.answer import tone_of
from isthmus.report.names import marked, shown, target_name
from isthmus.report.table import Cell, Column, Row, Table, number, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts
    from isthmus.report.seeds import Alone

_NOTE = "Scores are in percent, gains in points."


def means_table(facts: Facts, alone: Alone) -> Table:
    """Every gain in the mean over languages, and in the source language."""
    gains = [*facts.analysis.gains_over("zero_shot")]
    gains += [gain for gain in facts.analysis.gains_over("language") if facts.is_in_source(gain)]
    return Table(
        name="means",
        caption="Gains in the source language, and in means over languages",
        columns=_columns("over"),
        rows=_rows(facts, gains, alone),
        note=_NOTE,
    )


def families_table(facts: Facts, alone: Alone) -> Table:
    """Every gain in the mean over a family's languages, or over those of a script."""
    gains = [*facts.analysis.gains_over("family"), *facts.analysis.gains_over("script")]
    return Table(
        name="families",
        caption="Gains by language family and by script",
        columns=_columns("family or script"),
        rows=_rows(facts, gains, alone),
        note=f"{_NOTE} Intervals take the languages for some of many of their kind, so a single "
        "language has none.",
    )


def tags_of(gain: Gain) -> dict[str, str]:
    """What filters go by."""
    tags = {"route": gain.route, "target": gain.target, "metric": gain.metric}
    if gain.scope == "language":
        tags["language"] = gain.group
    return tags


def _columns(over: str) -> tuple[Column, ...]:
    return (
        Column(name="encoder"),
        Column(name="route"),
        Column(name="target"),
        Column(name="metric"),
        Column(name=over),
        Column(name="languages", is_number=True),
        Column(name="chance", is_number=True),
        Column(name="baseline", is_number=True),
        Column(name="route's score", is_number=True),
        Column(name="gain", is_number=True),
        Column(name="q", is_number=True, explained="Rate of false discoveries", is_over_seeds=True),
        Column(
            name="leaving one out",
            explained="Lowest and highest gain without a language",
            is_over_seeds=True,
        ),
        Column(name="seeds", is_number=True, is_over_seeds=True),
        Column(name="examples", is_number=True),
    )


def _rows(facts: Facts, gains: Iterable[Gain], alone: Alone) -> tuple[Row, ...]:
    chances = _chances(facts)
    rows = []
    for gain in gains:
        kind = "source" if gain.scope == "language" else gain.scope.replace("_", "-")
        levels = [chances.get((gain.target, gain.split, code)) for code in gain.languages]
        known = [level for level in levels if level is not None]
        found, of_seeds = gain.estimate, alone.of(gain)
        cells = (
            words(gain.model),
            words(gain.route),
            words(target_name(gain)),
            words(gain.metric),
            words(f"{kind} {gain.group}".strip()),
            number(len(gain.languages), "d"),
            number(sum(known) / len(known) if known and gain.target != OVERALL else None),
            number(gain.baseline, alone=of_seeds.baseline),
            number(gain.score, alone=of_seeds.score),
            Cell(text=marked(gain), value=found.value, tone=tone_of(gain), alone=of_seeds.gain),
            number(gain.q, ".4f"),
            words(_range(gain.without_one)),
            number(found.num_seeds, "d"),
            number(found.num_examples, ",d"),
        )
        rows.append(Row(cells=cells, tags=tags_of(gain)))
    return tuple(rows)


def _chances(facts: Facts) -> dict[tuple[str, str, str], float | None]:
    columns = ("target", "split", "language", "metric", "chance")
    return {
        (target, split, language): chance
        for target, split, language, metric, chance in facts.scores.select(columns).rows()
        if metric == facts.metrics.get(target)
    }


def _range(bounds: tuple[float, float] | None) -> str:
    return "" if bounds is None else " to ".join(shown(bound, "+.1f") for bound in bounds)
