"""What a plan does without, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from natural_provider import NaturalProvider
from plan_work import LOADED, SCRATCH, planned, trainings

from isthmus.errors import DataError, StudyError
from isthmus.study.plan import make_plan
from isthmus.study.study import Study, load_study

if TYPE_CHECKING:
    from pathlib import Path


def test_languages_without_data_are_left_out_and_listed() -> None:
    provider = NaturalProvider(("udpos", "test", "th"), ("udpos", "dev", "de"))
    plan = make_plan(Study(**{**SCRATCH, "splits": ["dev", "test"]}), provider)
    gaps = [(gap.target, gap.split, gap.languages) for gap in plan.missing]
    assert gaps == [("udpos", "dev", ("de",)), ("udpos", "test", ("th",))]
    places = {(cell.split, cell.language) for cell in plan.cells if cell.target == "udpos"}
    assert places == {("dev", "en"), ("dev", "th"), ("test", "en"), ("test", "de")}


def test_all_missing_data_is_named_at_once_with_a_remedy() -> None:
    provider = NaturalProvider(
        ("mnli", "train", "en"),
        ("ntrex_text", "train", "de"),
        *[("xquad", "test", code) for code in ("en", "de", "th")],
        *[("ntrex", "dev", code) for code in NaturalProvider().tasks()["ntrex"].languages],
    )
    with pytest.raises(DataError) as caught:
        make_plan(Study(**SCRATCH), provider)
    message = str(caught.value)
    routes = "route baseline, route squad_v1, route multi, route chain"
    assert message.splitlines() == [
        "xquad has no test data in any asked language (needed by the study's targets).",
        f"mnli has no train data in en, in no language (needed by {routes}).",
        "ntrex has no dev data to choose layer and pooling on (needed by tatoeba).",
        "Add what is lacking to the data, or leave it out of the study.",
    ]


def test_selection_without_a_development_set_says_so() -> None:
    provider = NaturalProvider(("squad_v1", "dev", "en"), ("udpos", "train", "en"))
    wanted = r"squad_v1 has no dev data in en to select on \(needed by 'selection: {keep: best}'\)"
    with pytest.raises(DataError, match=wanted):
        make_plan(Study(**LOADED), provider)


def test_names_are_checked_against_the_provider_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(
        "name: x\ndata: files\nmodels:\n  m:\n    pretrain:\n      size: nano\n"
        "      corpus: [ntrex_txt]\n      languages: [xx]\nroutes:\n"
        "  a: [{tasks: [squad]}]\n  b: [{tasks: [tatoeba]}]\n  c: [{tasks: [udhr]}]\n"
        "  d: [{tasks: [mnli], mlm: [xnli], mixture: {mlm_share: 0.1}}]\n"
        "  e: [{tasks: [mnli, xnli], languages: [zz]}]\n"
        "targets: {xnil: {}, pawsx: {languages: [th]}, udhr: {}}\nlanguages: [en, qq]\n"
    )
    with pytest.raises(StudyError) as caught:
        make_plan(load_study(path), NaturalProvider())
    lines = str(caught.value).splitlines()
    wanted = [
        "7: models.m.pretrain.corpus[0]: unknown task 'ntrex_txt'. Did you mean 'ntrex_text'?",
        "8: models.m.pretrain.languages: ",
        "10: routes.a[0].tasks[0]: unknown task 'squad'. Did you mean 'xquad'?",
        "11: routes.b[0].tasks[0]: 'tatoeba' has no training data; it can only be a target.",
        "12: routes.c[0].tasks[0]: 'udhr' is text; write it under 'mlm'",
        "13: routes.d[0].mlm[0]: 'xnli' is not a text task.",
        "14: routes.e[0]: 'tasks' trains on the same data twice",
        "14: routes.e[0].languages: ",
        "15: targets.xnil: unknown task 'xnil'. Did you mean 'xnli'?",
        "15: targets.pawsx.languages: pawsx is not in 'th'.",
        "15: targets.udhr: 'udhr' is text: it can be trained on, but has no score.",
        "16: languages: ",
    ]
    assert lines[0] == f"The study has {len(wanted)} problems:"
    for line, start in zip(lines[1:], wanted, strict=True):
        assert line.startswith(f"{path}:{start}"), line


def test_parallel_text_needs_a_share(tmp_path: Path) -> None:
    pretrain = {**SCRATCH["models"]["tiny"]["pretrain"], "translation_share": 0}
    with pytest.raises(StudyError, match=r"translation_share: is 0, so \['ntrex_bitext'\] would"):
        planned({**SCRATCH, "models": {"tiny": {"pretrain": pretrain}}})


def test_selecting_elsewhere_needs_the_oracle_and_takes_the_targets_own_data() -> None:
    declared = {**LOADED, "selection": {"keep": "best", "languages": ["de", "en"]}}
    with pytest.raises(StudyError, match=r"selection.languages: selects on \['de'\].*'oracle: tr"):
        planned(declared)
    plan = planned({**declared, "oracle": True})
    steps = {step.key: step for step in plan.steps}
    (step,) = (s for s in trainings(plan) if s.title == "train mnli (xlmr, route baseline, seed 0)")
    read = [
        steps[steps[step.inputs[f"dev/mnli/{code}"]].inputs["examples"]].title
        for code in ("de", "en")
    ]
    assert read == ["read xnli dev de", "read mnli dev en"]


@pytest.mark.parametrize(
    ("phase", "says"),
    [
        ({"tasks": ["panx"]}, "shares 'training.num_train' among languages; set it"),
        ({"mlm": ["ntrex_text"], "training": {"num_train": 9}}, "no meaning without 'tasks'"),
    ],
)
def test_even_languages_need_a_number_to_share(phase: dict[str, Any], says: str) -> None:
    with pytest.raises(StudyError, match=rf"routes.a\[0\]: 'even_languages'.*{says}"):
        planned({**LOADED, "routes": {"a": [{**phase, "even_languages": True}]}})
