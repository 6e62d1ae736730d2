"""The runs of two stores side by side, before and after, on the examples that all of them have."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from isthmus.analysis.runs import Frame
from isthmus.analysis.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from isthmus.analysis.runs import Run, RunReader
    from isthmus.analysis.sheet import Column
    from isthmus.study.step import Cell

Pair: TypeAlias = "tuple[Cell, Cell]"
"""The cells of one place, done in both stores."""
Readers: TypeAlias = "tuple[RunReader, RunReader]"
Remarks: TypeAlias = dict[tuple[str, str], list[str]]
"""(target and split, what is to be said) -> languages."""

_OTHER_DATA = (
    "the examples were not read from the same data in the same way, so a difference in scores may "
    "be theirs"
)
_NONE_SHARED = "no example is in both, so scores are not compared"


def before(route: str) -> str:
    """The name under which a route of the first store is in a sheet."""
    return f"{route} (before)"


def after(route: str) -> str:
    """The name under which a route of the second store is in a sheet."""
    return f"{route} (after)"


def paired_sheet(pairs: Iterable[Pair], readers: Readers, remarks: Remarks) -> Sheet | None:
    """The runs of one target in both stores.

    Args:
        pairs: Of one encoder, target and split.
        readers: Of each store.
        remarks: Is added to by what keeps runs from being compared as they are.

    Returns:
        None where they have no example in common.

    Raises:
        StoreError: a result is damaged.
    """
    by_language: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_language.setdefault(pair[0].language, []).append(pair)
    cells = [cell for each in by_language.values() for cell, _ in each]
    first = cells[0]
    frame = Frame(
        split=first.split,
        routes=tuple(
            name(route)
            for route in dict.fromkeys(c.route for c in cells)
            for name in (before, after)
        ),
        seeds=tuple(dict.fromkeys(cell.seed for cell in cells)),
    )
    columns = [_column(frame, each, readers, remarks) for each in by_language.values()]
    known = tuple(column for column in columns if column is not None)
    if not known:
        return None
    return Sheet(
        model=first.model,
        target=first.target,
        split=first.split,
        metric=readers[0].metric,
        routes=frame.routes,
        seeds=frame.seeds,
        columns=known,
        num_examples=len(frame.numbers),
        num_live=len(frame.numbers),
    ).without_idle_examples()


def _column(
    frame: Frame, pairs: Sequence[Pair], readers: Readers, remarks: Remarks
) -> Column | None:
    """One language; None where the runs have no example in common."""
    first = pairs[0][0]
    places: dict[tuple[str, int], tuple[RunReader, Cell]] = {}
    for pair in pairs:
        for name, reader, cell in zip((before, after), readers, pair, strict=True):
            places[name(cell.route), cell.seed] = reader, cell
    runs = {place: reader.run(cell) for place, (reader, cell) in places.items()}

    def remark(what: str) -> None:
        remarks.setdefault((f"{first.target} {first.split}", what), []).append(first.language)

    if len({run.version for run in runs.values()}) > 1:
        remark(_OTHER_DATA)
    if len({run.digest for run in runs.values()}) == 1:
        return frame.column(first.language, readers[0].uids(first), runs)
    uids = {place: reader.uids(cell) for place, (reader, cell) in places.items()}
    shared = set.intersection(*map(set, uids.values()))
    if not shared:
        remark(_NONE_SHARED)
        return None
    counts = " and ".join(str(count) for count in sorted({len(each) for each in uids.values()}))
    remark(f"of {counts} examples {len(shared)} are in all runs, and scores are compared on those")
    return frame.column(first.language, sorted(shared), _on(shared, uids, runs))


def _on(
    shared: set[str],
    uids: dict[tuple[str, int], tuple[str, ...]],
    runs: dict[tuple[str, int], Run],
) -> dict[tuple[str, int], Run]:
    """The runs on the shared examples, in the order of their uids."""
    kept = {}
    for place, run in runs.items():
        numbers = {uid: number for number, uid in enumerate(uids[place])}
        kept[place] = run.at([numbers[uid] for uid in sorted(shared)])
    return kept
