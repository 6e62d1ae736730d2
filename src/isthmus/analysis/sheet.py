"""The scores of one target taken apart: what every run got on every example of every language.

Letters, in all of this room: R routes, S seeds, K languages, N examples of the target in all its
languages, M of them live, n examples of one language, L ratios of a metric (see ``isthmus.scoring.items``), B
draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from isthmus.scoring.items import ratio

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One language of a sheet.

    Attributes:
        num_examples: Of the language, live or not.
        places: Of shape n: where its live examples stand among the M of the sheet. Languages that
            have an example of the same number or question have it in the same place, so
            translations of one test set are drawn together.
        numerator, denominator: Of shape RSnL; see ``isthmus.scoring.items``. A denominator that
            no run changes is kept once, with R = S = 1. Zero where a run is missing.
        keys: Of shape RS: the key of each run's score step, "" where the run is missing.
    """

    language: str
    num_examples: int
    places: NDArray[np.int64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    keys: NDArray[np.str_]

    @cached_property
    def counts_hits(self) -> bool:
        """Whether every example is right or wrong, and every run was asked the same ones."""
        asked_once = self.denominator.shape[:2] == (1, 1) and self.numerator.shape[-1] == 1
        shares = (self.numerator, self.denominator)
        return asked_once and all(bool(np.isin(part, (0, 1)).all()) for part in shares)

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Of shape RS: which runs there are."""
        return np.asarray(self.keys != "")

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """Of shape RS, in percent; NaN where a run is missing."""
        found = ratio(self.numerator.sum(axis=2), self.denominator.sum(axis=2))
        return np.where(self.present, found, np.nan)

    @cached_property
    def influence(self) -> NDArray[np.float64]:
        """Of shape RSn: how far the score moves, in points, if an example is counted once more.

        The derivative of the ratio by the example's weight; over the examples it sums to 0. The
        infinitesimal jackknife of Jaeckel 1972, as in Efron 1982, section 6.
        """
        total_RSL = self.denominator.sum(axis=2)
        occurs_RSL = total_RSL > 0
        safe_RSL = np.where(occurs_RSL, total_RSL, 1.0)
        share_RSL = self.numerator.sum(axis=2) / safe_RSL
        weight_RSL = (
            100.0 * occurs_RSL / (safe_RSL * np.maximum(occurs_RSL.sum(axis=-1, keepdims=True), 1))
        )
        moved = self.numerator - share_RSL[:, :, None] * self.denominator
        return np.asarray(
            np.einsum("rsnl,rsl->rsn", moved, np.broadcast_to(weight_RSL, share_RSL.shape))
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Sheet:
    """One target of one encoder.

    Attributes:
        routes: R names. seeds: S seeds. columns: K languages.
        num_examples: N.
        num_live: M, the examples that any run got anything on or could have; they come first.
            In a bitext most lines have no translation and are matched with nothing.
    """

    model: str
    target: str
    split: str
    metric: str
    routes: tuple[str, ...]
    seeds: tuple[int, ...]
    columns: tuple[Column, ...]
    num_examples: int
    num_live: int

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages, in the order of the columns."""
        return tuple(column.language for column in self.columns)

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """Of shape KRS, in percent; NaN where a run is missing."""
        return np.stack([column.scores for column in self.columns])

    def without(self, routes: Collection[str]) -> Sheet:
        """The sheet as if some routes had not been run."""
        if not routes:
            return self
        left_out = np.isin(self.routes, list(routes))[:, None]
        columns = tuple(
            replace(column, keys=np.where(left_out, "", column.keys)) for column in self.columns
        )
        return replace(self, columns=columns)

    def without_idle_examples(self) -> Sheet:
        """The sheet without the examples that no run got anything on, or could have."""
        is_live = np.zeros(self.num_examples, dtype=bool)
        kept = []
        for column in self.columns:
            parts = (column.numerator, column.denominator)
            kept.append(np.any([(part != 0).any((0, 1, 3)) for part in parts], axis=0))
            is_live[column.places[kept[-1]]] = True
        if is_live.all():
            return self
        renumbered = np.cumsum(is_live) - 1
        columns = [
            replace(
                column,
                places=renumbered[column.places[live]],
                numerator=column.numerator[:, :, live],
                denominator=column.denominator[:, :, live],
            )
            for column, live in zip(self.columns, kept, strict=True)
        ]
        return replace(self, columns=tuple(columns), num_live=int(is_live.sum()))

    def seeds_of(self, routes: Sequence[str], languages: Sequence[str]) -> set[int]:
        """The seeds that have all of some routes in all of some languages."""
        rows = [self.languages.index(code) for code in languages]
        columns = [self.routes.index(route) for route in routes]
        whole_S = np.isfinite(self.scores[rows][:, columns]).all(axis=(0, 1))
        return {self.seeds[s] for s in np.flatnonzero(whole_S)}
