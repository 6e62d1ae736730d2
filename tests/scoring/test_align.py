from __future__ import annotations

import pytest

from isthmus.errors import DataError
from isthmus.examples import Line, Pair, Prediction
from isthmus.scoring.align import align

GOLD = [Pair(uid=uid, text="x", label="0") for uid in "abc"]
PREDICTED = {uid: Prediction(uid=uid, value="0") for uid in "cba"}


def test_rows_follow_the_gold() -> None:
    assert [(e.uid, p.uid) for e, p in align(GOLD, PREDICTED)] == [(u, u) for u in "abc"]


def test_only_source_lines_ask_for_a_prediction() -> None:
    lines = [
        Line(uid="e", text="x", side="source", match=("f",)),
        Line(uid="f", text="y", side="foreign", match=("e",)),
    ]
    assert len(align(lines, {"e": Prediction(uid="e", value=("f",))})) == 1


@pytest.mark.parametrize(
    ("gold", "predicted", "says"),
    [
        ([], {}, "no examples to score"),
        ([*GOLD, GOLD[1]], PREDICTED, r"1 uid \('b'\) stand more than once"),
        (GOLD, {"c": PREDICTED["c"]}, r"no prediction for 2 uids \('a', 'b'\) of 3"),
        (GOLD[:1], PREDICTED, r"predictions for 2 uids \('c', 'b'\) not in the gold"),
        (GOLD, {**PREDICTED, "a": PREDICTED["b"]}, r"under 1 uid \('a'\) have another"),
    ],
)
def test_what_does_not_match_is_named(gold, predicted, says: str) -> None:
    with pytest.raises(DataError, match=says):
        align(gold, predicted)


def test_long_lists_are_cut() -> None:
    many = [Pair(uid=str(i), text="x") for i in range(9)]
    with pytest.raises(DataError, match=r"9 uids \('0', '1', '2', '3', '4', \.\.\.\)"):
        align(many, {})
