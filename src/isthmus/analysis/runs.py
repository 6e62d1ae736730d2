"""Runs as their score steps left them, and how they become a column of a sheet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from isthmus.analysis.sheet import Column
from isthmus.scoring.items import items
from isthmus.study.tables import (
    EXAMPLES,
    ITEMS,
    PREDICTIONS,
    digest_of,
    read_counts,
    read_examples,
    read_predictions,
    read_uids,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from isthmus.scoring.items import Items
    from isthmus.study.step import Cell, Step
    from isthmus.study.store import Store


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """What one run got on each of its n examples.

    Attributes:
        key: Of its score step.
        version: Of the examples: the key of the step that read them, "" where none did.
        digest: Of the examples' uids, in their order.
        numerator, denominator: Of shape nL; see ``isthmus.scoring.items``.
    """

    key: str
    version: str
    digest: str
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]

    @property
    def examples(self) -> tuple[str, str]:
        """Names what was asked; a version of a task may keep another's uids."""
        return self.version, self.digest

    def at(self, places: Sequence[int]) -> Run:
        """The run on some of its examples."""
        index = list(places)
        return replace(self, numerator=self.numerator[index], denominator=self.denominator[index])


@dataclass(frozen=True, kw_only=True)
class RunReader:
    """Reads the runs of one target in one store; ``steps`` are those of its plan by key."""

    store: Store
    steps: Mapping[str, Step]
    metric: str

    def is_done(self, cell: Cell) -> bool:
        """Whether a cell's score is there."""
        return self.store.is_done(cell.score_key)

    def run(self, cell: Cell) -> Run:
        """The run of a cell that is done.

        Raises:
            StoreError: the result is damaged.
        """
        path = self.store.folder(self.steps[cell.score_key]) / ITEMS
        if path.exists():
            digest, numerator, denominator = read_counts(path, self.metric)
        else:
            found = self._from_predictions(cell)
            digest = digest_of(found.uids)
            numerator, denominator = found.numerator, found.denominator
        return Run(
            key=cell.score_key,
            version=self.steps[cell.score_key].inputs.get("examples", ""),
            digest=digest,
            numerator=numerator,
            denominator=denominator,
        )

    def uids(self, cell: Cell) -> tuple[str, ...]:
        """The uids of a run's examples, in their order."""
        path = self.store.folder(self.steps[cell.score_key]) / ITEMS
        return read_uids(path) if path.exists() else self._from_predictions(cell).uids

    def _from_predictions(self, cell: Cell) -> Items:
        """Takes predictions apart, for scores of a store from before scores kept their parts."""
        inputs = self.steps[cell.score_key].inputs
        places = {role: self.store.folder(self.steps[key]) for role, key in inputs.items()}
        predictions = read_predictions(places["predictions"] / PREDICTIONS)
        return items(
            read_examples(places["examples"] / EXAMPLES),
            {prediction.uid: prediction for prediction in predictions},
            self.metric,
            language=cell.language,
        )


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the columns of a sheet share; ``numbers`` grows as they name their examples."""

    split: str
    routes: tuple[str, ...]
    seeds: tuple[int, ...]
    numbers: dict[str, int] = field(default_factory=dict)

    def column(
        self, language: str, uids: Sequence[str], runs: Mapping[tuple[str, int], Run]
    ) -> Column:
        """One language of the sheet.

        Args:
            uids: Of its n examples.
            runs: (route, seed) -> its run on these examples; one at least.
        """
        num_ratios = max(run.numerator.shape[1] for run in runs.values())
        shape = (len(self.routes), len(self.seeds), len(uids), num_ratios)
        numerator, denominator = np.zeros(shape), np.zeros(shape)
        keys = np.full(shape[:2], "", dtype=object)
        for (route, seed), run in runs.items():
            place = self.routes.index(route), self.seeds.index(seed)
            numerator[place][:, : run.numerator.shape[1]] = run.numerator
            denominator[place][:, : run.denominator.shape[1]] = run.denominator
            keys[place] = run.key
        first = next(iter(runs.values())).denominator
        same = all(np.array_equal(run.denominator, first) for run in runs.values())
        return Column(
            language=language,
            num_examples=len(uids),
            places=self._places(uids, language),
            numerator=numerator,
            denominator=first[None, None] if same else denominator,
            keys=keys.astype(str),
        )

    def _places(self, uids: Sequence[str], language: str) -> NDArray[np.int64]:
        """Where examples stand: a uid but for its language names the same place in all of them."""
        mark = f"/{self.split}/{language}/"
        names = (uid.split(mark, 1)[-1] for uid in uids)
        return np.array([self.numbers.setdefault(name, len(self.numbers)) for name in names])
