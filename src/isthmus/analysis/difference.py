"""What two runs of a study differ in: a record for each kind of difference, and all of it as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isthmus.analysis.estimate import Estimate
    from isthmus.study.differences import Cause, Change

MAX_RATE = 0.05
"""A score moved beyond noise below this rate of false discoveries."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A score that is another one in the second store.

    Attributes:
        group: The language's code; "" for the mean over ``languages``.
        before, after: In percent, means over the same seeds, on the same examples.
        estimate: The difference in points.
        p: Two-sided: of the estimate, or of these very runs where there is one seed.
        q: Rate of false discoveries (Benjamini and Hochberg) among all of these scores.
    """

    model: str
    route: str
    target: str
    split: str
    metric: str
    group: str
    before: float
    after: float
    estimate: Estimate
    languages: tuple[str, ...]
    p: float | None
    q: float | None = None

    @property
    def place(self) -> tuple[str, ...]:
        """What languages are of."""
        return self.model, self.route, self.target, self.split

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the difference is told apart from nothing, many scores considered."""
        return self.estimate.excludes_zero and self.q is not None and self.q < MAX_RATE


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of the two stores; ``num_done`` of its ``num_planned`` zero-shot scores are there."""

    store: str
    num_done: int
    num_planned: int
    num_steps: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What changed between two runs of a study.

    Attributes:
        study: Its name. sides: Before and after.
        declared: What the declarations differ in.
        versions: Of packages and hosts, as the records of the compared scores' steps say.
        num_same_steps: Steps that are in both plans.
        causes: Why scores of the same place come from other steps.
        num_compared: Scores that both have. num_moved: Those that are not the same.
        moved: Of every route and target that moved: each language, and the mean.
        notes: What cannot be compared, in sentences.
    """

    study: str
    sides: tuple[Side, Side]
    declared: tuple[Change, ...]
    versions: tuple[Change, ...]
    num_same_steps: int
    causes: tuple[Cause, ...]
    num_compared: int
    num_moved: int
    moved: tuple[Moved, ...]
    notes: tuple[str, ...]

    @property
    def means(self) -> tuple[Moved, ...]:
        """The rows of means over languages, and of targets that have one language."""
        alone = {row.place for row in self.moved} - {
            row.place for row in self.moved if not row.group
        }
        return tuple(row for row in self.moved if not row.group or row.place in alone)

    @property
    def is_none(self) -> bool:
        """Whether declarations, steps and scores are the same, as far as both have them."""
        num_steps = {self.num_same_steps, *(side.num_steps for side in self.sides)}
        return not self.declared and len(num_steps) == 1 and not self.num_moved

    @property
    def is_whole(self) -> bool:
        """Whether both are done."""
        return all(side.num_done == side.num_planned for side in self.sides)

    def to_json(self) -> str:
        """Everything, with the fields' names as keys; what is not known is null."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, allow_nan=False)
