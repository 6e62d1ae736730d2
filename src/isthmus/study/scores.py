"""The scores of a study as one long table, and what stands in its summary.

The long table has a row for each cell and metric that is done. The summary has a row for each
model, route and target: the level of chance, the score in the source language, and the zero-shot
mean over the other languages, each the mean over seeds of the target's first metric.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from isthmus.study.disk import explained, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from isthmus.study.step import Cell, Plan
    from isthmus.study.store import Store

SCHEMA: Mapping[str, type[pl.DataType]] = {
    "study": pl.String,
    "model": pl.String,
    "route": pl.String,
    "target": pl.String,
    "split": pl.String,
    "language": pl.String,
    "metric": pl.String,
    "seed": pl.Int64,
    "shots": pl.Int64,
    "draw": pl.Int64,
    "value": pl.Float64,
    "count": pl.Int64,
    "chance": pl.Float64,
    "oracle": pl.Boolean,
    "step": pl.String,
}
"""Of the long table. ``value`` and ``chance`` are in percent, ``count`` in examples, ``step`` is the
key of the score step. ``shots`` and ``draw`` are a cell's: 0 and 0 where nothing in the language was
trained on, which is all that means and summaries are over."""

_GROUP = ("model", "route", "target", "split", "metric")


def score_table(plan: Plan, store: Store, *, oracle: bool) -> pl.DataFrame:
    """Returns the long table of the cells that are done, in the plan's order.

    Args:
        oracle: Whether the study may select on languages other than the source.
    """
    rows = [
        {"study": plan.study, **row, "oracle": oracle}
        for cell in plan.all_cells
        for row in _rows(cell, store)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, strict=False)


def _rows(cell: Cell, store: Store) -> Iterator[dict[str, Any]]:
    done = store.done(cell.score_key)
    if done is None:
        return
    for row in cast("list[dict[str, Any]]", done.result.get("rows", [])):
        yield {
            "model": cell.model,
            "route": cell.route,
            "target": cell.target,
            "split": cell.split,
            "language": cell.language,
            "metric": row["metric"],
            "seed": cell.seed,
            "shots": cell.shots,
            "draw": cell.draw,
            "value": row["value"],
            "count": row["count"],
            "chance": row.get("chance"),
            "step": cell.score_key,
        }


def save_scores(scores: pl.DataFrame, path: Path, root: Path) -> None:
    """Writes the long table as Parquet to a path in the store at ``root``.

    Raises:
        StoreError: the store cannot be written.
    """
    content = io.BytesIO()
    scores.write_parquet(content)
    with explained(root):
        write_atomically(path, content.getvalue())


def primary(scores: pl.DataFrame, metrics: Mapping[str, str]) -> pl.DataFrame:
    """Keeps the rows of each target's first metric, those of a few examples left out.

    Args:
        metrics: Target -> its first metric.
    """
    return scores.filter(pl.col("metric") == _of_target(metrics), pl.col("shots") == 0)


def summarise(
    scores: pl.DataFrame, metrics: Mapping[str, str], sources: Mapping[str, str]
) -> pl.DataFrame:
    """Returns a row for each model, route, target and split, in the order of the long table.

    Columns: model, route, target, split, metric, source, zero_shot, the level of chance of both,
    num_languages (of the zero-shot mean), num_seeds. ``source`` is null where the target has no
    source-language test, ``zero_shot`` where no other language is done. A language counts once
    however many seeds it has.

    Args:
        metrics: Target -> its first metric.
        sources: Target -> the language of its training data.
    """
    languages = by_language(scores, metrics)
    is_source = pl.col("language") == _of_target(sources)
    return languages.group_by(_GROUP, maintain_order=True).agg(
        pl.col("value").filter(is_source).mean().alias("source"),
        pl.col("value").filter(~is_source).mean().alias("zero_shot"),
        pl.col("chance").filter(is_source).mean().alias("source_chance"),
        pl.col("chance").filter(~is_source).mean().alias("zero_shot_chance"),
        (~is_source).sum().cast(pl.Int64).alias("num_languages"),
        pl.col("num_seeds").max(),
    )


def by_language(scores: pl.DataFrame, metrics: Mapping[str, str]) -> pl.DataFrame:
    """Returns the mean over seeds of each target's first metric, for every language."""
    return (
        primary(scores, metrics)
        .group_by(*_GROUP, "language", maintain_order=True)
        .agg(
            pl.col("value").mean(),
            pl.col("chance").mean(),
            pl.col("count").max(),
            pl.col("seed").n_unique().cast(pl.Int64).alias("num_seeds"),
        )
    )


def by_shots(scores: pl.DataFrame, metrics: Mapping[str, str]) -> pl.DataFrame:
    """Returns the mean of each target's first metric by the number of examples trained on.

    Columns: model, route, target, split, metric, shots, value, num_languages, num_draws, num_seeds.
    Zero-shot (0) is over the languages that have few-shot scores too; targets without any are left
    out. A language counts once however many draws and seeds it has.
    """
    first = scores.filter(pl.col("metric") == _of_target(metrics))
    place = [*_GROUP, "language"]
    few = first.filter(pl.col("shots") > 0).select(place).unique()
    return (
        first.join(few, on=place, how="semi", maintain_order="left")
        .group_by(*place, "shots", maintain_order=True)
        .agg(
            pl.col("value").mean(),
            pl.col("draw").n_unique().cast(pl.Int64).alias("num_draws"),
            pl.col("seed").n_unique().cast(pl.Int64).alias("num_seeds"),
        )
        .group_by(*_GROUP, "shots", maintain_order=True)
        .agg(
            pl.col("value").mean(),
            pl.len().cast(pl.Int64).alias("num_languages"),
            pl.col("num_draws", "num_seeds").max(),
        )
    )


def _of_target(values: Mapping[str, str]) -> pl.Expr:
    return pl.col("target").replace_strict(dict(values), default=None, return_dtype=pl.String)
