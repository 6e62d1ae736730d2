from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from isthmus.scoring.classification import accuracy, binary_f1, macro_f1

ROWS = st.lists(st.tuples(st.sampled_from("0123"), st.sampled_from("0123")), min_size=1)


@given(ROWS)
def test_equal_to_scikit_learn(rows: list[tuple[str, str]]) -> None:
    gold, predicted = [g for g, _ in rows], [p for _, p in rows]
    assert accuracy(gold, predicted) == pytest.approx(accuracy_score(gold, predicted))
    assert macro_f1(gold, predicted) == pytest.approx(
        f1_score(gold, predicted, average="macro", zero_division=0)
    )
    ones = [g == "1" for g in gold], [p == "1" for p in predicted]
    assert binary_f1(gold, predicted) == pytest.approx(f1_score(*ones, zero_division=0))


@pytest.mark.parametrize("score", [accuracy, binary_f1, macro_f1])
def test_refuses_nothing_and_unequal_lengths(score) -> None:
    with pytest.raises(ValueError, match="no labels"):
        score([], [])
    with pytest.raises(ValueError, match="2 gold labels but 1"):
        score(["1", "0"], ["1"])
