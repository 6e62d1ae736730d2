from __future__ import annotations

import pytest

from isthmus.errors import StudyError
from isthmus.study.selection import select
from isthmus.study.step import Cell, Plan, Step


def make(key, *inputs):
    return Step(
        key=key,
        verb="train",
        settings={},
        inputs={f"role {each}": each for each in inputs},
        title=f"train {key}",
    )


def cell(route, target, key):
    return Cell(
        model="m", route=route, target=target, split="test", language="en", seed=0, score_key=key
    )


PLAN = Plan(
    study="mine",
    steps=(make("mlm"), make("squad", "mlm"), make("s1", "mlm"), make("s2", "squad")),
    cells=(cell("base", "pos", "s1"), cell("squad", "pos", "s2")),
    num_unshared=5,
)


def keys(plan):
    return [step.key for step in plan.steps]


def test_a_route_and_target_bring_what_they_need():
    part = select(PLAN, "base/pos")
    assert keys(part) == ["mlm", "s1"]
    assert [cell.route for cell in part.cells] == ["base"]
    assert part.num_unshared == 2


def test_a_pattern_may_match_all():
    assert select(PLAN, "*/pos") == PLAN


def test_a_title_brings_its_inputs_but_no_cells_beyond_them():
    part = select(PLAN, "train squad")
    assert keys(part) == ["mlm", "squad"]
    assert part.cells == ()


def test_a_cell_whose_score_is_needed_anyway_is_kept():
    assert [cell.score_key for cell in select(PLAN, "train s2").cells] == ["s2"]


def test_nothing_matched_is_an_error_that_names_the_nearest():
    with pytest.raises(StudyError, match="Did you mean 'base/pos'"):
        select(PLAN, "base/po")
