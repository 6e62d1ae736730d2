"""``isthmus scores``: routes x targets, in the source language and zero-shot in the others."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import polars as pl
from rich.table import Table

from isthmus.api import Opened, open_study
from isthmus.cli.console import say, write_json, write_table, write_text
from isthmus.cli.marks import percent, title_of
from isthmus.sources.provider import source_of
from isthmus.study.scores import by_language, by_shots, summarise


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
    sources = source_languages(opened)
    write_json(
        {
            "study": opened.study.name,
            "oracle": opened.study.oracle,
            "source_language": opened.provider.source_language,
            "source_languages": sources,
            "metrics": metrics,
            "summary": summarise(scores, metrics, sources).to_dicts(),
            "few_shot": by_shots(scores, metrics).to_dicts(),
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
    sources = source_languages(opened)
    summary = summarise(scores, metrics, sources)
    named = next(iter(sources.values())) if len(set(sources.values())) == 1 else "the source"
    for model in summary["model"].unique(maintain_order=True):
        part = summary.filter(pl.col("model") == model)
        write_table(
            _summary_table(part, sources),
            f"{title_of(opened.study)}, encoder {model}: percent in {named}, and the zero-shot "
            f"mean of the other languages; means over {_seeds(part)}",
        )
    _say_what_is_missing(opened)
    few = by_shots(scores, metrics)
    for (model, target, split), part in few.group_by(
        "model", "target", "split", maintain_order=True
    ):
        write_table(
            _shots_table(part),
            f"{title_of(opened.study)}, encoder {model}: {target} ({split}, {metrics[str(target)]}) "
            f"after k examples of each of {max(part['num_languages'])} languages, percent",
        )
    if languages:
        rows = by_language(scores, metrics)
        for (model, target, split), part in rows.group_by(
            "model", "target", "split", maintain_order=True
        ):
            write_table(
                _language_table(part, opened),
                f"{title_of(opened.study)}, encoder {model}: {target} ({split}, "
                f"{metrics[str(target)]}), percent",
            )


def _say_what_is_missing(opened: Opened) -> None:
    cells = opened.selected.all_cells
    num_done = sum(opened.store.is_done(cell.score_key) for cell in cells)
    if num_done < len(cells):
        say(
            f"{num_done:,} of {len(cells):,} scores are there. A mean over languages is over those "
            "that are: do not compare routes by it until `isthmus run` has made the rest."
        )


def first_metrics(opened: Opened) -> dict[str, str]:
    """Target -> the metric that its averages are about."""
    tasks = opened.provider.tasks()
    return {name: tasks[name].metrics[0] for name in opened.study.targets}


def source_languages(opened: Opened) -> dict[str, str]:
    """Target -> the language of its training data; zero-shot are the others."""
    tasks = opened.provider.tasks()
    return {name: source_of(tasks[name], opened.provider) for name in opened.study.targets}


def _summary_table(summary: pl.DataFrame, sources: Mapping[str, str]) -> Table:
    several_splits = summary["split"].n_unique() > 1
    table = Table()
    table.add_column("route")
    places: list[tuple[str, str, str]] = []
    for target, split, metric in (
        summary.select("target", "split", "metric").unique(maintain_order=True).rows()
    ):
        name = f"{target} {split}" if several_splits else target
        heads = iter((f"{name}\n{metric}", "\n"))
        for column, language in (("source", sources[target]), ("zero_shot", "others")):
            rows = summary.filter(target=target, split=split)
            if rows[column].is_not_null().any():
                places.append((target, split, column))
                table.add_column(f"{next(heads)}\n{language}", justify="right")
    chance = [
        percent(_first(summary, f"{column}_chance", target=target, split=split))
        for target, split, column in places
    ]
    table.add_row("chance", *chance, style="dim", end_section=True)
    for route in summary["route"].unique(maintain_order=True):
        scores = [
            percent(_first(summary, column, target=target, split=split, route=route))
            for target, split, column in places
        ]
        table.add_row(route, *scores)
    return table


def _seeds(summary: pl.DataFrame) -> str:
    counts = sorted(set(summary["num_seeds"]))
    most = f"{counts[-1]} seed{'s' * (counts[-1] > 1)}"
    return most if len(counts) == 1 else f"{counts[0]} to {most}, as far as they are done"


def _shots_table(part: pl.DataFrame) -> Table:
    ks = sorted(part["shots"].unique())
    table = Table()
    table.add_column("route")
    for k in ks:
        table.add_column("zero-shot" if k == 0 else f"k = {k}", justify="right")
    for route in part["route"].unique(maintain_order=True):
        values = {row["shots"]: row["value"] for row in part.filter(route=route).to_dicts()}
        table.add_row(route, *(percent(values.get(k)) for k in ks))
    return table


def _language_table(part: pl.DataFrame, opened: Opened) -> Table:
    routes = part["route"].unique(maintain_order=True).to_list()
    table = Table()
    for name in ("language", "name", "family", "script"):
        table.add_column(name)
    for name in ("count", "chance", *routes):
        table.add_column(name, justify="right")
    for code in part["language"].unique(maintain_order=True):
        language = opened.provider.language(code)
        rows = part.filter(language=code).to_dicts()
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


def _first(frame: pl.DataFrame, column: str, **values: str) -> float | None:
    found = frame.filter(**values)[column].drop_nulls()
    return None if found.is_empty() else float(found[0])
