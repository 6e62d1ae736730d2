"""Few-shot curves and what a stopover is worth in labels: rows for charts, tables and sentences."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from isthmus.report.names import name_of, panel_of, shown
from isthmus.report.table import Cell, Column, Row, Table, number, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.analysis.curves import Curve, Point, Worth
    from isthmus.analysis.few_shot import Labels
    from isthmus.report.chart_data import Rows
    from isthmus.report.facts import Facts


def curve_rows(facts: Facts) -> Rows:
    """A row for each point of each curve; ``of`` is the language, "" for the mean over them."""
    return [
        {
            "panel": panel_of(curve.model, name_of(curve.target, curve.split), facts),
            "route": curve.route,
            "target": curve.target,
            "metric": curve.metric,
            "of": curve.language,
            "shots": point.shots,
            "score": round(point.score, 2),
            "low": None if point.low is None else round(point.low, 2),
            "high": None if point.high is None else round(point.high, 2),
            "draws": point.num_draws,
        }
        for curve in facts.analysis.curves
        for point in curve.points
    ]


def curves_table(facts: Facts) -> Table:
    """Routes and languages by numbers of examples, and what the stopover is worth."""
    curves = facts.analysis.curves
    shots = sorted({point.shots for curve in curves for point in curve.points})
    worths = {_place(worth): worth.labels for worth in facts.analysis.worths}
    rows = []
    for curve in curves:
        points = {point.shots: point for point in curve.points}
        cells = (
            words(curve.model),
            words(curve.route),
            words(name_of(curve.target, curve.split)),
            words(curve.language or f"mean of {len(curve.languages)}"),
            *(_score(points.get(k)) for k in shots),
            _labels(worths.get(_place(curve))),
        )
        tags = {"route": curve.route, "target": curve.target, "metric": curve.metric}
        rows.append(
            Row(cells=cells, tags=tags | ({"language": curve.language} if curve.language else {}))
        )
    return Table(
        name="few-shot",
        caption="Scores after training on so many labelled examples of the language",
        columns=(
            Column(name="encoder"),
            Column(name="route"),
            Column(name="target"),
            Column(name="language"),
            *(Column(name="zero-shot" if k == 0 else f"{k}", is_number=True) for k in shots),
            Column(name="worth labels", is_number=True),
        ),
        rows=tuple(rows),
        note="Percent with 95% intervals over draws of examples and seeds, not over test examples. "
        f"Worth labels: so many bring {facts.analysis.baseline} to where the route is without any.",
        is_over_seeds=True,
    )


def worth_sentences(facts: Facts) -> Iterator[str]:
    """Yields what each stopover is worth, in the mean over languages."""
    for worth in facts.analysis.worths:
        if worth.language and len(worth.languages) > 1:
            continue
        labels, target = worth.labels, name_of(worth.target, worth.split)
        where = f"in {worth.language}" if worth.language else "in the mean over languages"
        if labels.num is not None and labels.num < 0.5:
            said = f"is worth no label: {worth.baseline} lies no lower without any"
        else:
            said = f"is worth {shown_labels(labels)} labels a language"
        yield f"On {target}, {where}, {worth.route} {said}."


def shown_labels(labels: Labels) -> str:
    """A number of labels with its interval, such as ``40 [12, more than 100]``."""
    if not labels.has_interval:
        return f"{_count(labels.num, labels.most)} [no interval]"
    low, high = (_count(bound, labels.most) for bound in (labels.low, labels.high))
    return f"{_count(labels.num, labels.most)} [{low}, {high}]"


def curve_frame(facts: Facts) -> list[dict[str, Any]]:
    """A row for each point of each curve, unrounded."""
    return [
        {
            **{name: value for name, value in asdict(curve).items() if name != "points"},
            "languages": " ".join(curve.languages),
            **asdict(point),
        }
        for curve in facts.analysis.curves
        for point in curve.points
    ]


def worth_frame(facts: Facts) -> list[dict[str, Any]]:
    """A row for each stopover and language."""
    return [
        {
            **{name: value for name, value in asdict(worth).items() if name != "labels"},
            "languages": " ".join(worth.languages),
            **{f"labels_{name}": value for name, value in asdict(worth.labels).items()},
        }
        for worth in facts.analysis.worths
    ]


def _place(each: Curve | Worth) -> tuple[str, ...]:
    return each.model, each.route, each.target, each.split, each.language


def _score(point: Point | None) -> Cell:
    if point is None:
        return words("")
    if point.low is None or point.high is None:
        return number(point.score)
    bounds = f"[{shown(point.low)}, {shown(point.high)}]"
    return Cell(text=f"{shown(point.score)} {bounds}", value=point.score)


def _labels(labels: Labels | None) -> Cell:
    if labels is None:
        return words("")
    beyond = labels.most + 1.0
    return Cell(text=shown_labels(labels), value=beyond if labels.num is None else labels.num)


def _count(num: float | None, most: int) -> str:
    return f"more than {most}" if num is None else f"{num:.0f}"
