"""The tables beside the answer: what could be seen, what retrievals chose, costs, and data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.report.names import rough
from isthmus.report.table import Cell, Column, Row, Table, number, words

if TYPE_CHECKING:
    from isthmus.report.facts import Facts


_MILLION, _TERA = 1e6, 1e12


def detectable_table(facts: Facts) -> Table:
    """The gains that the study could have seen."""
    rows = [
        Row(
            cells=(
                words(row.model),
                words(row.target),
                words(row.metric),
                words(row.group or row.scope.replace("_", "-")),
                number(row.num_seeds, "d"),
                number(row.num_examples, ",d"),
                number(row.points),
                words(
                    ", ".join(f"{points:.1f} with {count}" for count, points in row.by_num_seeds)
                ),
            ),
            tags={"target": row.target, "metric": row.metric},
        )
        for row in facts.analysis.detectable
        if row.scope != "language"
    ]
    return Table(
        name="detectable",
        caption="The least gain that four of five such studies would see",
        columns=(
            Column(name="encoder"),
            Column(name="target"),
            Column(name="metric"),
            Column(name="languages"),
            Column(name="seeds", is_number=True),
            Column(name="examples", is_number=True),
            Column(name="points", is_number=True),
            Column(name="with other numbers of seeds"),
        ),
        rows=tuple(rows),
        note="With one seed only the doubt of the examples counts.",
        is_over_seeds=True,
    )


def tunings_table(facts: Facts) -> Table:
    """What each retrieval chose."""
    rows = [
        Row(
            cells=(
                words(run.model),
                words(run.route),
                words(run.target),
                number(run.seed, "d"),
                number(run.layer, "d"),
                words(run.pooling),
                words("yes" if run.centring else "no"),
                words("yes" if run.whitening else "no"),
                number(run.dev_accuracy),
                number(run.num_places, "d"),
                words("yes" if run.alike else "no"),
            ),
            tags={"route": run.route, "target": run.target, "seed": str(run.seed)},
        )
        for run in facts.analysis.tunings
    ]
    names = ("encoder", "route", "target", "seed", "layer", "pooling", "centred", "whitened")
    return Table(
        name="tuning",
        caption="What each retrieval takes its sentence vectors from",
        columns=(
            *(Column(name=name, is_number=name in {"seed", "layer"}) for name in names),
            Column(name="accuracy on development pairs", is_number=True),
            Column(name="places tried", is_number=True),
            Column(name="baseline tuned alike"),
        ),
        rows=tuple(rows),
    )


def costs_table(facts: Facts) -> Table:
    """What the routes cost beyond the baseline."""
    rows = [
        Row(
            cells=(
                words(cost.model),
                words(cost.route),
                number(cost.num_tokens / _MILLION, ",.2f"),
                _amount(cost.flops / _TERA),
                number(cost.seconds / 60, ",.1f"),
                number(cost.gain, "+.2f"),
                number(_in(cost.tokens_per_point, _MILLION), ",.2f"),
                _amount(_in(cost.flops_per_point, _TERA)),
                number(_in(cost.seconds_per_point, 60), ",.1f"),
            ),
            tags={"route": cost.route},
        )
        for cost in facts.ledger.routes
    ]
    return Table(
        name="costs",
        caption="What each route trains more than the baseline, for one seed",
        columns=(
            Column(name="encoder"),
            Column(name="route"),
            Column(name="million tokens", is_number=True),
            Column(name="TFLOP", is_number=True, explained="6 N operations a token"),
            Column(name="minutes", is_number=True, explained="In training loops, as recorded"),
            Column(name="mean zero-shot gain", is_number=True),
            Column(name="million tokens a point", is_number=True),
            Column(name="TFLOP a point", is_number=True),
            Column(name="minutes a point", is_number=True),
        ),
        rows=tuple(rows),
        note="All targets together. 1 TFLOP is 10^12 floating-point operations: 6 N for every token "
        "trained on, N the weights of the encoder's layers without embeddings. Where nothing was "
        "gained, no point has a price.",
        is_over_seeds=True,
    )


def _amount(value: float | None) -> Cell:
    return words("") if value is None else Cell(text=rough(value), value=value)


def _in(value: float | None, unit: float) -> float | None:
    return None if value is None else value / unit


def sources_table(facts: Facts) -> Table:
    """The data that was read, with its licences."""
    names = ("task", "splits", "languages", "reference", "licence", "revision", "what differs")
    rows = [
        Row(
            cells=tuple(
                words(text)
                for text in (
                    each.task,
                    each.splits,
                    each.languages,
                    each.citation,
                    each.licence,
                    each.revision,
                    " ".join(each.notes),
                )
            )
        )
        for each in facts.sources
    ]
    return Table(
        name="sources",
        caption="The data that was read",
        columns=tuple(Column(name=name) for name in names),
        rows=tuple(rows),
        note="'What differs' says what is not as the data's authors have it, stand-ins above all.",
    )
