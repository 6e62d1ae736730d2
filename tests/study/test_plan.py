"""Which steps a study becomes, what they share, and in which order."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from natural_provider import NaturalProvider
from plan_work import LOADED, SCRATCH, planned, trainings

from isthmus.errors import StudyError
from isthmus.study.identity import digest, step_key
from isthmus.study.plan import make_plan
from isthmus.study.study import load_study
from isthmus.training.settings import TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.study.step import Step

ROOT = Path(__file__).parents[2]


def test_inputs_come_before_users_and_keys_are_digests() -> None:
    plan = planned(LOADED)
    seen: set[str] = set()
    for step in plan.steps:
        assert set(step.inputs.values()) <= seen, step.title
        assert step.key == step_key(step.verb, step.settings, step.inputs)
        assert step.key not in seen
        assert json.loads(json.dumps(step.settings)) == step.settings
        seen.add(step.key)
    assert {cell.score_key for cell in plan.cells} <= seen


def test_the_plan_of_the_grid_is_fast_and_shared() -> None:
    begin = time.process_time()  # other work on the machine is not the plan's
    plan = make_plan(load_study(ROOT / "studies" / "phang2020.yaml"), NaturalProvider())
    seconds = time.process_time() - begin
    counted = (len(plan.steps), plan.num_unshared)
    assert counted == (13_431, 307_836), f"{counted[0]} steps, {counted[1]} without sharing"
    assert len(plan.cells) == 13 * 3 * 162
    assert plan.missing == ()
    # 12 intermediate phases; xquad and mlqa are one of six target trainings on each of 13 routes
    assert Counter(step.verb for step in plan.steps)["train"] == 3 * (12 + 13 * 6)
    assert seconds < 2


def test_planning_imports_no_torch() -> None:
    code = (
        "import sys, isthmus.study.plan, isthmus.study.study, isthmus.study.estimate; "
        "sys.exit(sum(name in sys.modules for name in ('torch', 'transformers', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_equal_work_is_one_step() -> None:
    plan = planned(SCRATCH)
    titles = [step.title for step in plan.steps if step.verb == "train"]
    # the first phase of "chain" is that of "squad_v1"; mlqa's training is that of xquad
    assert titles == [
        "pretrain tiny (tiny, seed 0)",
        "train mnli (tiny, route baseline, seed 0)",
        "train udpos (tiny, route baseline, seed 0)",
        "train squad_v1 (tiny, route baseline, seed 0)",
        "train squad_v1 (tiny, route squad_v1, seed 0)",
        "train mnli (tiny, route squad_v1, seed 0)",
        "train udpos (tiny, route squad_v1, seed 0)",
        "train squad_v1 (tiny, route squad_v1, seed 0)",
        "train squad_v1+mnli+ccg (tiny, route multi, seed 0)",
        "train mnli (tiny, route multi, seed 0)",
        "train udpos (tiny, route multi, seed 0)",
        "train squad_v1 (tiny, route multi, seed 0)",
        "train mnli (tiny, route chain, seed 0)",
        "train mnli (tiny, route chain, seed 0)",
        "train udpos (tiny, route chain, seed 0)",
        "train squad_v1 (tiny, route chain, seed 0)",
    ]


def test_a_target_shares_an_intermediate_training_when_all_settings_are_equal() -> None:
    shared = {"batch_size": 16, "num_epochs": 2.0}
    declared = {**SCRATCH, "routes": {"baseline": [], "squad_v1": [{"tasks": ["squad_v1"]}]}}
    apart = trainings(planned(declared))
    together = trainings(planned({**declared, "training": shared}))
    assert len(apart) == 1 + 3 + 4
    assert len(together) == 1 + 3 + 3
    other = {"targets": {"xquad": {"carry_heads": "never"}}, "training": shared}
    assert len(trainings(planned({**declared, **other}))) == 1 + 1 + 2


def test_retrieval_sits_on_the_route_and_needs_no_target_training() -> None:
    plan = planned({**SCRATCH, "targets": ["tatoeba"], "seeds": [0, 1]})
    steps = {step.key: step for step in plan.steps}
    predictions = {cell: steps[steps[cell.score_key].inputs["predictions"]] for cell in plan.cells}
    for cell, step in predictions.items():
        checkpoint = steps[step.inputs["checkpoint"]]
        assert ("architecture" in checkpoint.settings) == (cell.route == "baseline")
        choice = steps[step.inputs["choice"]]
        assert choice.verb == "embed"
        assert choice.settings["task"] == "ntrex"
        assert choice.inputs["checkpoint"] == checkpoint.key
        assert {"encoded/de", "examples/sw"} <= set(choice.inputs)
        assert step.settings["method"] == "nearest"
    # seeds change nothing on the baseline, and everything after an intermediate training
    by_place = Counter((cell.route, cell.language) for cell in plan.cells)
    assert set(by_place.values()) == {2}
    keys = {(cell.route, cell.seed): cell.score_key for cell in plan.cells if cell.language == "de"}
    assert keys["baseline", 0] == keys["baseline", 1]
    assert keys["chain", 0] != keys["chain", 1]


def test_bucc_chooses_on_its_own_development_pairs_and_is_mined() -> None:
    plan = planned({**SCRATCH, "targets": ["bucc2018"]})
    (embed, *_) = (step for step in plan.steps if step.verb == "embed")
    assert embed.settings["task"] == "bucc2018"
    assert embed.settings["method"] == "mine"
    assert set(embed.inputs) >= {"encoded/de", "encoded/zh"}


def test_training_settings_come_from_recipe_study_phase_and_target_in_this_order() -> None:
    declared = {
        **SCRATCH,
        "training": {"peak_lr": 2e-5, "batch_size": 8, "weight_decay": 0.5},
        "intermediate": {"training": {"batch_size": 4, "weight_decay": 0.25}},
        "routes": {"squad_v1": [{"tasks": ["squad_v1"], "training": {"weight_decay": 0.0}}]},
        "targets": {"xquad": {"training": {"peak_lr": 3e-5}}},
    }
    plan = planned(declared)
    pretraining, phase, target = (step.settings["training"] for step in trainings(plan))
    assert pretraining["peak_lr"] == TrainingSettings().peak_lr
    wanted = {"peak_lr": 2e-5, "batch_size": 4, "weight_decay": 0.0, "max_length": 384}
    assert phase.items() >= wanted.items()
    wanted = {"peak_lr": 3e-5, "batch_size": 8, "weight_decay": 0.5, "num_epochs": 2.0}
    assert target.items() >= wanted.items()


def test_tasks_trained_together_keep_their_own_lengths_and_heads() -> None:
    plan = planned(SCRATCH)
    (multi,) = (step for step in trainings(plan) if "ccg" in step.title)
    assert multi.settings["training"].items() >= {"num_epochs": 3.0, "batch_size": 24}.items()
    entries = {entry["name"]: entry for entry in multi.settings["tasks"]}
    assert list(entries) == ["squad_v1", "mnli", "ccg", "mlm"]
    assert [entry["spec"]["max_length"] for entry in entries.values()] == [384, 256, 256, 384]
    assert multi.settings["mixture"]["mlm_share"] == 0.25
    assert "train/mlm/th/ntrex_text" in multi.inputs
    assert len([role for role in multi.inputs if role.startswith("train/mlm/")]) > 50


def test_a_task_is_trained_in_its_own_source_language() -> None:
    phase = {"tasks": ["mnli", "ocnli"]}
    plan = planned(
        {**SCRATCH, "routes": {"both": [phase]}, "targets": ["xnli", "ocnli"], "languages": "all"}
    )
    both = next(step for step in plan.steps if step.title.startswith("train mnli+ocnli"))
    assert {role for role in both.inputs if role.startswith("train/")} == {
        "train/mnli/en",
        "train/ocnli/zh",
    }
    assert planned(
        {
            **SCRATCH,
            "languages": "all",
            "routes": {"baseline": []},
            "targets": ["ocnli"],
            "selection": {"keep": "best", "languages": ["zh"]},
        }
    )
    with pytest.raises(
        StudyError, match=r"selects on \['zh'\].*Select on 'en' or 'zh', or declare"
    ):
        planned(
            {
                **SCRATCH,
                "targets": ["xnli", "ocnli"],
                "selection": {"keep": "best", "languages": ["zh"]},
            }
        )


def test_labels_that_no_task_lists_come_from_its_training_set() -> None:
    plan = planned(SCRATCH)
    steps = {step.key: step for step in plan.steps}
    (multi,) = (step for step in trainings(plan) if "ccg" in step.title)
    encode = steps[multi.inputs["train/ccg/en"]]
    assert steps[encode.inputs["labels_from"]].title == "read ccg train en"
    assert "labels_from" not in steps[multi.inputs["train/mnli/en"]].inputs


def test_pretraining_has_plain_and_parallel_text_under_one_head() -> None:
    (step,) = (step for step in planned(SCRATCH).steps if "architecture" in step.settings)
    assert [entry["name"] for entry in step.settings["tasks"]] == ["mlm", "tlm"]
    assert {entry["head"] for entry in step.settings["tasks"]} == {"mlm"}
    assert step.settings["mixture"]["weights"] == [0.7, 0.3]
    assert sorted(role for role in step.inputs if role != "tokenizer") == [
        "train/mlm/de/ntrex_text",
        "train/mlm/en/ntrex_text",
        "train/mlm/en/squad_v1",
        "train/mlm/th/ntrex_text",
        "train/tlm/de/ntrex_bitext",
        "train/tlm/th/ntrex_bitext",
    ]


def test_development_sets_are_read_only_to_select_on() -> None:
    last, best = planned({**LOADED, "selection": {"keep": "last"}}), planned(LOADED)
    for plan, expected in ((last, 0), (best, 1)):
        (step,) = (
            s
            for s in trainings(plan)
            if s.title.startswith("train squad_v1 (xlmr, rou") and "baseline, seed 0" in s.title
        )
        assert len([role for role in step.inputs if role.startswith("dev/")]) == expected
        assert len([role for role in step.inputs if role.startswith("dev_exam")]) == expected
        assert step.settings["selection_languages"] == ["en"] * expected
        assert step.settings["tasks"][0].get("metric") == (["f1"] * expected or [None])[0]


def test_words_of_unspaced_scripts_are_joined_only_when_asked() -> None:
    for declared, wanted in ((LOADED, {True}), (SCRATCH, {False})):
        specs = [
            s.settings["spec"]
            for s in planned(declared).steps
            if s.title.startswith("predict udpos") and s.settings["language"] == "th"
        ]
        assert {spec["joined_words"] for spec in specs} == wanted
    specs = [s.settings["spec"] for s in planned(LOADED).steps if "spec" in s.settings]
    assert sum(spec["joined_words"] for spec in specs) < len(specs) / 4


@pytest.mark.parametrize("max_length", [16, 32, 64, 96, 256, 384, 512])
def test_short_inputs_leave_room_between_windows(max_length: int) -> None:
    plan = planned({**SCRATCH, "training": {"max_length": max_length}, "targets": ["xquad"]})
    specs: list[Any] = [s.settings["spec"] for s in plan.steps if s.settings.get("form") == "span"]
    assert specs
    for spec in specs:
        assert 0 <= spec["stride"] < max_length - spec["max_query"] - 4
        if max_length >= 384:
            assert (spec["stride"], spec["max_query"]) == (128, 64)


def test_language_modelling_can_be_a_phase_of_its_own() -> None:
    plan = planned({**LOADED, "routes": {"mlm": [{"mlm": ["ntrex_text"]}]}, "targets": ["udpos"]})
    phase = trainings(plan)[0]
    assert [entry["name"] for entry in phase.settings["tasks"]] == ["mlm"]
    assert phase.settings["training"]["selection"] == "last"


def test_sharing_is_counted_against_each_cell_alone() -> None:
    plan = planned(SCRATCH)
    steps = {step.key: step for step in plan.steps}
    alone = [len(set(_ancestors(cell.score_key, steps))) for cell in plan.cells]
    assert plan.num_unshared == sum(alone) > 3 * len(plan.steps)


@pytest.mark.parametrize(
    ("declared", "golden"),
    [(SCRATCH, "953477e0026829fbea95af11611b27ef"), (LOADED, "6933c47daadaba409c6c807ade203bd1")],
)
def test_golden_keys(declared: dict[str, Any], golden: str) -> None:
    """The keys of every step. If this fails, finished work is about to be done again.

    Where that is meant (a setting was added, a verb's numbers changed), write the new digest here.
    """
    assert digest([step.key for step in planned(declared).steps]) == golden


def _ancestors(key: str, steps: dict[str, Step]) -> Iterator[str]:
    yield key
    for before in steps[key].inputs.values():
        yield from _ancestors(before, steps)
