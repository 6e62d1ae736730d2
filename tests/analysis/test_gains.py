from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from isthmus.analysis.detectable import detectable_gains
from isthmus.analysis.evidence import Evidence
from isthmus.analysis.gains import gains_of, with_rates
from isthmus.analysis.groups import gains_by, language_scale
from isthmus.analysis.overall import OVERALL, overall_gain
from isthmus.analysis.paired import hits_p
from isthmus.analysis.resample import resampled_scores
from isthmus.testing.sheets import Truth, draw_sheet


def drawn(seed=5, **settings):
    rng = np.random.default_rng(seed)
    settings = {"num_languages": 4, "lifts": (0.0, 0.3, 0.0), "num_examples": 300} | settings
    sheet = draw_sheet(Truth(**settings), rng).sheet
    return sheet, resampled_scores(sheet, rng, num_draws=300)


@pytest.fixture(scope="module")
def gains():
    sheet, scores = drawn()
    return sheet, with_rates(gains_of(sheet, scores, baseline="base", source="l0"))


def test_every_language_and_two_means_have_a_gain_for_each_route(gains):
    sheet, rows = gains
    places = [(row.scope, row.group, row.route) for row in rows]
    assert len(places) == len(set(places)) == 2 * (4 + 2)
    assert {row.languages for row in rows if row.scope == "zero_shot"} == {("l1", "l2", "l3")}
    assert {row.languages for row in rows if row.scope == "all"} == {sheet.languages}


def test_a_gain_is_the_difference_of_the_scores_beside_it(gains):
    sheet, rows = gains
    for row in rows:
        assert row.score - row.baseline == pytest.approx(row.estimate.value)
    (first,) = [row for row in rows if (row.group, row.route) == ("l2", "route1")]
    assert first.score == pytest.approx(sheet.scores[2, 1].mean())
    assert first.estimate.num_examples == 300


def test_means_say_how_much_rests_on_one_language(gains):
    _, rows = gains
    (mean,) = [row for row in rows if (row.scope, row.route) == ("zero_shot", "route1")]
    in_each = [
        row.estimate.value
        for row in rows
        if row.scope == "language" and row.route == "route1" and row.group != "l0"
    ]
    without = sorted((sum(in_each) - gain) / 2 for gain in in_each)
    assert mean.without_one == pytest.approx((without[0], without[-1]))
    assert all(row.without_one is None for row in rows if row.scope == "language")


def test_languages_that_share_examples_share_their_doubt():
    # The same examples in four languages tell less than four times as many examples.
    shared, scores = drawn(taste=0.0, seed_spread=0.0, num_seeds=1, hardness=2.0)
    rows = gains_of(shared, scores, baseline="base", source="none")
    (mean,) = [row for row in rows if (row.scope, row.route) == ("all", "route1")]
    alone = [row for row in rows if (row.scope, row.route) == ("language", "route1")]
    width = np.mean([row.estimate.high - row.estimate.low for row in alone])
    assert mean.estimate.high - mean.estimate.low > width / np.sqrt(4)


def test_hits_are_tested_exactly_and_f1_by_the_bootstrap(gains):
    sheet, rows = gains
    (row,) = [row for row in rows if (row.group, row.route) == ("l1", "route1")]
    hits = sheet.columns[1].numerator[..., 0].sum(axis=1)
    assert row.p_runs == hits_p((hits[1] - hits[0]).astype(int))
    spans, scores = drawn(counts="spans")
    (mean, *_) = gains_of(spans, scores, baseline="base", source="l0")
    assert mean.p_runs * 301 == pytest.approx(round(mean.p_runs * 301))


def test_rates_are_of_one_scope_and_no_smaller_than_p(gains):
    _, rows = gains
    for row in rows:
        assert row.q >= row.estimate.p
    means = [row for row in rows if row.scope == "all"]
    assert max(row.q for row in means) == pytest.approx(max(row.estimate.p for row in means))


def test_one_seed_is_judged_by_the_paired_test():
    sheet, scores = drawn(num_seeds=1, num_languages=1)
    first, *_ = with_rates(gains_of(sheet, scores, baseline="base", source="none"))
    assert first.estimate.doubts == ("examples",)
    assert first.q >= first.p_runs
    assert first.q < 2.01 * first.p_runs


def test_overall_is_the_mean_over_targets():
    sheet, scores = drawn()
    other, other_scores = drawn(seed=6)
    evidence = Evidence(
        model="m",
        split="test",
        baseline="base",
        sources={"t": "l0", "u": "l0"},
        sheets={"t": sheet, "u": replace(other, target="u")},
        draws={"t": scores, "u": other_scores},
        seed=0,
    )
    row = overall_gain(evidence, "route1", "zero_shot")
    parts = [
        next(
            g.estimate.value
            for g in gains_of(each, evidence.draws[name], baseline="base", source="l0")
            if (g.scope, g.route) == ("zero_shot", "route1")
        )
        for name, each in evidence.sheets.items()
    ]
    assert row.target == OVERALL
    assert row.estimate.value == pytest.approx(np.mean(parts))
    assert row.without_one == pytest.approx((min(parts), max(parts)))
    assert row.estimate.num_examples == 2 * 3 * 300


def test_groups_count_their_languages_and_one_carries_no_interval():
    sheet, scores = drawn(language_spread=0.2)
    families = {"l0": "A", "l1": "A", "l2": "A", "l3": "B"}
    rows = gains_by("family", families, sheet, scores, baseline="base", source="l0")
    assert [(row.group, row.estimate.num_languages) for row in rows] == [
        ("A", 2), ("B", 1), ("A", 2), ("B", 1),
    ]  # fmt: skip
    assert rows[0].estimate.doubts == ("seeds", "examples", "languages")
    assert rows[0].estimate.low < rows[0].estimate.value < rows[0].estimate.high
    assert rows[1].estimate.low is None
    assert "one language" in rows[1].estimate.note


def test_the_spread_of_languages_leaves_out_what_each_seed_adds():
    gains = np.array([[1.0, 1.0], [3.0, 3.0]])
    assert language_scale(gains) == pytest.approx(1.0)  # sqrt(2 / 2)
    assert language_scale(np.array([[1.0, 3.0], [3.0, 1.0]])) == 0.0
    assert language_scale(np.array([[1.0], [3.0]])) == pytest.approx(1.0)


def test_what_can_be_seen_shrinks_with_seeds():
    sheet, scores = drawn()
    rows = detectable_gains(sheet, scores, baseline="base", source="l0")
    assert [(row.scope, row.group) for row in rows[-2:]] == [("all", ""), ("zero_shot", "")]
    for row in rows:
        points = dict(row.by_num_seeds)
        assert row.points == points[3] > points[5] > points[10] > 0
    assert detectable_gains(*drawn(num_seeds=1), baseline="base", source="l0") == []


def test_a_group_whose_runs_hardly_differ_carries_no_interval():
    """Two languages in which an example or two tell the runs apart look alike by accident."""
    truth = {"level": 3.0, "seed_spread": 0.0, "taste": 0.0, "num_examples": 40}
    sheet, scores = drawn(8, lifts=(0.0, 0.0), num_languages=3, **truth)
    families = dict.fromkeys(sheet.languages, "F")
    (row,) = gains_by("family", families, sheet, scores, baseline="base", source="l0")
    assert (row.estimate.low, row.estimate.p) == (None, None)
    assert "tell the runs apart, and 5 are needed" in row.estimate.note
    assert row.estimate.num_languages == 2
