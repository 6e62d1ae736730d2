"""The scores of one target by the number of examples of the language that were trained on.

Letters: R routes, K languages, H numbers of examples (0 is the first), D draws, S seeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from isthmus.analysis.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from isthmus.study.step import Cell, Plan
    from isthmus.study.store import Store


@dataclass(frozen=True, kw_only=True, eq=False)
class Shots:
    """One target of one encoder.

    Attributes:
        languages: K, those that examples were drawn in.
        shots: H numbers of examples, 0 first.
        scores: Of shape RKHDS, in percent; NaN where missing. Zero-shot scores are no draw's, and
            stand under the first.
    """

    model: str
    target: str
    split: str
    metric: str
    routes: tuple[str, ...]
    languages: tuple[str, ...]
    shots: tuple[int, ...]
    seeds: tuple[int, ...]
    scores: NDArray[np.float64]

    def zero_shot(self, route: str) -> NDArray[np.float64]:
        """Of shape KS."""
        return np.asarray(self.scores[self.routes.index(route), :, 0, 0])

    def after(self, route: str, shots: int) -> NDArray[np.float64]:
        """Of shape KDS; zero-shot scores (0) have one draw."""
        found = self.scores[self.routes.index(route), :, self.shots.index(shots)]
        return np.asarray(found if shots else found[:, :1])

    def measured(self, route: str) -> tuple[str, ...]:
        """The languages that have some score for every number of examples."""
        there_K = np.isfinite(self.scores[self.routes.index(route)]).any(axis=(2, 3)).all(axis=1)
        return tuple(code for code, there in zip(self.languages, there_K, strict=True) if there)


def load_shots(
    plan: Plan, store: Store, metrics: Mapping[str, str]
) -> tuple[list[Shots], list[Problem]]:
    """Reads the few-shot scores that are done, and the zero-shot ones of the same languages.

    Args:
        metrics: Target -> the metric to read.

    Returns:
        What is there for each model, target and split, and what is missing.

    Raises:
        StoreError: a result is damaged.
    """
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in plan.few_shot:
        groups.setdefault((cell.model, cell.target, cell.split), []).append(cell)
    found, problems = [], []
    for place, few in groups.items():
        languages = dict.fromkeys(cell.language for cell in few)
        zero = [
            cell
            for cell in plan.cells
            if (cell.model, cell.target, cell.split) == place and cell.language in languages
        ]
        shots = _shots([*zero, *few], tuple(languages), store, metrics[place[1]])
        found.append(shots)
        num_missing = sum(not store.is_done(cell.score_key) for cell in few)
        if num_missing:
            problems.append(_missing(shots, num_missing, len(few)))
    return found, problems


def _shots(cells: Sequence[Cell], languages: tuple[str, ...], store: Store, metric: str) -> Shots:
    first = cells[0]
    routes = tuple(dict.fromkeys(cell.route for cell in cells))
    seeds = tuple(dict.fromkeys(cell.seed for cell in cells))
    shots = tuple(sorted({cell.shots for cell in cells}))
    num_draws = max(cell.draw for cell in cells)
    scores = np.full((len(routes), len(languages), len(shots), num_draws, len(seeds)), np.nan)
    for cell in cells:
        place = (
            routes.index(cell.route),
            languages.index(cell.language),
            shots.index(cell.shots),
            max(cell.draw - 1, 0),
            seeds.index(cell.seed),
        )
        scores[place] = _score(cell, store, metric)
    return Shots(
        model=first.model,
        target=first.target,
        split=first.split,
        metric=metric,
        routes=routes,
        languages=languages,
        shots=shots,
        seeds=seeds,
        scores=scores,
    )


def _score(cell: Cell, store: Store, metric: str) -> float:
    done = store.done(cell.score_key)
    rows = cast("list[dict[str, Any]]", done.result["rows"] if done is not None else [])
    return next((float(row["value"]) for row in rows if row["metric"] == metric), float("nan"))


def _missing(shots: Shots, num_missing: int, num_cells: int) -> Problem:
    return Problem(
        kind="missing",
        message=f"{shots.target} {shots.split} after a few examples, encoder {shots.model}: "
        f"{num_missing} of {num_cells} scores are not done. Run the study to its end.",
    )
