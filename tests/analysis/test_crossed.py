from __future__ import annotations

import numpy as np
import pytest

from isthmus.analysis.crossed import crossed, whole

NUM_STUDIES = 800
ERROR = 2 * np.sqrt(0.05 * 0.95 / NUM_STUDIES)


def scores(rng, shape, spreads):
    (draws, seeds), (of_draws, of_seeds, rest) = shape, spreads
    return (
        60
        + of_draws * rng.standard_normal((draws, 1))
        + of_seeds * rng.standard_normal((1, seeds))
        + rest * rng.standard_normal(shape)
    )


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (5, 5), (10, 3), (5, 2)], ids=str)
@pytest.mark.parametrize("spreads", [(1, 0.3, 0.3), (0.3, 1, 0.3), (1, 1, 0.3)], ids=str)
def test_intervals_of_draws_and_seeds_hold_as_often_as_they_say(shape, spreads):
    covered = []
    for number in range(NUM_STUDIES):
        rng = np.random.default_rng([3, number])
        low, high = crossed(scores(rng, shape, spreads)).doubt.interval()
        covered.append(low <= 60 <= high)
    assert 0.93 - ERROR <= np.mean(covered) <= 0.985 + ERROR


def test_scores_of_one_draw_and_seed_taken_as_independent_hold_far_less_often():
    """What the crossing is for: fifteen scores of five draws and three seeds are not fifteen draws."""
    covered = []
    for number in range(NUM_STUDIES):
        values = scores(np.random.default_rng([3, number]), (5, 3), (0.3, 1, 0.3)).reshape(-1, 1)
        low, high = crossed(values).doubt.interval()
        covered.append(low <= 60 <= high)
    assert np.mean(covered) < 0.75


def test_one_seed_leaves_the_draws_and_no_draws_the_seeds():
    values = np.array([[50.0], [52.0], [54.0]])
    for mean in (crossed(values), crossed(values.T)):
        (source,) = mean.doubt.sources
        assert mean.value == 52
        assert (source.num, source.scale) == (3, pytest.approx(2 / np.sqrt(3)))
    assert crossed(np.array([[50.0]])).doubt.sources == ()


def test_the_largest_whole_part_is_taken():
    nan = np.nan
    by_draw = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, nan]])
    assert whole(by_draw).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    by_seed = np.array([[1.0, 2.0, nan], [3.0, 4.0, 5.0], [6.0, 7.0, nan]])
    assert whole(by_seed).tolist() == [[1.0, 2.0], [3.0, 4.0], [6.0, 7.0]]
    one_seed_done = np.array([[1.0, nan], [3.0, nan]])
    assert whole(one_seed_done).tolist() == [[1.0], [3.0]]
    assert whole(np.full((2, 2), nan)).size == 0
