from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score

from isthmus.scoring.ranking import (
    average_precision,
    mean_average_precision,
    mean_reciprocal_rank,
    set_score,
)


@given(st.sets(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_set_f1_is_the_binary_f1_of_membership(gold: set[int], predicted: list[int]) -> None:
    member = [[i in side for i in range(10)] for side in (gold, set(predicted))]
    assert set_score(gold, predicted).f1 == pytest.approx(f1_score(*member, zero_division=0))


@given(st.permutations(range(8)), st.sets(st.integers(0, 7), min_size=1))
def test_average_precision_of_a_full_ranking(ranked: list[int], relevant: set[int]) -> None:
    scores = -np.argsort(ranked)
    expected = average_precision_score([i in relevant for i in range(8)], scores)
    assert average_precision(relevant, ranked) == pytest.approx(expected)


def test_average_precision_at_a_cutoff() -> None:
    assert average_precision({"a", "b", "c"}, ["a", "x", "b", "c"], cutoff=2) == 1 / 2
    assert average_precision({"a"}, ["x", "a", "a"]) == 1 / 2
    assert average_precision({"a", "b"}, ["a", "a", "b"]) == pytest.approx((1 + 2 / 3) / 2)
    assert mean_average_precision([{"a"}, {"b"}], [["a"], []]) == 1 / 2
    with pytest.raises(ValueError, match="relevant"):
        average_precision(set(), ["a"])


def test_reciprocal_rank() -> None:
    assert mean_reciprocal_rank([{"a"}, {"b"}, {"c"}], [["a"], ["x", "b"], []]) == 1.5 / 3
    with pytest.raises(ValueError, match="1 queries but 2"):
        mean_reciprocal_rank([{"a"}], [["a"], ["b"]])
