"""What keeps an answer from being whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from isthmus.analysis.sheet import Column, Sheet


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something that an answer lacks.

    Attributes:
        kind: ``missing`` runs that are not done; ``unequal`` examples or versions of a task, which
            cannot be compared; ``one_seed`` or ``one_language``, which leave a doubt unmeasured;
            ``constant`` scores; a retrieval ``untuned`` as its baseline is.
        message: What it is and what to do, in a sentence or two.
    """

    kind: Literal["missing", "unequal", "one_seed", "one_language", "constant", "untuned"]
    message: str


def limits(
    sheets: Sequence[Sheet], *, baseline: str, sources: Mapping[str, str]
) -> Iterator[Problem]:
    """What scores that are there cannot answer.

    Args:
        baseline: The route without intermediate training.
        sources: Target -> its source language.
    """
    one_seed = [sheet for sheet in sheets if len(sheet.seeds) == 1]
    if one_seed:
        yield Problem(
            kind="one_seed",
            message=f"{_names(one_seed)}: one seed, so intervals answer for the test examples "
            "alone. Declare more in 'seeds'.",
        )
    for sheet in sheets:
        alone = [route for route in sheet.routes if _shares_one_seed(sheet, route, baseline)]
        if alone:
            yield Problem(
                kind="one_seed",
                message=f"{_names([sheet])}, encoder {sheet.model}: {', '.join(alone)} and "
                f"{baseline} have one seed in common, so intervals answer for the test examples "
                "alone. Run the other seeds.",
            )
    one_language = [sheet for sheet in sheets if len(sheet.columns) == 1]
    only_source = [s for s in one_language if s.languages == (sources[s.target],)]
    others = [sheet for sheet in one_language if sheet not in only_source]
    if only_source:
        yield Problem(
            kind="one_language",
            message=f"{_names(only_source)}: only {sources[only_source[0].target]}, the source "
            "language, so nothing zero-shot is measured.",
        )
    if others:
        yield Problem(
            kind="one_language",
            message=f"{_names(others)}: one language, so nothing is said of others.",
        )
    for sheet in sheets:
        constant = [column.language for column in sheet.columns if _is_constant(column)]
        if constant:
            yield Problem(
                kind="constant",
                message=f"{_names([sheet])}, encoder {sheet.model}: all runs have the same "
                f"{sheet.metric} on every example of {' '.join(constant)}, so there is nothing to "
                "tell them apart by.",
            )


def _names(sheets: Sequence[Sheet]) -> str:
    return ", ".join(dict.fromkeys(f"{sheet.target} {sheet.split}" for sheet in sheets))


def _shares_one_seed(sheet: Sheet, route: str, baseline: str) -> bool:
    if len(sheet.seeds) == 1 or route == baseline or baseline not in sheet.routes:
        return False
    return any(len(sheet.seeds_of((route, baseline), [code])) == 1 for code in sheet.languages)


def _is_constant(column: Column) -> bool:
    runs = column.influence[column.present]
    return (
        len(runs) > 1
        and not np.ptp(runs, axis=0).any()
        and not np.ptp(column.scores[column.present])
    )
