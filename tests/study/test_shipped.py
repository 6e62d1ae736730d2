"""The studies that come with Isthmus: each plans, and its variants are variants of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from natural_provider import NaturalProvider

from isthmus.api import SHIPPED, load_study
from isthmus.sources.hub import HubProvider
from isthmus.study.plan import make_plan
from isthmus.world.provider import WorldProvider

if TYPE_CHECKING:
    from pathlib import Path

    from isthmus.study.step import Plan
    from isthmus.study.study import Study

FILES = {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}
QUESTIONS = ("phang2020", "few_shot", "similarity", "families", "multilingual")
WORLDS = sorted(name for name in FILES if name == "world" or name.endswith("_world"))
SMALL = sorted(name for name in FILES if name.endswith("_small"))
FULL = sorted(FILES.keys() - {*WORLDS, *SMALL})
SETTINGS = {"mnli": (2, 32, 256), "panx": (10, 32, 256), "squad_v1": (2, 16, 384)}
"""Epochs, batch and length of a target's training (XNLI trains on MNLI), from the paper's code."""


class Unreached:
    """A hub that names commits and has no file: planning needs none."""

    def commit(self, repository: str, revision: str) -> str:
        return "0" * 40

    def fetch(self, repository: str, commit: str, pattern: str) -> tuple[Path, ...]:
        raise NotImplementedError(pattern)


def plan_of(study: Study) -> Plan:
    providers = {"world": study.provider, "hub": lambda: HubProvider(hub=Unreached())}
    return make_plan(study, providers.get(study.data, NaturalProvider)())


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {name: load_study(path) for name, path in FILES.items()}


def test_every_question_has_a_full_study_one_of_the_world_and_a_small_one() -> None:
    assert {f"{name}_world" for name in QUESTIONS} <= set(WORLDS)
    assert {f"{name}_small" for name in QUESTIONS if name != "phang2020"} <= set(SMALL)
    assert set(QUESTIONS) <= set(FULL)


@pytest.mark.parametrize("name", FILES)
def test_a_study_is_named_as_its_file_and_plans(name: str, studies: dict[str, Study]) -> None:
    study = studies[name]
    assert study.name == name
    assert study.description
    plan = plan_of(study)
    models, seeds = len(study.models), len(study.seeds)
    places = {(cell.target, cell.language) for cell in plan.cells}
    assert len(plan.cells) >= models * seeds * len(study.routes) * len(places)
    assert {cell.target for cell in plan.cells} == set(study.targets)
    assert not any(place.target for place in plan.missing)


@pytest.mark.parametrize("name", [name for name in FULL if name in QUESTIONS])
def test_full_studies_have_the_settings_of_the_protocol(
    name: str, studies: dict[str, Study]
) -> None:
    study = studies[name]
    (model,) = study.models.values()
    assert model.load == "FacebookAI/xlm-roberta-large"
    assert study.seeds == (0, 1, 2)
    trained = {}
    for step in plan_of(study).steps:
        if step.verb == "train" and "route baseline, seed 0" in step.title:
            settings: Any = step.settings
            assert settings["training"]["peak_lr"] == 1e-5
            assert settings["training"]["selection"] == "last"
            names = ("num_epochs", "batch_size", "max_length")
            (entry,) = settings["tasks"]
            trained[entry["name"]] = tuple(settings["training"][each] for each in names)
    known = SETTINGS.keys() & trained.keys()
    assert known
    assert {each: trained[each] for each in known} == {each: SETTINGS[each] for each in known}


def test_studies_of_the_world_share_its_encoder_and_those_on_data_theirs(
    studies: dict[str, Study],
) -> None:
    for names in (WORLDS, SMALL):
        keys = set()
        for name in names:
            keys.add(next(s.key for s in plan_of(studies[name]).steps if "pretrain" in s.title))
        assert len(keys) == 1, names


def test_the_world_has_the_paper_s_grid_and_its_claims(studies: dict[str, Study]) -> None:
    paper, world = studies["phang2020"], studies["phang2020_world"]
    assert list(world.routes) == list(paper.routes)
    assert list(world.targets) == list(paper.targets)
    assert world.seeds == paper.seeds
    assert world.claims == paper.claims
    cells = plan_of(world).cells
    num_places = 7 * 13 + 2 * 12
    assert len(cells) == len(paper.routes) * len(paper.seeds) * num_places
    for route, phases in paper.routes.items():
        for phase, same in zip(phases, world.routes[route], strict=True):
            assert (phase.tasks, bool(phase.mlm)) == (same.tasks, bool(same.mlm))
            assert len(phase.translations) == len(same.translations)


def test_what_is_compared_sees_as_many_examples_in_as_many_steps(
    studies: dict[str, Study],
) -> None:
    for name, num_examples in (("multilingual", 390_000), ("multilingual_world", 1200)):
        plan = plan_of(studies[name])
        routes = ("english", "translated", "both", "translated+steps", "both+steps")
        phases = {route: phase_of(plan, route) for route in routes}
        counted = [
            phases[route]["training"]["num_train"] for route in ("english", "translated", "both")
        ]
        assert counted == [num_examples] * 3
        english = phases["english"]["training"]
        num_steps = -(-num_examples * english["num_epochs"] // english["batch_size"])
        for route in ("translated+steps", "both+steps"):
            assert phases[route]["training"]["max_steps"] == num_steps
            assert phases[route]["training"]["num_train"] is None
            assert phases[route]["training"]["batch_size"] == english["batch_size"]
        assert all(phases[route].get("even_languages") for route in ("translated", "both"))
    small = plan_of(studies["multilingual_small"])
    sums = {
        route: len(found["tasks"]) * found["training"]["num_train"]
        for route in ("english", "native", "both")
        for found in [phase_of(small, route)]
    }
    assert set(sums.values()) == {2100}


def phase_of(plan: Plan, route: str) -> Any:
    """The settings of a route's one phase: what the training of tagging starts from."""
    steps = {step.key: step for step in plan.steps}
    cell = next(cell for cell in plan.cells if (cell.route, cell.target) == (route, "udpos"))
    predict = steps[steps[cell.score_key].inputs["predictions"]]
    return steps[steps[predict.inputs["checkpoint"]].inputs["init"]].settings


def test_the_files_of_the_world_say_its_encoder_in_the_same_words() -> None:
    def words(name: str, begin: str, end: str) -> str:
        text = FILES[name].read_text(encoding="utf-8")
        return text[text.index(begin) : text.index(end)].rstrip()

    for names in (WORLDS, SMALL):
        assert len({words(name, "\nmodels:", "\nroutes:") for name in names}) == 1
    assert (
        yaml.safe_load(FILES["world"].read_text())["world"].items()
        <= min(
            (yaml.safe_load(FILES[name].read_text())["world"] for name in WORLDS), key=len
        ).items()
    )
    assert isinstance(load_study(FILES["world"]).provider(), WorldProvider)
