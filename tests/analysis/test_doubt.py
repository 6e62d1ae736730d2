from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri, stdtrit
from scipy.stats import norm, t

from isthmus.analysis.doubt import Doubt, Draws, Spread, careful, combined

NORMAL = Draws(deviations=2.0 * norm.ppf((np.arange(4000) + 0.5) / 4000))


def test_seeds_alone_follow_student_s_t():
    doubt = Doubt(value=1.0, sources=(Spread(scale=0.5, num=3), Spread(scale=0.0, num=1)))
    assert doubt.interval() == pytest.approx((1 - 0.5 * t.ppf(0.975, 2), 1 + 0.5 * t.ppf(0.975, 2)))
    assert doubt.below(0.0) == pytest.approx(t.cdf(-2.0, 2))


def test_examples_alone_follow_their_draws_in_both_directions_alike():
    skewed = Draws(deviations=np.array([-1.0] * 80 + [9.0] * 20))
    low, high = Doubt(value=5.0, sources=(skewed,)).interval(0.5)
    assert (low, high) == (4.0, 6.0)
    assert Doubt(value=1.0, sources=(NORMAL,)).interval() == pytest.approx(
        (1 - 2 * 1.96, 1 + 2 * 1.96), abs=0.02
    )


def test_beyond_the_farthest_draw_the_tail_is_normal():
    assert NORMAL.quantile(1e-9) == pytest.approx(2 * norm.ppf(1e-9), rel=0.02)
    assert Doubt(value=12.0, sources=(NORMAL,)).below(0.0) == pytest.approx(norm.cdf(-6), rel=0.3)


def test_two_sources_are_wider_than_each_and_narrower_than_their_sum():
    seeds = Spread(scale=1.0, num=3)
    both = Doubt(value=0.0, sources=(seeds, NORMAL)).quantile(0.975)
    assert max(seeds.quantile(0.975), NORMAL.quantile(0.975)) < both
    assert both < seeds.quantile(0.975) + NORMAL.quantile(0.975)


def test_equal_normal_sources_add_up_as_normals_do():
    assert combined(np.array([3.0, 4.0]), 1.96 * np.array([3.0, 4.0])) == pytest.approx(1.96 * 5)


@pytest.mark.parametrize("bound", [-30.0, -1.0, 0.0, 0.3, 25.0])
def test_quantile_and_probability_are_each_other_s_inverse(bound):
    doubt = Doubt(value=0.4, sources=(Spread(scale=0.7, num=4), NORMAL))
    assert doubt.quantile(doubt.below(bound)) == pytest.approx(bound, rel=1e-6, abs=1e-6)


def test_without_any_doubt_the_quantity_is_its_value():
    doubt = Doubt(value=2.0, sources=(Spread(scale=0.0, num=3),))
    assert doubt.interval() == (2.0, 2.0)
    assert doubt.below(1.0) < 1e-12
    assert doubt.below(3.0) > 1 - 1e-12


@pytest.mark.parametrize("num_seeds", [2, 3, 5])
@pytest.mark.parametrize("by_seeds", [0.25, 0.75, 0.9, 1.0])
def test_tails_are_not_too_sure_however_few_the_seeds(num_seeds, by_seeds):
    rng, num = np.random.default_rng(5), 100_000
    misjudged = rng.chisquare(num_seeds - 1, num) / (num_seeds - 1)
    scales = np.stack([np.sqrt(by_seeds * misjudged), np.full(num, np.sqrt(1 - by_seeds))])
    off = np.abs(rng.standard_normal(num))
    for level in (0.01, 0.0025):
        unit = [[stdtrit(num_seeds - 1, 1 - level / 2)], [ndtri(1 - level / 2)]]
        bounds = scales * np.array(unit)
        beyond = careful(scales, bounds, share=1 - level / 2, fewest=num_seeds)
        error = 3 * np.sqrt(level / num)
        assert np.mean(off > beyond) <= level + error
        if num_seeds < 5 and by_seeds == 0.9:
            assert np.mean(off > combined(scales, bounds)) > level + error, "what it is there for"


def test_care_leaves_95_percent_intervals_of_three_seeds_alone_and_quantiles_in_order():
    doubt = Doubt(
        value=0.0,
        sources=(
            Spread(scale=0.4, num=3),
            Draws(deviations=np.random.default_rng(1).standard_normal(2000)),
        ),
    )
    scales = np.array([source.scale for source in doubt.sources])
    bounds = np.array([source.quantile(0.975) for source in doubt.sources])
    assert doubt.quantile(0.975) == pytest.approx(combined(scales, bounds))
    quantiles = [doubt.quantile(share) for share in 1 - np.geomspace(0.4, 1e-6, 60)]
    assert np.all(np.diff(quantiles) > 0)
