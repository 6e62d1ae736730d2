"""Few-shot training as it is declared and planned."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from natural_provider import NaturalProvider

from isthmus.errors import DataError, StudyError
from isthmus.study.plan import make_plan
from isthmus.study.selection import select
from isthmus.study.study import Study, load_study

STUDIES = Path(__file__).parents[2] / "studies"
DECLARED: dict[str, Any] = {
    "name": "shots",
    "data": "files",
    "models": {"xlmr": {"load": "FacebookAI/xlm-roberta-base", "revision": "abc"}},
    "routes": {"baseline": [], "mnli": [{"tasks": ["mnli"]}]},
    "targets": {"xnli": {"few_shot": {"k": [1, 5], "draws": 2}}, "udpos": {}},
    "languages": ["en", "de", "th"],
    "seeds": [0, 1],
}


DEV_ONLY = NaturalProvider(("xnli", "train", "de"), ("xnli", "train", "th"))


def plan_of(**few_shot: Any):
    targets = {"xnli": {"few_shot": {"k": [1, 5], "draws": 2} | few_shot}, "udpos": {}}
    return make_plan(Study(**DECLARED | {"targets": targets}), DEV_ONLY)


def steps_of(plan):
    return {step.key: step for step in plan.steps}


def test_every_route_seed_language_k_and_draw_has_a_cell_beside_the_zero_shot_ones():
    plan = plan_of()
    assert len(plan.few_shot) == 2 * 2 * 2 * 2 * 2
    assert {(cell.shots, cell.draw) for cell in plan.few_shot} == {(1, 1), (1, 2), (5, 1), (5, 2)}
    assert {cell.language for cell in plan.few_shot} == {"de", "th"}
    assert {(cell.shots, cell.draw) for cell in plan.cells} == {(0, 0)}
    assert plan.all_cells == plan.cells + plan.few_shot
    assert len({cell.score_key for cell in plan.few_shot}) == len(plan.few_shot)


def test_the_zero_shot_study_keeps_its_keys():
    without = make_plan(Study(**DECLARED | {"targets": ["xnli", "udpos"]}), DEV_ONLY)
    plan = plan_of()
    assert {step.key for step in without.steps} < {step.key for step in plan.steps}
    assert plan.cells == without.cells
    assert without.few_shot == ()


def test_an_adapt_starts_from_the_target_and_predicts_what_predict_does():
    plan = plan_of()
    steps = steps_of(plan)
    zero = {(c.route, c.seed, c.language, c.target): c.score_key for c in plan.cells}
    for cell in plan.few_shot:
        score = steps[cell.score_key]
        adapt = steps[score.inputs["predictions"]]
        before = steps[zero[cell.route, cell.seed, cell.language, cell.target]]
        predict = steps[before.inputs["predictions"]]
        assert adapt.verb == "adapt"
        for role in ("checkpoint", "encoded", "examples"):
            assert adapt.inputs[role] == predict.inputs[role]
        assert score.settings == before.settings
        pool = steps[adapt.inputs["pool_examples"]].settings
        assert (pool["task"], pool["split"], pool["language"]) == ("xnli", "dev", cell.language)
        assert (
            steps[adapt.inputs["pool_encoded"]].settings
            == steps[predict.inputs["encoded"]].settings
        )


def test_training_is_that_of_the_target_but_for_a_few_examples():
    adapts = [step for step in plan_of(training={"peak_lr": 3e-5}).steps if step.verb == "adapt"]
    by_shots = {step.settings["shots"]: step.settings["training"] for step in adapts}
    assert by_shots[5].items() >= {"num_epochs": 10.0, "batch_size": 5, "peak_lr": 3e-5}.items()
    assert by_shots[5].items() >= {"max_length": 256, "selection": "last"}.items()
    assert by_shots[1]["batch_size"] == 1
    assert {step.settings["seed"] for step in adapts} == {0, 1}


def test_tokens_of_few_shots_are_counted():
    adapts = {s.settings["shots"]: s for s in plan_of(k=[1, 500]).steps if s.verb == "adapt"}
    predict = next(s for s in plan_of().steps if s.title.startswith("predict xnli"))
    assert adapts[1].num_tokens > predict.num_tokens
    # ten epochs of 500 examples, a quarter of 256 subwords each, in whole batches of 16
    assert adapts[500].num_tokens - predict.num_tokens == 313 * 16 * 64


def test_a_part_is_named_by_route_target_and_k():
    plan = plan_of()
    shots = select(plan, "mnli/xnli@5")
    assert {(cell.route, cell.shots) for cell in shots.few_shot} == {("mnli", 5)}
    assert shots.cells == ()
    zero = select(plan, "mnli/xnli")
    assert zero.few_shot == ()
    assert {cell.shots for cell in zero.cells} == {0}
    both = select(plan, "mnli/xnli*")
    assert Counter(cell.shots for cell in both.all_cells) == {0: 6, 1: 8, 5: 8}


def test_languages_without_a_pool_are_left_out_and_said():
    targets = {"udpos": {"few_shot": {"k": [1]}, "languages": ["en", "de", "th"]}}
    plan = make_plan(
        Study(**DECLARED | {"targets": targets}),
        NaturalProvider(("udpos", "train", "th"), ("udpos", "dev", "th")),
    )
    assert {cell.language for cell in plan.few_shot} == {"de"}
    pools = {step.settings["split"] for step in plan.steps if step.title == "read udpos train de"}
    assert pools == {"train"}
    (lack,) = (lack for lack in plan.missing if lack.split == "few-shot")
    assert (lack.target, lack.languages) == ("udpos", ("th",))


@pytest.mark.parametrize("languages", ["all", ["th"]])
def test_a_pool_that_is_asked_for_and_not_there_is_an_error(languages):
    lacking = NaturalProvider(
        *(("udpos", split, code) for split in ("train", "dev") for code in ("de", "th"))
    )
    few_shot = {"k": [1], "languages": languages}
    with pytest.raises(DataError, match=r"udpos has no train or dev data in .*th to draw examples"):
        make_plan(Study(**DECLARED | {"targets": {"udpos": {"few_shot": few_shot}}}), lacking)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"splits": ["dev"]}, "drawn from xnli's dev data, which the study evaluates: take 'dev'"),
        ({"targets": {"tatoeba": {"few_shot": {}}}}, "tatoeba has no training of its own"),
        ({"targets": {"xnli": {"few_shot": {"languages": ["en"]}}}}, "'en' is the source language"),
        (
            {"targets": {"xnli": {"few_shot": {"languages": ["fr"]}}}},
            "xnli is not evaluated in 'fr'",
        ),
        (
            {"targets": {"xnli": {"few_shot": {"k": [0, 5]}}}},
            r"few_shot.k.0.*greater than or equal to 1",
        ),
        ({"targets": {"xnli": {"few_shot": {"k": [5, 5]}}}}, "5 is listed twice"),
        ({"targets": {"xnli": {"few_shot": {"draws": 0}}}}, "greater than or equal to 1"),
        ({"targets": {"xnli": {"few_shot": {"split": "test"}}}}, "expected 'train' or 'dev'"),
        ({"targets": {"xnli": {"few_shot": {"training": {"num_train": 5}}}}}, "what 'k' says"),
        ({"targets": {"xnli": {"few_shot": {"shots": [5]}}}}, "unknown field 'shots'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change: dict[str, Any], message: str):
    with pytest.raises(StudyError, match=message):
        make_plan(Study(**DECLARED | change), DEV_ONLY)


def test_the_study_of_few_shots_has_every_route_k_and_draw_of_the_protocol():
    study = load_study(STUDIES / "few_shot.yaml")
    plan = make_plan(study, NaturalProvider())
    assert {cell.shots for cell in plan.few_shot} == {1, 5, 10, 50, 100, 500}
    assert len(plan.few_shot) == 11 * 3 * 14 * 6 * 5
    steps = steps_of(plan)
    adapts = [step for step in plan.steps if step.verb == "adapt"]
    assert len(adapts) == len(plan.few_shot)
    assert {steps[step.inputs["pool_examples"]].settings["split"] for step in adapts} == {"dev"}
