"""The scores of every route in every language, beside chance, with their gains and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from isthmus.report.answer import tone_of
from isthmus.report.names import interval, shown
from isthmus.report.runs import zero_shot_scores
from isthmus.report.table import Cell, Column, Link, Row, Table, number, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts
    from isthmus.report.seeds import Alone

_PLACE = ("model", "route", "target", "split", "language")


def languages_table(facts: Facts, hrefs: Mapping[str, str], alone: Alone) -> Table:
    """A row for each encoder, route, target and language; the mean over its seeds."""
    return Table(
        name="languages",
        caption="Scores and gains in every language",
        columns=(
            Column(name="encoder"),
            Column(name="route"),
            Column(name="target"),
            Column(name="metric"),
            Column(name="language"),
            Column(name="name"),
            Column(name="family"),
            Column(name="script"),
            *(Column(name=name, is_number=True) for name in facts.distance_names[:1]),
            Column(name="examples", is_number=True),
            Column(name="chance", is_number=True),
            Column(name="score", is_number=True),
            Column(name="gain", is_number=True),
            Column(
                name="q", is_number=True, explained="Rate of false discoveries", is_over_seeds=True
            ),
            Column(name="each seed", explained="Its score, linked to its record"),
        ),
        rows=tuple(_rows(facts, hrefs, alone)),
        note="Scores are in percent, and means over seeds unless one is chosen; each seed's leads to "
        "its record.",
    )


def _rows(facts: Facts, hrefs: Mapping[str, str], alone: Alone) -> Iterator[Row]:
    gains = {
        (gain.model, gain.route, gain.target, gain.split, gain.group): gain
        for gain in facts.analysis.gains_over("language")
    }
    for row in language_scores(facts).iter_rows(named=True):
        gain = gains.get(tuple(row[name] for name in _PLACE))
        links = tuple(
            Link(text=shown(value), href=hrefs[key], about=f"seed {seed}")
            for seed, value, key in zip(row["seeds"], row["values"], row["steps"], strict=True)
        )
        language = facts.languages[row["language"]]
        split = "" if row["split"] == "test" else f" ({row['split']})"
        near = facts.distances.get(language.code, {})
        cells = (
            words(row["model"]),
            words(row["route"]),
            words(row["target"] + split),
            words(row["metric"]),
            words(language.code),
            words(language.name),
            words(language.family),
            words(language.script),
            *(number(near.get(name), ".2f") for name in facts.distance_names[:1]),
            number(row["count"], ",d"),
            number(row["chance"]),
            number(
                row["value"], alone=alone.texts(dict(zip(row["seeds"], row["values"], strict=True)))
            ),
            _gain(gain, alone),
            number(gain.q if gain is not None else None, ".4f"),
            Cell(text="", links=links),
        )
        yield Row(
            cells=cells,
            tags={name: row[name] for name in ("route", "target", "language", "metric")},
        )


def language_scores(facts: Facts) -> pl.DataFrame:
    """Means over seeds of each target's first metric, with the seeds and their score steps."""
    languages = {code: place for place, code in enumerate(facts.languages)}
    targets = {name: place for place, name in enumerate(facts.study.targets)}
    return (
        zero_shot_scores(facts)
        .group_by(*_PLACE, "metric", maintain_order=True)
        .agg(
            pl.col("value").mean(),
            pl.col("chance").mean(),
            pl.col("count").max(),
            pl.col("seed").alias("seeds"),
            pl.col("value").alias("values"),
            pl.col("step").alias("steps"),
        )
        .sort(
            "model",
            pl.col("target").replace_strict(targets, return_dtype=pl.Int64),
            pl.col("language").replace_strict(languages, return_dtype=pl.Int64),
            maintain_order=True,
        )
    )


def _gain(gain: Gain | None, alone: Alone) -> Cell:
    if gain is None:
        return words("")
    return Cell(
        text=interval(gain),
        value=gain.estimate.value,
        tone=tone_of(gain),
        alone=alone.of(gain).gain,
    )
