"""A part of a plan: the steps that chosen cells or steps need, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from isthmus.errors import StudyError, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isthmus.study.step import Cell, Plan, Step


def select(plan: Plan, pattern: str) -> Plan:
    """Returns the part of a plan that a pattern asks for, with everything that part needs.

    Args:
        plan: The whole plan.
        pattern: Shell pattern (``*``, ``?``, ``[...]``), matched against ``route/target`` of the
            cells (``route/target@k`` of those of k examples) and against the titles of the steps.

    Raises:
        StudyError: nothing matches.
    """
    cells = [cell for cell in plan.all_cells if fnmatchcase(_name(cell), pattern)]
    wanted = {step.key for step in plan.steps if fnmatchcase(step.title, pattern)}
    wanted |= {cell.score_key for cell in cells}
    if not wanted:
        names = {_name(cell) for cell in plan.all_cells}
        raise StudyError(
            f"--only {pattern!r} matches no route/target and no step's title in the study "
            f"{plan.study}.{suggest(pattern, names)}"
        )
    steps = {step.key: step for step in plan.steps}
    keys = _with_inputs(steps, wanted)
    kept, few_shot = (
        tuple(cell for cell in each if cell.score_key in keys)
        for each in (plan.cells, plan.few_shot)
    )
    return replace(
        plan,
        steps=tuple(step for step in plan.steps if step.key in keys),
        cells=kept,
        few_shot=few_shot,
        num_unshared=sum(len(_with_inputs(steps, [cell.score_key])) for cell in (*kept, *few_shot)),
    )


def _name(cell: Cell) -> str:
    return f"{cell.route}/{cell.target}" + f"@{cell.shots}" * bool(cell.shots)


def _with_inputs(steps: Mapping[str, Step], wanted: Iterable[str]) -> set[str]:
    keys: set[str] = set()
    stack = sorted(wanted)
    while stack:
        key = stack.pop()
        if key not in keys:
            keys.add(key)
            stack.extend(steps[key].inputs.values())
    return keys
