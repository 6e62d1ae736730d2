from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.errors import DataError, StudyError
from isthmus.scoring.bitext import best_threshold, distinct, extract, name_pairs
from isthmus.scoring.ranking import set_score
from isthmus.scoring.retrieval import Candidates

CANDIDATES = Candidates(np.array([0, 1]), np.array([0, 1]), np.array([0.9, 0.5]))


def test_repeated_sentences_are_dropped_or_expanded() -> None:
    source = distinct(["s0", "s1", "s2"], ["hello", "bye", "hello "])
    foreign = distinct(["f0", "f1"], ["hallo", "tschüss"])
    assert source.rows == (2, 1)
    assert source.ids == (("s0", "s2"), ("s1",))
    assert name_pairs(CANDIDATES, source, foreign) == {("s1", "f1"): 0.5}
    assert name_pairs(CANDIDATES, source, foreign, duplicates="expand") == {
        ("s0", "f0"): 0.9,
        ("s2", "f0"): 0.9,
        ("s1", "f1"): 0.5,
    }
    with pytest.raises(StudyError, match="Did you mean 'expand'"):
        name_pairs(CANDIDATES, source, foreign, duplicates="expands")  # type: ignore[arg-type]


def test_ids_must_be_unique_and_one_a_sentence() -> None:
    with pytest.raises(DataError, match="'a' stands more than once"):
        distinct(["a", "a"], ["x", "y"])
    with pytest.raises(DataError, match="2 ids but 1"):
        distinct(["a", "b"], ["x"])


def test_the_threshold_lies_halfway_to_the_next_score() -> None:
    scores = {("a", "x"): 3.0, ("b", "y"): 2.0, ("c", "z"): 1.0}
    found = best_threshold(scores, {("a", "x"), ("b", "y")})
    assert (found.score, found.f1) == (1.5, 1.0)
    assert extract(scores, found.score) == [("a", "x"), ("b", "y")]


def test_the_threshold_at_either_end() -> None:
    scores = {("a", "x"): 3.0, ("b", "y"): 2.0}
    assert best_threshold(scores, set(scores)).score == 2.0
    assert best_threshold(scores, {("c", "z")}).score == 0.0
    assert best_threshold({}, {("c", "z")}).f1 == 0.0
    assert best_threshold(scores, set()).f1 == 0.0


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
        st.integers(1, 1000).map(float),
        max_size=10,
    ),
    st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), min_size=1),
)
def test_no_other_threshold_is_better(scores, gold) -> None:
    # Different scores: with equal ones a threshold cannot part what the ranking parts.
    scores = {pair: score + i / 100 for i, (pair, score) in enumerate(scores.items())}
    found = best_threshold(scores, gold)
    tried = [set_score(gold, extract(scores, t)).f1 for t in scores.values()]
    assert found.f1 == pytest.approx(max(tried, default=0.0))
    if found.f1:
        assert set_score(gold, extract(scores, found.score)).f1 == pytest.approx(found.f1)
