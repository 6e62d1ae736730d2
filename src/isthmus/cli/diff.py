"""``isthmus diff``: what changed between two runs of a study, and if it is beyond noise."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from rich.table import Table

from isthmus.analysis.difference import MAX_RATE, Difference, Moved
from isthmus.analysis.doubt import LEVEL
from isthmus.analysis.estimate import ONE_SEED
from isthmus.api import diff
from isthmus.cli.console import say, write_table, write_text
from isthmus.cli.gain_tables import estimated
from isthmus.cli.marks import percent
from isthmus.errors import StoreError, StudyError
from isthmus.study.differences import Cause

_MAX_WIDTH = 60
_LEGEND = (
    f"Points more than before [{LEVEL:.0%} interval]. * ** *** false discovery rate below "
    f"{MAX_RATE:.0%}, 1%, 0.1% over the scores that moved; without a mark it may be noise."
)


def show_diff(
    before: Path, after: Path, *, study: str, languages: bool, as_json: bool
) -> Literal["equal", "differs", "equal so far"]:
    """Shows the difference of every study that is asked for."""
    try:
        found = diff(before, after, study=study)
    except StoreError as error:  # exit status 1, of failures, would say here that something differs
        raise StudyError(str(error)) from error
    if as_json:
        write_text(f"[{','.join(difference.to_json() for difference in found)}]\n")
    else:
        for difference in found:
            _show(difference, languages=languages)
    if not all(difference.is_none for difference in found):
        return "differs"
    return "equal" if all(difference.is_whole for difference in found) else "equal so far"


def _show(difference: Difference, *, languages: bool) -> None:
    first, second = difference.sides
    write_text(f"{difference.study}: {first.store} before, {second.store} after\n")
    for line in _lines(difference):
        write_text(f"  {line}\n")
    if difference.causes:
        write_table(_causes_table(difference.causes), "Why scores come from other steps")
    rows = difference.moved if languages else difference.means
    if rows:
        write_table(_moved_table(rows), "Scores that moved")
        say(_LEGEND)
    if any(row.estimate.note == ONE_SEED for row in difference.moved):
        say("One seed: intervals answer for the test examples alone.", style="yellow")
    for note in difference.notes:
        say(note, style="yellow")


def _lines(difference: Difference) -> Iterator[str]:
    for change in difference.declared:
        yield f"declared: {change.path} {_change(change.before, change.after)}"
    for change in difference.versions:
        yield f"run with: {change.path} {_change(change.before, change.after)}"
    first, second = difference.sides
    same = difference.num_same_steps
    yield (
        f"steps: {same:,} the same, {first.num_steps - same:,} only before, "
        f"{second.num_steps - same:,} only after"
    )
    told = sum(row.is_beyond_noise for row in difference.moved)
    beyond = (
        f", {told:,} of {len(difference.moved):,} rows beyond noise" if difference.moved else ""
    )
    yield f"scores: {difference.num_compared:,} in both, {difference.num_moved:,} moved{beyond}"
    if difference.is_none:
        yield "nothing differs"


def _causes_table(causes: Sequence[Cause]) -> Table:
    table = Table()
    for name in ("what", "before and after", "such as"):
        table.add_column(name, overflow="fold")
    for name in ("steps", "scores on them"):
        table.add_column(name, justify="right")
    for cause in causes:
        what = {
            "setting": f"{cause.verb}: {cause.path}",
            "data": f"data: {cause.path}",
            "input": f"{cause.verb}: input {cause.path}",
            "version": f"{cause.verb}: another version of the code",
        }[cause.kind]
        more = f" and {cause.num_values - 1} more" if cause.num_values > 1 else ""
        values = "" if cause.kind == "version" else _change(cause.before, cause.after) + more
        table.add_row(what, values, cause.title, f"{cause.num_steps:,}", f"{cause.num_scores:,}")
    return table


def _moved_table(rows: Sequence[Moved]) -> Table:
    table = Table()
    for name in ("encoder", "route", "target", "split", "language"):
        table.add_column(name)
    for name in ("before", "after", "points"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            row.model,
            row.route,
            f"{row.target} ({row.metric})",
            row.split,
            row.group or f"mean of {len(row.languages)}",
            percent(row.before),
            percent(row.after),
            estimated(row.estimate, row.q),
        )
    return table


def _change(before: str, after: str) -> str:
    return f"{_short(before)} -> {_short(after)}"


def _short(value: str) -> str:
    if not value:
        return "(none)"
    return value if len(value) <= _MAX_WIDTH else f"{value[:_MAX_WIDTH]}..."
