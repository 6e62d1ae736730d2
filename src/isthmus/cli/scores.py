"""``isthmus scores``: routes x targets, in the source language and zero-shot in the others."""

from pathlib import Path
from typing import Any, Literal

import polars as pl
from rich.table import Table

from isthmus.api import Opened, open_study
from isthmus.cli.console import say, write_json, write_table, write_text
from isthmus.cli.marks import percent, title_of
from isthmus.study.scores import by_language, summarise


def show_scores(
    study: str,
    *,
    store: Path,
    data: Path | None,
    only: str,
    languages: bool,
    form: Literal["table", "json", "csv"],
) -> None:
    """Shows what is done by now."""
    opened = open_study(study, store=store, data=data, only=only)
    if form == "table":
        print_scores(opened, languages=languages)
        return
    scores = opened.scores(only_selected=True)
    if form == "csv":
        write_text(scores.write_csv())
        return
    metrics = first_metrics(opened)
    source = opened.provider.source_language
    write_json(
        {
            "study": opened.study.name,
            "oracle": opened.study.oracle,
            "source_language": source,
            "metrics": metrics,
            "summary": summarise(scores, metrics, source).to_dicts(),
            "scores": scores.to_dicts(),
        }
    )


def print_scores(opened: Opened, *, languages: bool = False, quiet: bool = False) -> None:
    """Writes the summary table.

    Args:
        opened: The study.
        languages: Also writes one table a target, with a row a language.
        quiet: Says nothing where there are no scores.
    """
    scores = opened.scores(only_selected=True)
    if scores.is_empty():
        if not quiet:
            say(f"{opened.study.name} has no scores in {opened.store.root} yet; run it first.")
        return
    metrics = first_metrics(opened)
    source = opened.provider.source_language
    summary = summarise(scores, metrics, source)
    for model in summary["model"].unique(maintain_order=True):
        title = f"{title_of(opened.study)}, encoder {model}: percent; {source}, and the mean of the others zero-shot"
        write_table(_summary_table(summary.filter(pl.col("model") == model), source, title))
    if languages:
        rows = by_language(scores, metrics)
        for (model, target, split), part in rows.group_by(
            "model", "target", "split", maintain_order=True
        ):
            title = f"{title_of(opened.study)}, encoder {model}: {target} ({split}, {metrics[str(target)]})"
            write_table(_language_table(part, opened, title))


def first_metrics(opened: Opened) -> dict[str, str]:
    """Target -> the metric that its averages are about."""
    tasks = opened.provider.tasks()
    return {name: tasks[name].metrics[0] for name in opened.study.targets}


def _summary_table(summary: pl.DataFrame, source: str, title: str) -> Table:
    several_splits = summary["split"].n_unique() > 1
    columns = summary.select("target", "split", "metric").unique(maintain_order=True).rows()
    table = Table(title=title, title_justify="left")
    table.add_column("route")
    for target, split, metric in columns:
        name = f"{target} {split}" if several_splits else target
        table.add_column(f"{name}\n{metric}\n{source}", justify="right")
        table.add_column("\n\nothers", justify="right")
    chance = ["chance"]
    for target, split, _ in columns:
        first = _rows(summary, target=target, split=split)[0]
        chance += [percent(first["source_chance"]), percent(first["zero_shot_chance"])]
    table.add_row(*chance, style="dim", end_section=True)
    for route in summary["route"].unique(maintain_order=True):
        cells = [route]
        for target, split, _ in columns:
            found = _rows(summary, target=target, split=split, route=route)
            cells += (
                [percent(found[0]["source"]), percent(found[0]["zero_shot"])] if found else ["", ""]
            )
        table.add_row(*cells)
    return table


def _language_table(part: pl.DataFrame, opened: Opened, title: str) -> Table:
    routes = part["route"].unique(maintain_order=True).to_list()
    table = Table(title=title, title_justify="left")
    for name in ("language", "", "family", "script"):
        table.add_column(name)
    for name in ("count", "chance", *routes):
        table.add_column(name, justify="right")
    for code in part["language"].unique(maintain_order=True):
        language = opened.provider.language(code)
        rows = _rows(part, language=code)
        values = {row["route"]: row["value"] for row in rows}
        table.add_row(
            code,
            language.name,
            language.family,
            language.script,
            str(rows[0]["count"]),
            percent(rows[0]["chance"]),
            *(percent(values.get(route)) for route in routes),
        )
    return table


def _rows(frame: pl.DataFrame, **values: str) -> list[dict[str, Any]]:
    return frame.filter(*(pl.col(name) == value for name, value in values.items())).to_dicts()
