from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.scoring.squad_v2 import best_thresholds, squad_v2, squad_v2_answer

GOLD = {"a": ["red car"], "b": [], "c": ["blue"], "d": []}


def test_parts_are_scored_apart() -> None:
    predictions = {"a": "red", "b": "", "c": "blue", "d": "something"}
    score = squad_v2(GOLD, predictions)
    assert (score.overall.exact, score.overall.total) == (50.0, 4)
    assert score.overall.f1 == pytest.approx(100 * (2 / 3 + 1 + 1) / 4)
    assert score.has_ans is not None
    assert score.has_ans.f1 == pytest.approx(100 * (2 / 3 + 1) / 2)
    assert score.no_ans is not None
    assert (score.no_ans.exact, score.no_ans.f1) == (50.0, 50.0)


def test_a_missing_prediction_scores_nothing_even_where_there_is_no_answer() -> None:
    score = squad_v2(GOLD, {}, {}, threshold=-1.0)
    assert (score.overall.exact, score.overall.f1, score.overall.total) == (0.0, 0.0, 4)


def test_odds_above_the_threshold_leave_a_question_unanswered() -> None:
    predictions = {"a": "red car", "b": "x", "c": "blue", "d": "y"}
    odds = {"a": 0.0, "b": 2.0, "c": 1.0, "d": 0.5}
    assert squad_v2(GOLD, predictions, odds, threshold=0.0).overall.exact == 75.0
    assert squad_v2(GOLD, predictions, odds, threshold=1.0).overall.exact == 75.0
    assert squad_v2(GOLD, predictions, odds, threshold=2.0).overall.exact == 50.0


def test_gold_that_normalises_to_nothing_is_no_gold() -> None:
    assert squad_v2_answer("", ["the", "a"]).f1 == 1
    assert squad_v2_answer("the", []).exact_match == 1
    assert squad_v2_answer("", ["the", "cat"]).f1 == 0


def test_a_set_without_one_part_says_so() -> None:
    score = squad_v2({"a": ["x"]}, {"a": "x"})
    assert score.no_ans is None
    assert squad_v2({}, {}).overall.total == 0


@given(
    st.lists(
        st.tuples(
            st.booleans(), st.sampled_from(["", "x", "x y"]), st.floats(-5, 5, allow_nan=False)
        ),
        min_size=1,
        max_size=12,
        unique_by=lambda row: row[2],
    )
)
def test_the_best_threshold_is_the_best_of_all(rows: list[tuple[bool, str, float]]) -> None:
    gold = {str(i): ["x y"] if answerable else [] for i, (answerable, _, _) in enumerate(rows)}
    predictions = {str(i): text for i, (_, text, _) in enumerate(rows)}
    odds = {str(i): value for i, (_, _, value) in enumerate(rows)}
    best = best_thresholds(gold, predictions, odds)
    tried = [
        squad_v2(gold, predictions, odds, threshold=threshold).overall
        for threshold in (-6.0, *odds.values())
    ]
    assert best.best_f1 == pytest.approx(max(part.f1 for part in tried))
    assert best.best_exact == pytest.approx(max(part.exact for part in tried))
