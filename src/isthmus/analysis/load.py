"""From a plan and its store to sheets: all the runs of a target, side by side."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from isthmus.analysis.problem import Problem
from isthmus.analysis.runs import Frame, RunReader
from isthmus.analysis.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isthmus.analysis.sheet import Column
    from isthmus.study.step import Cell, Plan
    from isthmus.study.store import Store

_NUM_NAMED = 4


def load_sheets(
    plan: Plan, store: Store, metrics: Mapping[str, str]
) -> tuple[list[Sheet], list[Problem]]:
    """Reads what is done of a plan, a sheet for each model, target and split.

    Args:
        metrics: Target -> the metric to take apart.

    Returns:
        The sheets, and what is missing or cannot be compared.

    Raises:
        StoreError: a result is damaged.
    """
    steps = {step.key: step for step in plan.steps}
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in plan.cells:
        groups.setdefault((cell.model, cell.target, cell.split), []).append(cell)
    problems: list[Problem] = []
    sheets = []
    for cells in groups.values():
        reader = RunReader(store=store, steps=steps, metric=metrics[cells[0].target])
        sheet = _sheet(cells, reader, problems)
        if sheet is not None:
            sheets.append(sheet)
    return sheets, problems


def _sheet(cells: Sequence[Cell], reader: RunReader, problems: list[Problem]) -> Sheet | None:
    first = cells[0]
    done = {cell.score_key for cell in cells if reader.is_done(cell)}
    missing = [cell for cell in cells if cell.score_key not in done]
    if missing:
        problems.append(_missing(first, missing, num_cells=len(cells)))
    by_language: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.score_key in done:
            by_language.setdefault(cell.language, []).append(cell)
    if not by_language:
        return None
    frame = Frame(
        split=first.split,
        routes=tuple(dict.fromkeys(cell.route for cell in cells)),
        seeds=tuple(dict.fromkeys(cell.seed for cell in cells)),
    )
    unequal: dict[str, list[Cell]] = {}
    columns = [_column(each, reader, frame, unequal) for each in by_language.values()]
    if unequal:
        problems.append(_unequal(first, unequal))
    return Sheet(
        model=first.model,
        target=first.target,
        split=first.split,
        metric=reader.metric,
        routes=frame.routes,
        seeds=frame.seeds,
        columns=tuple(columns),
        num_examples=len(frame.numbers),
        num_live=len(frame.numbers),
    ).without_idle_examples()


def _column(
    cells: Sequence[Cell], reader: RunReader, frame: Frame, unequal: dict[str, list[Cell]]
) -> Column:
    """The runs of one language on the examples that most of them have; others are left out."""
    runs = [(cell, reader.run(cell)) for cell in cells]
    usual = Counter(run.examples for _, run in runs).most_common(1)[0][0]
    equal = {(cell.route, cell.seed): run for cell, run in runs if run.examples == usual}
    for cell, run in runs:
        if run.examples != usual:
            unequal.setdefault(cell.language, []).append(cell)
    one = next(cell for cell, run in runs if run.examples == usual)
    return frame.column(one.language, reader.uids(one), equal)


def _missing(first: Cell, missing: Sequence[Cell], *, num_cells: int) -> Problem:
    return Problem(
        kind="missing",
        message=f"{first.target} {first.split}, encoder {first.model}: {len(missing)} of {num_cells} "
        f"scores are not done, those of {_runs(missing)}. Run the study to its end.",
    )


def _unequal(first: Cell, unequal: Mapping[str, Sequence[Cell]]) -> Problem:
    left_out = [cell for cells in unequal.values() for cell in cells]
    return Problem(
        kind="unequal",
        message=f"{first.target} {first.split} {' '.join(unequal)}, encoder {first.model}: "
        f"{_runs(left_out)} had other examples, or another version of the data, than most runs "
        "there, and cannot be compared: they are left out. Score all on the same data.",
    )


def _runs(cells: Sequence[Cell]) -> str:
    names = list(dict.fromkeys(f"{cell.route} (seed {cell.seed})" for cell in cells))
    more = f" and {len(names) - _NUM_NAMED} more" if len(names) > _NUM_NAMED else ""
    return f"{', '.join(names[:_NUM_NAMED])}{more}"
