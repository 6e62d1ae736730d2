from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from isthmus.analysis.crossed import crossed
from isthmus.analysis.few_shot import crossings, imagined_labels, worth_of

KS = (0, 1, 5, 10, 50, 100, 500)


def rng():
    return np.random.default_rng(0)


def mean(*scores):
    """Of several draws by one seed."""
    return crossed(np.array(scores)[:, None])


def goal_of(*scores):
    """Of several seeds, zero-shot."""
    return crossed(np.array([scores]))


def curve(noise=0.0, draws=5):
    random = np.random.default_rng(1)
    return {k: mean(*(50 + 2 * np.log1p(k) + noise * random.standard_normal(draws))) for k in KS}


def crossing(ks, curve, goal):
    (found,) = crossings(np.array(ks), np.array([curve], dtype=float), np.array([goal]))
    return found


def test_many_crossings_are_those_of_scipy_s_isotonic_regression():
    random = np.random.default_rng(2)
    curves, goals = random.normal(np.arange(7), 2, (200, 7)), random.normal(3, 3, 200)
    found = crossings(np.array(KS), curves, goals)
    for curve, goal, k in zip(curves, goals, found, strict=True):
        rising = isotonic_regression(np.maximum(curve, curve[0])).x
        expected = np.inf if rising[-1] < goal else np.interp(goal, rising, np.log1p(KS))
        if rising[0] >= goal:
            expected = 0.0
        assert np.log1p(k) == pytest.approx(expected, abs=1e-6)


def test_the_crossing_is_found_between_the_k_that_were_measured():
    ks, scores = np.array([0, 9, 99]), np.array([50.0, 60.0, 70.0])
    assert crossing(ks, scores, 60.0) == pytest.approx(9)
    assert crossing(ks, scores, 65.0) == pytest.approx(np.sqrt(10 * 100) - 1)
    assert crossing(ks, scores, 50.0) == 0
    assert crossing(ks, scores, 45.0) == 0
    assert crossing(ks, scores, 70.1) == float("inf")


def test_examples_that_hurt_are_left_unused():
    ks, curve = np.array([0, 1, 3]), np.array([50.0, 48.0, 60.0])
    assert crossing(ks, curve, 50.0) == 0
    assert crossing(ks, curve, 55.0) == pytest.approx(np.sqrt(2 * 4) - 1)


def test_a_dip_between_numbers_of_labels_is_levelled():
    ks = np.array([0, 1, 3, 7])
    dip = np.array([50.0, 58.0, 54.0, 60.0])
    assert crossing(ks, dip, 55.9) == pytest.approx(crossing(ks, [50.0, 56.0, 56.0, 60.0], 55.9))


def test_a_stopover_is_worth_the_labels_that_make_up_for_it():
    found = worth_of(curve(noise=0.3), goal_of(58.0, 58.1, 57.9, 58.0), rng())
    assert found.num == pytest.approx(np.expm1(4), rel=0.3)
    assert found.low < found.num < found.high
    assert (found.goal, found.most, found.num_draws, found.note) == (58.0, 500, 5, "")
    assert found.has_interval


def test_the_same_generator_gives_the_same_interval():
    goal = goal_of(58.0, 58.5, 57.5)
    assert worth_of(curve(1.0), goal, rng()) == worth_of(curve(1.0), goal, rng())


def test_a_route_that_is_no_better_is_worth_no_labels():
    found = worth_of(curve(noise=0.1), goal_of(49.0, 49.1, 48.9), rng())
    assert (found.num, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_goal_that_is_never_reached_has_no_upper_bound():
    found = worth_of(curve(noise=0.1), goal_of(80.0, 80.1, 79.9), rng())
    assert (found.num, found.low, found.high) == (None, None, None)
    assert found.note == "Even 500 labels do not catch up."
    assert found.has_interval
    near = worth_of(curve(noise=2.0), goal_of(62.0, 62.5, 61.5), rng())
    assert near.low is not None
    assert near.high is None


def test_too_few_draws_carry_no_interval():
    found = worth_of(curve(noise=0.3, draws=2), goal_of(58.0, 58.0, 58.0), rng())
    assert found.num is not None
    assert (found.low, found.high, found.has_interval) == (None, None, False)
    assert "2 draws at some number of labels, and 3 are needed" in found.note


def test_one_seed_is_said():
    found = worth_of(curve(noise=0.3), goal_of(58.0), rng())
    assert found.has_interval
    assert found.note == "One seed: the interval answers for the draws alone."


def test_the_interval_is_of_the_labels_that_are_imagined():
    without, goal = curve(noise=0.5), goal_of(57.0, 58.0, 59.0)
    found = worth_of(without, goal, rng())
    imagined = imagined_labels(without, goal, rng())
    assert 0.02 < np.mean(imagined < found.low) < 0.03
    assert 0.02 < np.mean(imagined > found.high) < 0.03
