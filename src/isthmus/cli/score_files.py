"""``isthmus score``: a folder of predictions against a folder of gold, in XTREME's layout."""

from pathlib import Path

from rich.table import Table

from isthmus.cli.console import say, write_json, write_table
from isthmus.cli.marks import percent
from isthmus.scoring.xtreme import Report, TaskReport, score_xtreme


def score_files(predictions: Path, labels: Path, *, as_json: bool) -> None:
    """Scores exactly as XTREME's scorer does, and corrected beside it."""
    report = score_xtreme(predictions, labels)
    if as_json:
        write_json(report.as_json())
        return
    write_table(_table(report), f"{report.benchmark}: percent")
    if report.skipped:
        say(f"Not scored, for want of labels or a place in it: {', '.join(report.skipped)}")


def _table(report: Report) -> Table:
    table = Table()
    table.add_column("task")
    for name in ("languages", "score", "corrected"):
        table.add_column(name, justify="right")
    for name, task in report.tasks.items():
        corrected = report.corrected.get(name)
        table.add_row(
            name,
            str(_num_languages(task)),
            percent(task.value),
            percent(corrected.value if corrected is not None else task.value),
        )
    table.add_section()
    for group, value in report.averages.groups.items():
        table.add_row(group, "", percent(value), percent(report.corrected_averages.groups[group]))
    overall = report.averages.overall
    table.add_row(
        "all tasks" if overall is not None else "all tasks (some are missing)",
        "",
        percent(overall),
        percent(report.corrected_averages.overall),
    )
    return table


def _num_languages(task: TaskReport) -> int:
    return len(next(iter(task.metrics.values())))
