"""The few-shot tables of ``isthmus gains``."""

from collections.abc import Sequence

from rich.table import Table

from isthmus.analysis.curves import Curve, Point, Worth
from isthmus.analysis.few_shot import Labels


def curves_table(curves: Sequence[Curve], worths: Sequence[Worth]) -> Table:
    """Routes (and languages, where there are several) x numbers of examples, and labels' worth."""
    labels = {(worth.route, worth.language): worth.labels for worth in worths}
    shots = sorted({point.shots for curve in curves for point in curve.points})
    languages = list(dict.fromkeys(curve.language for curve in curves))
    named = len(languages) > 1
    table = Table()
    for name in ("language", "route") if named else ("route",):
        table.add_column(name)
    for k in shots:
        table.add_column("zero-shot" if k == 0 else f"k = {k}", justify="right")
    table.add_column("worth labels", justify="right")
    for language in languages:
        for curve in (curve for curve in curves if curve.language == language):
            points = {point.shots: point for point in curve.points}
            table.add_row(
                *((language,) if named else ()),
                curve.route,
                *(_score(points.get(k)) for k in shots),
                shown(labels.get((curve.route, language))),
            )
        table.add_section()
    return table


def shown(labels: Labels | None) -> str:
    """A number of labels with its interval, such as ``40 [12, >100]``."""
    if labels is None:
        return ""
    if not labels.has_interval:
        return f"{_count(labels.num, labels.most)} [none]"
    low, high = (_count(bound, labels.most) for bound in (labels.low, labels.high))
    return f"{_count(labels.num, labels.most)} [{low}, {high}]"


def _count(num: float | None, most: int) -> str:
    return f">{most}" if num is None else f"{num:.0f}"


def _score(point: Point | None) -> str:
    if point is None:
        return ""
    if point.low is None or point.high is None:
        return f"{point.score:.1f}"
    return f"{point.score:.1f} [{point.low:.1f}, {point.high:.1f}]"
