from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.forms.form import Special
from isthmus.forms.masking import choose, replace

SPECIAL = Special(pad=1, mask=8, vocab_size=12, never_masked=(0, 1, 2, 8))
IDS = np.array([[0, 5, 6, 7, 2, 1], [0, 3, 4, 2, 1, 1]])


@pytest.mark.parametrize(("fraction", "count"), [(0.15, 1), (0.4, 2), (0.0, 1), (1.0, 5)])
def test_exactly_the_fraction_of_ordinary_tokens(fraction, count):
    chosen = choose(IDS, SPECIAL, fraction, np.random.default_rng(0))
    assert len(chosen) == count
    assert (np.diff(chosen) > 0).all()
    assert not np.isin(IDS.reshape(-1)[chosen], SPECIAL.never_masked).any()


def test_nothing_to_choose():
    ids = np.array([[0, 2, 1]])
    for starts in (None, np.ones_like(ids, dtype=bool)):
        assert len(choose(ids, SPECIAL, 0.5, np.random.default_rng(0), starts)) == 0


def test_every_token_has_the_same_chance():
    rng, counts = np.random.default_rng(0), np.zeros(IDS.size)
    for _ in range(4000):
        counts[choose(IDS, SPECIAL, 0.4, rng)] += 1
    drawn = counts[counts > 0] / 4000
    assert len(drawn) == 5
    assert abs(drawn - 0.4).max() < 0.03


@given(st.integers(0, 1000), st.floats(0.05, 1.0))
def test_whole_words_go_together(seed, fraction):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 12, (3, 20))
    starts = (rng.random((3, 20)) < 0.4) | np.isin(ids, SPECIAL.never_masked)
    starts[:, 0] = True
    # What follows a special token starts a word, as in every encoded row.
    starts[:, 1:] |= np.isin(ids, SPECIAL.never_masked)[:, :-1]
    chosen = np.zeros(ids.size, dtype=bool)
    chosen[choose(ids, SPECIAL, fraction, np.random.default_rng(seed), starts)] = True
    ordinary = ~np.isin(ids.reshape(-1), SPECIAL.never_masked)
    assert not chosen[~ordinary].any()
    word_of = np.cumsum(starts.reshape(-1))
    lengths = np.bincount(word_of[ordinary])
    for word in np.unique(word_of[ordinary]):
        own = chosen[(word_of == word) & ordinary]
        assert own.all() or not own.any()
    wanted = max(1, round(fraction * ordinary.sum()))
    assert wanted <= chosen.sum() < wanted + lengths.max()


def test_eighty_ten_ten_and_no_special_ids():
    ids = np.full(200_000, 5)
    seen = replace(ids, SPECIAL, np.random.default_rng(0))
    masked, kept = (seen == SPECIAL.mask).mean(), (seen == 5).mean()
    assert masked == pytest.approx(0.8, abs=0.005)
    assert kept == pytest.approx(0.1 + 0.1 / 8, abs=0.005)
    values, counts = np.unique(seen[(seen != SPECIAL.mask) & (seen != 5)], return_counts=True)
    assert values.tolist() == [3, 4, 6, 7, 9, 10, 11]
    assert counts / 200_000 == pytest.approx(0.1 / 8, abs=0.002)


def test_the_generator_decides():
    first, again, other = (np.random.default_rng(seed) for seed in (1, 1, 2))
    ids = np.arange(3, 8).repeat(20)
    assert (replace(ids, SPECIAL, first) == replace(ids, SPECIAL, again)).all()
    assert (choose(IDS, SPECIAL, 0.5, first) == choose(IDS, SPECIAL, 0.5, again)).all()
    assert (replace(ids, SPECIAL, first) != replace(ids, SPECIAL, other)).any()
