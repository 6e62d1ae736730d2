"""Few-shot scores from a store to the answer of a study."""

from __future__ import annotations

import json

import numpy as np
import pytest
from analysis_store import Made
from rich.console import Console

from isthmus.analysis.analyse import Background, analyse
from isthmus.analysis.shots import load_shots
from isthmus.cli.few_shot_tables import curves_table
from isthmus.errors import StudyError
from isthmus.languages.language import Language
from isthmus.study.claims import check_claims
from isthmus.study.study import Study

LANGUAGES = {
    code: Language(code=code, name=code, script="Latn", family="A", iso639_3=code)
    for code in ("en", "de", "sw")
}
BACKGROUND = Background(
    metrics={"t": "accuracy"}, sources={"t": "en"}, languages=LANGUAGES, distances={}
)
DECLARATION = {
    "name": "made",
    "data": "world",
    "models": {"m": {"load": "x"}},
    "routes": {"base": [], "route": [{"tasks": ["mnli"]}]},
    "targets": {"t": {"few_shot": {"k": [1, 10, 100], "draws": 3}}},
    "seeds": [0, 1, 2],
}


@pytest.fixture
def made(tmp_path):
    """The route is 12 points better zero-shot; ten labels give 10 points, a hundred 20."""
    made, rng = Made(tmp_path / "store"), np.random.default_rng(4)
    for route, share in (("base", 0.4), ("route", 0.52)):
        for seed in (0, 1, 2):
            for code in LANGUAGES:
                made.right(route, seed, code, rng.permutation(1000) < 1000 * share)
                for shots, score in ((1, 41), (10, 50), (100, 60)) if code != "en" else ():
                    for draw in (1, 2, 3):
                        noise = rng.normal(0, 0.3) + 0.2 * draw
                        made.after(route, seed, code, shots, draw, score + noise)
    return made


def answer(made, **fields):
    return analyse(Study(**DECLARATION | fields), made.plan, made.store, BACKGROUND, num_draws=200)


def test_few_shot_scores_stand_beside_the_zero_shot_ones_of_their_languages(made):
    (shots,), problems = load_shots(made.plan, made.store, {"t": "accuracy"})
    assert problems == []
    assert (shots.routes, shots.languages, shots.shots) == (
        ("base", "route"),
        ("de", "sw"),
        (0, 1, 10, 100),
    )
    assert shots.scores.shape == (2, 2, 4, 3, 3)
    assert shots.zero_shot("base").tolist() == [[40.0] * 3] * 2
    assert np.isnan(shots.scores[:, :, 0, 1:]).all()
    assert np.isfinite(shots.scores[:, :, 1:]).all()


def test_the_answer_has_curves_and_what_the_stopover_is_worth(made):
    found = answer(made)
    assert found.is_whole
    assert {(c.route, c.language) for c in found.curves} == {
        (route, code) for route in ("base", "route") for code in ("de", "sw", "")
    }
    (worth,) = (w for w in found.worths if not w.language)
    assert (worth.route, worth.baseline, worth.languages) == ("route", "base", ("de", "sw"))
    assert worth.labels.low < worth.labels.num < worth.labels.high
    assert 10 < worth.labels.num < 20
    read = json.loads(found.to_json())
    assert read["worths"][0]["labels"]["most"] == 100
    assert read["curves"][0]["points"][1]["num_draws"] == 3


def test_gains_are_those_of_zero_shot_scores_alone(made):
    few_less = Made(made.store.root)
    few_less.steps = made.steps
    few_less.cells = [cell for cell in made.cells if not cell.shots]
    assert answer(few_less).gains == answer(made).gains
    assert answer(few_less).curves == answer(few_less).worths == ()


def test_scores_that_are_not_done_are_said(made):
    made.after("route", 0, "de", 10, 4)
    (problem,) = answer(made).problems
    assert problem.kind == "missing"
    assert "t test after a few examples, encoder m: 1 of 109 scores are not done" in problem.message


@pytest.mark.parametrize(
    ("at_least", "judgement"), [(2, "supported"), (15, "undecided"), (90, "contradicted")]
)
def test_a_claim_about_labels_is_judged_by_what_is_imagined(made, at_least, judgement):
    holds = [{"worth": {"route": "route", "at_least": at_least, "published": 15}}]
    (verdict,) = answer(made, claims=[{"says": "It is worth it.", "holds": holds}]).verdicts
    (finding,) = verdict.findings
    assert verdict.judgement == finding.judgement == judgement
    assert finding.unit == "labels"
    assert finding.low < finding.value < finding.high
    assert finding.published_is_inside
    assert f"the stopover of route is worth at least {at_least} labels" in finding.predicate


def test_a_claim_about_labels_that_nobody_measured_is_undecided(made):
    made.cells = [cell for cell in made.cells if cell.shots != 10 or cell.route != "base"]
    made.after("base", 0, "de", 10, 4)
    holds = [{"worth": {"route": "route", "at_least": 1}}]
    (verdict,) = answer(made, claims=[{"says": "So.", "holds": holds}]).verdicts
    assert verdict.judgement == "undecided"
    assert "Not measured" in verdict.findings[0].note


@pytest.mark.parametrize(
    ("targets", "said", "message"),
    [
        (["t"], {"route": "route"}, "no target has 'few_shot'"),
        (DECLARATION["targets"] | {"u": {}}, {"route": "route", "targets": ["u"]}, "'u' has no"),
        (DECLARATION["targets"], {"route": "rout"}, "unknown route 'rout'"),
    ],
)
def test_a_claim_about_labels_needs_a_curve(targets, said, message):
    claim = {"says": "So.", "holds": [{"worth": said | {"at_least": 5}}]}
    study = Study(**DECLARATION | {"targets": targets, "claims": [claim]})
    assert any(message in problem for _, problem in check_claims(study))
    with pytest.raises(StudyError, match="at_least"):
        Study(**DECLARATION | {"claims": [{"says": "So.", "holds": [{"worth": said}]}]})


def test_the_table_shows_scores_by_labels_and_their_worth(made):
    found = answer(made)
    means = [curve for curve in found.curves if not curve.language]
    console = Console(width=200, record=True)
    console.print(curves_table(means, found.worths))
    text = console.export_text()
    assert "zero-shot" in text
    assert "k = 100" in text
    (row,) = (line for line in text.splitlines() if "route " in line and "52.0" in line)
    assert "[" in row.rsplit("│", 2)[1]
