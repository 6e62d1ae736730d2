"""What is in the keys of a plan's steps, and what is not."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from natural_provider import NaturalProvider
from plan_work import LOADED, SCRATCH, planned, trainings

from isthmus.errors import StudyError
from isthmus.study.plan import make_plan
from isthmus.study.study import Study
from isthmus.training.settings import TrainingSettings

if TYPE_CHECKING:
    from pathlib import Path


def test_how_to_whiten_and_mine_is_identity_only_where_it_is_said() -> None:
    def embeds(**retrieval: Any) -> dict[str, dict[str, Any]]:
        declared = {**SCRATCH, "targets": ["bucc2018", "tatoeba"], "routes": {"baseline": []}}
        plan = planned({**declared, "retrieval": retrieval})
        found = (step for step in plan.steps if step.verb == "embed")
        return {str(step.settings["method"]): dict(step.settings) for step in found}

    usual = embeds()
    assert embeds(margin="ratio", whitening=[False], num_neighbours=4) == usual
    assert not {"mining", "whitening"} & usual["mine"].keys()
    other = embeds(margin="distance", duplicates="expand", whitening=[False, True])
    assert other["nearest"] == {**usual["nearest"], "whitening": [False, True]}
    assert other["mine"]["mining"] == {
        "margin": "distance",
        "select": "max",
        "num_neighbours": 4,
        "duplicates": "expand",
    }


@pytest.mark.parametrize("name", [field.name for field in fields(TrainingSettings)])
def test_every_training_setting_is_identity(name: str) -> None:
    values: dict[str, Any] = {"decay": "constant", "precision": "fp32", "whole_words": True}
    if name == "selection":
        changed = {**SCRATCH, "selection": {"keep": "best"}}
    else:
        default = getattr(TrainingSettings(), name)
        values.setdefault(name, 17 if isinstance(default, int) or default is None else 0.123)
        changed = {**SCRATCH, "training": {name: 0.5 if name == "dropout" else values[name]}}
    before, after = planned(SCRATCH), planned(changed)
    same = {step.key for step in before.steps} & {step.key for step in after.steps}
    trained = {step.key for step in before.steps if step.verb in {"train", "predict"}}
    pretraining = trainings(before)[0].key
    kept = {step.title for step in before.steps if step.key in trained & same - {pretraining}}
    # only what stands on the pretrained encoder alone stays: retrieval of the baseline
    assert all(title.startswith("predict ") and "baseline" in title for title in kept)
    assert pretraining in same
    assert {step.key for step in before.steps if step.verb == "read"} <= same


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other", "description": "Other"},
        {"oracle": True},
        {"selection": {"keep": "last", "languages": ["en"]}},
        {"models": {"renamed": SCRATCH["models"]["tiny"]}},
        {"routes": {f"my-{name}": phases for name, phases in SCRATCH["routes"].items()}},
        {"targets": list(reversed(SCRATCH["targets"]))},
        {"languages": ["th", "de", "en"]},
        {"routes": dict(reversed(SCRATCH["routes"].items()))},
    ],
)
def test_what_changes_no_number_changes_no_key(change: dict[str, Any]) -> None:
    before, after = planned(SCRATCH), planned({**SCRATCH, **change})
    assert {step.key for step in before.steps} == {step.key for step in after.steps}


def test_an_added_language_leaves_the_others_alone() -> None:
    before, after = planned(SCRATCH), planned({**SCRATCH, "languages": ["en", "de", "th", "fr"]})
    assert {step.key for step in before.steps} < {step.key for step in after.steps}


def test_data_that_changed_changes_all_that_stands_on_it() -> None:
    class Changed(NaturalProvider):
        def identity(self, task: Any, split: Any, language: str) -> Any:
            edited = (task.name, split, language) == ("squad_v1", "train", "en")
            return {**super().identity(task, split, language), "reader": 2 if edited else 1}

    before, after = planned(LOADED), make_plan(Study(**LOADED), Changed())
    lost = {step.title for step in before.steps} - {
        step.title for step in before.steps if step.key in {other.key for other in after.steps}
    }
    assert "read squad_v1 train en" in lost
    assert "score mlqa test de (xlmr, route baseline, seed 0)" in lost
    assert "score xnli test de (xlmr, route squad_v1, seed 1)" in lost
    assert "score xnli test de (xlmr, route baseline, seed 0)" not in lost


def test_a_loaded_folder_is_known_by_its_files_not_its_place(tmp_path: Path) -> None:
    keys = []
    for name, content in (("a", "{}"), ("b", "{}"), ("c", "{ }")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "config.json").write_text(content)
        declared = {**LOADED, "models": {"mine": {"load": str(folder)}}}
        (load,) = (step for step in planned(declared).steps if step.verb == "load")
        assert load.locations == {"folder": str(folder.resolve())}
        assert str(folder) not in json.dumps(load.settings)
        keys.append(load.key)
    assert keys[0] == keys[1] != keys[2]
    with pytest.raises(StudyError, match=r"models.mine.load: there is no folder .*absent"):
        planned({**LOADED, "models": {"mine": {"load": "./absent"}}})


def test_shares_of_languages_are_identity_only_where_they_are_even() -> None:
    def phase(**fields: Any) -> Any:
        declared = {"tasks": ["panx"], "languages": ["en", "de"], "training": {"num_train": 100}}
        routes = {"a": [{**declared, **fields}]}
        return trainings(planned({**LOADED, "routes": routes, "targets": ["tatoeba"]}))[0]

    usual, even = phase(), phase(even_languages=True)
    assert phase(even_languages=False).key == usual.key != even.key
    assert even.settings == {**usual.settings, "even_languages": True}
    assert even.inputs == usual.inputs
