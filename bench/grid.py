"""Tokens that the paper's grid is trained on, as planned once for all, and run by run.

    python bench/grid.py

Counted from the plan of ``studies/phang2020.yaml`` and the sizes of its training sets; nothing is
trained. A run is a route, a target and a seed, as a script trains them: what comes before its
checkpoint is trained for it alone, its languages share it. A cell is one language of a run.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from goals import GRID
from speed import Result, keep

from isthmus.languages.table import language
from isthmus.study.plan import make_plan
from isthmus.study.study import load_study
from isthmus.tasks.catalogue import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from isthmus.examples import Example
    from isthmus.languages.language import Language
    from isthmus.study.step import Plan
    from isthmus.tasks.task import Split, Task

STUDY = Path(__file__).parents[1] / "studies" / "phang2020.yaml"


def main() -> None:
    plan = make_plan(load_study(STUDY), Everything())
    planned = sum(step.num_tokens for step in plan.steps if step.verb == "train")
    by_run, by_cell = separate_tokens(plan)
    ratio = round(by_run / planned, 2)
    keep(
        Result(
            row=GRID,
            peer="each route, target and seed trained separately",
            ratio=ratio,
            low=ratio,
            high=ratio,
            detail=(
                f"planned, not measured: {len(plan.cells):,} cells; with every language of a run "
                f"trained separately too, {by_cell / planned:,.0f} times"
            ),
            ours=round(planned / 1e6),
            peers=round(by_run / 1e6),
            unit="million tokens",
            clock="none",
            threads=1,
            load=(round(os.getloadavg()[0], 1),) * 2,
            command="python bench/grid.py",
        )
    )


def separate_tokens(plan: Plan) -> tuple[int, int]:
    """Returns tokens trained if no run, and if no cell, shared a training with another."""
    steps = {step.key: step for step in plan.steps}

    def tokens_before(key: str) -> int:
        step = steps[key]
        before = step.inputs.get("checkpoint") or step.inputs.get("init")
        own = step.num_tokens if step.verb == "train" else 0
        return own + (tokens_before(before) if before else 0)

    cells = Counter(
        (
            cell.model,
            cell.route,
            cell.target,
            cell.seed,
            steps[cell.score_key].inputs["predictions"],
        )
        for cell in plan.cells
    )
    of_cell = {cell: tokens_before(cell[-1]) for cell in cells}
    of_run = {cell[:-1]: tokens for cell, tokens in of_cell.items()}
    return sum(of_run.values()), sum(of_cell[cell] * count for cell, count in cells.items())


class Everything:
    """A provider that has every task in every language, as far as planning goes."""

    source_language = "en"

    def tasks(self) -> Mapping[str, Task]:
        """All of the catalogue."""
        return {task.name: task for task in TASKS}

    def language(self, code: str) -> Language:
        """The language of a code."""
        return language(code)

    def available(self, task: Task, split: Split) -> tuple[str, ...]:
        """Every language of a task; what is not trained on has no training set."""
        return () if task.trains_on == "" and split == "train" else task.languages

    def identity(self, task: Task, split: Split, code: str) -> Mapping[str, object]:
        """Names alone: nothing is read."""
        return {"digest": f"{task.name} {split} {code}"}

    def note(self, task: Task, split: Split, code: str) -> str:
        """Nothing."""
        del task, split, code
        return ""

    def read(self, task: Task, split: Split, code: str, repairs: Counter[str]) -> Iterator[Example]:
        """Refuses: a plan reads nothing."""
        raise NotImplementedError("A plan reads nothing.")


if __name__ == "__main__":
    main()
