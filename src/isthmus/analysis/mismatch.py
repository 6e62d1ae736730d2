"""What two stores do not have in common, and what each lacks."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from isthmus.study.differences import Change
from isthmus.study.step import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isthmus.analysis.difference import Side
    from isthmus.study.saved import SavedStudy

_PLACE = tuple(field.name for field in fields(Cell) if field.name != "score_key")
_DIMENSIONS = ("model", "target", "split", "route", "language", "seed")


def place_of(cell: Cell) -> tuple[object, ...]:
    """All of a cell but how it is filled."""
    return tuple(getattr(cell, name) for name in _PLACE)


def versions(first: SavedStudy, second: SavedStudy) -> Iterator[Change]:
    """Versions, threads and devices that steps were performed with."""
    hosts = [_hosts(saved) for saved in (first, second)]
    for name in dict.fromkeys([*hosts[0], *hosts[1]]):
        values = [", ".join(sorted(of.get(name, ()))) for of in hosts]
        if values[0] != values[1]:
            yield Change(path=name, before=values[0], after=values[1])


def only_in_one(first: SavedStudy, second: SavedStudy) -> Iterator[str]:
    """The targets, routes, languages and so on that only one of the two has."""
    cells = [{place_of(cell): cell for cell in saved.plan.cells} for saved in (first, second)]
    if not cells[0].keys() & cells[1].keys():
        yield "The two have no score in common, so nothing is compared."
    for saved, (here, there) in ((first, cells), (second, cells[::-1])):
        rest = [cell for place, cell in here.items() if place not in there]
        for name in _DIMENSIONS:
            known = {getattr(cell, name) for cell in there.values()}
            names = dict.fromkeys(getattr(cell, name) for cell in rest)
            lone = [each for each in names if each not in known]
            if lone:
                yield f"Only in {saved.store.root}: {name} {', '.join(map(str, lone))}."
            rest = [cell for cell in rest if getattr(cell, name) not in lone]
        if rest:
            where = dict.fromkeys(f"{cell.target} {cell.split} {cell.language}" for cell in rest)
            yield f"Only in {saved.store.root}: scores of {', '.join(where)}."


def unfinished(sides: Iterable[Side]) -> Iterator[str]:
    """How much of each store is not there yet."""
    for side in sides:
        if side.num_done < side.num_planned:
            yield (
                f"{side.store}: {side.num_done:,} of {side.num_planned:,} scores are there; what "
                "is not there is not compared."
            )


def _hosts(saved: SavedStudy) -> dict[str, set[str]]:
    """What the records of a study's trainings and predictions say of where they were made."""
    found: dict[str, set[str]] = {}
    for step in saved.plan.steps:
        record = saved.store.record(step.key) if step.verb in {"train", "predict"} else None
        host = dict(record.host) if record is not None else {}
        versions = host.pop("versions", None)
        named = {**host, **(versions if isinstance(versions, dict) else {})}
        for name, value in named.items():
            found.setdefault(name, set()).add(str(value))
    return found
