from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from isthmus.analysis.curves import curves_of, worths_of
from isthmus.testing.shots import FewShotTruth, draw_shots

NUM_STUDIES = 300
QUIET = {"draw_spread": 0.05, "seed_spread": 0.05, "rest_spread": 0.05}
ERROR = 2 * np.sqrt(0.05 * 0.95 / NUM_STUDIES)


def drawn(number=0, **settings):
    truth = FewShotTruth(**settings)
    return truth, draw_shots(truth, np.random.default_rng([5, number]))


def curve(shots, route, language=""):
    (found,) = (c for c in curves_of(shots) if (c.route, c.language) == (route, language))
    return found


def test_a_curve_has_the_means_of_what_was_measured():
    _, shots = drawn(num_languages=2)
    found = curve(shots, "route1", "l1")
    assert [point.shots for point in found.points] == list(shots.shots)
    zero, after = found.points[0], found.points[4]
    assert zero.score == pytest.approx(shots.scores[1, 1, 0, 0].mean())
    assert (zero.num_draws, zero.num_seeds, zero.gain) == (0, 3, None)
    assert after.score == pytest.approx(shots.scores[1, 1, 4].mean())
    assert after.gain == pytest.approx(after.score - zero.score)
    assert (after.num_draws, after.num_seeds) == (5, 3)
    assert after.low < after.score < after.high
    assert after.gain_low < after.gain < after.gain_high
    assert found.note == ""


def test_the_mean_is_over_languages_within_each_draw():
    """Draws of different languages have nothing in common but their number."""
    _, shots = drawn(num_languages=40, seed_spread=0.0, rest_spread=0.0)
    mean, alone = curve(shots, "base").points[3], curve(shots, "base", "l0").points[3]
    assert mean.score == pytest.approx(shots.scores[0, :, 3].mean())
    assert mean.high - mean.low < (alone.high - alone.low) / 3
    assert curve(shots, "base").languages == shots.languages


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"num_draws": 3},
        {"num_seeds": 1, "seed_spread": 0.0, "rest_spread": 0.0},
        {"seed_spread": 0.2, "num_languages": 2},
    ],
    ids=str,
)
def test_intervals_of_scores_and_gains_hold_as_often_as_they_say(settings):
    scores, gains = [], []
    for number in range(NUM_STUDIES):
        truth, shots = drawn(number, **settings)
        language = "" if truth.num_languages > 1 else "l0"
        true_H = truth.expected()[0]
        point = curve(replace(shots, routes=("base",), scores=shots.scores[:1]), "base", language)
        after = point.points[4]
        scores.append(after.low <= true_H[4] <= after.high)
        gains.append(after.gain_low <= true_H[4] - true_H[0] <= after.gain_high)
    for covered in (scores, gains):
        assert 0.93 - ERROR <= np.mean(covered) <= 0.98 + ERROR


def test_worth_in_labels_holds_at_least_as_often_as_it_says():
    covered = []
    for number in range(100):
        truth, shots = drawn(number, num_languages=2, lifts=(0.0, 6.0))
        worth = next(w for w in worths_of(shots, baseline="base", seed=0) if not w.language)
        low, high = (np.inf if x is None else x for x in (worth.labels.low, worth.labels.high))
        covered.append(low <= truth.labels(1) <= high)
    assert np.mean(covered) >= 0.93 - 2 * np.sqrt(0.05 * 0.95 / 100)


def test_every_stopover_has_a_worth_in_each_language_and_the_mean():
    truth, shots = drawn(lifts=(0.0, 6.0, 0.0), num_languages=2, **QUIET)
    worths = {(w.route, w.language): w for w in worths_of(shots, baseline="base", seed=0)}
    assert set(worths) == {(r, c) for r in ("route1", "route2") for c in ("l0", "l1", "")}
    assert worths["route1", ""].labels.num == pytest.approx(truth.labels(1), rel=0.3)
    assert worths["route2", ""].labels.num < 0.5
    assert worths["route1", ""].languages == ("l0", "l1")
    assert worths_of(shots, baseline="nothing", seed=0) == []


def test_few_draws_and_one_seed_are_said_and_carry_what_they_can():
    _, shots = drawn(num_draws=2)
    found = curve(shots, "base", "l0")
    assert {(point.low, point.gain_low) for point in found.points[1:]} == {(None, None)}
    assert "2 draws at some number of labels, and 3 are needed" in found.note
    _, shots = drawn(num_seeds=1)
    found = curve(shots, "base", "l0")
    assert found.points[0].low is None
    assert found.points[1].low is not None
    assert found.note == "One seed: the interval answers for the draws alone."


def test_a_study_half_run_has_curves_of_what_is_there():
    _, shots = drawn(num_languages=2)
    shots.scores[:, 1, 3] = np.nan  # a k of one language is not done at all
    shots.scores[1, 0, 2, 4, 2] = np.nan  # and of another, one draw by one seed
    assert [(c.route, c.language) for c in curves_of(shots)] == [("base", "l0"), ("route1", "l0")]
    points = curve(shots, "route1", "l0").points
    assert [(p.num_draws, p.num_seeds) for p in points[:4]] == [(0, 3), (5, 3), (4, 3), (5, 3)]
    shots.scores[1, :, 0] = np.nan
    assert worths_of(shots, baseline="base", seed=0) == []
