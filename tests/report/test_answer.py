from __future__ import annotations

from dataclasses import replace

from made_report import analysis, facts, gain

from isthmus.analysis.overall import OVERALL
from isthmus.report.answer import answer_of, is_told, tone_of


def test_what_helps_hurts_and_cannot_be_told_is_counted():
    summary = answer_of(facts()).summary
    assert "Of 3 pairs" in summary
    assert "1 does better zero-shot than base, 1 worse, and 1 cannot be told apart" in summary


def test_a_finding_has_the_numbers_the_interval_and_the_rate():
    (finding,) = answer_of(facts()).findings
    good, bad, even = finding.sentences
    assert finding.subject == "t (accuracy)"
    assert good.text == (
        "good helps zero-shot: +7.5 [6.5, 8.5] points in the mean over 2 languages "
        "(q < 0.001; 50.0 to 57.5), and in en +7.5 [6.5, 8.5]."
    )
    assert bad.text.startswith("bad hurts zero-shot: -5.0 [-6.0, -4.0]")
    assert even.text == (
        "Not told apart from nothing zero-shot (this study sees gains from 3.2 points): "
        "even +0.2 [-0.8, 1.2]."
    )
    assert [each.tone for each in finding.sentences] == ["up", "down", ""]
    assert finding.text == f"t (accuracy): {good.text} {bad.text} {even.text}"


def test_all_targets_together_come_first():
    gains = (gain("good", "zero_shot"), gain("good", "zero_shot", target=OVERALL))
    made = answer_of(facts(analysis=replace(analysis(), gains=gains)))
    assert [each.subject for each in made.findings] == ["All targets together", "t (accuracy)"]


def test_claims_and_distances_are_summed_up():
    claims, near, far = answer_of(facts()).further
    assert claims == (
        "Of 2 claims held against these scores: 1 supported, 1 undecided, on this scale."
    )
    assert near == (
        "Scores go with distance from the source: base's with overall (-0.60 [-0.90, -0.10], "
        "Spearman's correlation over 7 languages)."
    )
    assert far == "Gains go with no distance from the source that could be told apart from chance."


def test_a_gain_whose_interval_holds_zero_is_never_told_apart():
    assert not is_told(gain("even", "zero_shot"))
    assert [tone_of(gain(route, "zero_shot")) for route in ("good", "bad", "even")] == [
        "up",
        "down",
        "",
    ]


def test_the_scale_names_world_encoder_and_seeds():
    scale = answer_of(facts()).scale
    assert scale.startswith("on the embedded world of constructed languages, with the encoder m")
    assert scale.endswith("2 seeds a route")
    assert "2.0 million parameters" in scale


def test_nothing_of_the_world_is_called_reproduced():
    assert any("reproduces no published result" in text for text in answer_of(facts()).caveats)


def test_one_seed_an_oracle_and_an_unfinished_study_are_said():
    made = facts()
    study = made.study.model_copy(update={"seeds": (0,), "oracle": True})
    caveats = " ".join(answer_of(facts(study=study, num_done=5)).caveats)
    assert "One seed" in caveats
    assert "ORACLE" in caveats
    assert "5 of 24 scores are there" in caveats


def test_without_gains_the_answer_says_that_nothing_can_be_told():
    empty = replace(analysis(), gains=())
    found = answer_of(facts(analysis=empty))
    assert found.summary.startswith("No zero-shot gain can be told yet")
    assert found.findings == ()


def test_no_interval_is_made_up():
    bare = replace(gain("good", "zero_shot").estimate, low=None, high=None)
    made = replace(analysis(), gains=(gain("good", "zero_shot", estimate=bare),))
    found = answer_of(facts(analysis=made))
    assert found.summary.startswith("Nothing can be told apart from no gain: 1 pair")
    assert "good +7.5 [no interval]" in found.findings[0].text
