"""From what two stores keep of a study to the difference between its runs.

Scores are paired: the same seeds, on the same examples. A difference has an interval as a gain has
(the run before is the baseline), and is beyond noise where that leaves out 0 and the rate of false
discoveries, over all scores that are listed, is below 5%.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from isthmus.analysis.difference import Difference, Moved, Side
from isthmus.analysis.gains import gain_in
from isthmus.analysis.mismatch import only_in_one, place_of, unfinished, versions
from isthmus.analysis.paired import false_discovery_rates
from isthmus.analysis.pairs import before, paired_sheet
from isthmus.analysis.resample import resampled_scores
from isthmus.analysis.runs import RunReader
from isthmus.analysis.streams import stream
from isthmus.study.differences import causes, changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from isthmus.analysis.pairs import Pair, Remarks
    from isthmus.analysis.sheet import Sheet
    from isthmus.study.saved import SavedStudy
    from isthmus.study.step import Cell, Step

NUM_DRAWS = 2000


def compare(
    first: SavedStudy, second: SavedStudy, *, num_draws: int = NUM_DRAWS, seed: int = 0
) -> Difference:
    """Compares what two stores have of a study by now; few-shot scores are left out.

    Args:
        first, second: Before and after.
        num_draws: Of the bootstrap over test examples. seed: Of the bootstrap.

    Raises:
        StoreError: a result is damaged.
    """
    places = {place_of(cell): cell for cell in second.plan.cells}
    common = [(cell, places[p]) for cell in first.plan.cells if (p := place_of(cell)) in places]
    done = [pair for pair in common if all(map(_is_done, (first, second), pair))]
    moved = [pair for pair in done if _rows(first, pair[0]) != _rows(second, pair[1])]
    remarks: Remarks = {}
    rows = [
        row
        for sheet in _sheets(first, second, done, moved, remarks)
        for row in _moved(sheet, num_draws=num_draws, seed=seed)
    ]
    sides = (_side(first), _side(second))
    return Difference(
        study=first.name,
        sides=sides,
        declared=tuple(changes(first.declared, second.declared)),
        versions=tuple(versions(first, second)),
        num_same_steps=len(_keys(first) & _keys(second)),
        causes=tuple(
            causes(first.plan, second.plan, [(a.score_key, b.score_key) for a, b in common])
        ),
        num_compared=len(done),
        num_moved=len(moved),
        moved=tuple(_with_rates(rows)),
        notes=(*only_in_one(first, second), *unfinished(sides), *_remarks(remarks)),
    )


def _is_done(saved: SavedStudy, cell: Cell) -> bool:
    return saved.store.is_done(cell.score_key)


def _rows(saved: SavedStudy, cell: Cell) -> object:
    done = saved.store.done(cell.score_key)
    return None if done is None else done.result.get("rows")


def _keys(saved: SavedStudy) -> set[str]:
    return {step.key for step in saved.plan.steps}


def _side(saved: SavedStudy) -> Side:
    return Side(
        store=str(saved.store.root),
        num_done=sum(_is_done(saved, cell) for cell in saved.plan.cells),
        num_planned=len(saved.plan.cells),
        num_steps=len(saved.plan.steps),
    )


def _sheets(
    first: SavedStudy,
    second: SavedStudy,
    done: Iterable[Pair],
    moved: Iterable[Pair],
    remarks: Remarks,
) -> Iterator[Sheet]:
    """A sheet for each target, of the routes of which any score moved."""
    routes = {(cell.model, cell.target, cell.split, cell.route) for cell, _ in moved}
    groups: dict[tuple[str, str, str], list[Pair]] = {}
    for cell, other in done:
        if (cell.model, cell.target, cell.split, cell.route) in routes:
            groups.setdefault((cell.model, cell.target, cell.split), []).append((cell, other))
    steps = [{step.key: step for step in saved.plan.steps} for saved in (first, second)]
    for (_, target, split), pairs in groups.items():
        metrics = [_metric(of[cell.score_key]) for of, cell in zip(steps, pairs[0], strict=True)]
        if metrics[0] != metrics[1]:
            what = f"scored by {metrics[0]} before and by {metrics[1]} after, so not compared"
            remarks[f"{target} {split}", what] = []
            continue
        readers = [
            RunReader(store=saved.store, steps=of, metric=metrics[0])
            for saved, of in zip((first, second), steps, strict=True)
        ]
        sheet = paired_sheet(pairs, (readers[0], readers[1]), remarks)
        if sheet is not None:
            yield sheet


def _metric(score: Step) -> str:
    """The first metric of a target, as its score steps have it."""
    return str(cast("list[str]", score.settings["metrics"])[0])


def _moved(sheet: Sheet, *, num_draws: int, seed: int) -> Iterator[Moved]:
    """Every language and the mean, of every route."""
    rng = stream(seed, sheet.model, sheet.target, sheet.split)
    scores = resampled_scores(sheet, rng, num_draws=num_draws)
    groups = [((code,), code) for code in sheet.languages]
    for first, second in zip(sheet.routes[::2], sheet.routes[1::2], strict=True):
        whole = [code for code in sheet.languages if sheet.seeds_of((first, second), [code])]
        for languages, group in [*groups, (tuple(whole), "")] if len(whole) > 1 else groups:
            gain = gain_in(
                sheet, scores, second, languages, baseline=first, scope="all", group=group
            )
            if gain is not None:
                yield Moved(
                    model=gain.model,
                    route=first.removesuffix(before("")),
                    target=gain.target,
                    split=gain.split,
                    metric=gain.metric,
                    group=group,
                    before=gain.baseline,
                    after=gain.score,
                    estimate=gain.estimate,
                    languages=gain.languages,
                    p=gain.p,
                )


def _with_rates(rows: Sequence[Moved]) -> Iterator[Moved]:
    for row, rate in zip(rows, false_discovery_rates([row.p for row in rows]), strict=True):
        yield replace(row, q=rate)


def _remarks(remarks: Remarks) -> Iterator[str]:
    for (where, what), languages in remarks.items():
        yield f"{' '.join([where, *languages])}: {what}."
