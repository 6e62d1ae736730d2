from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.errors import DataError
from isthmus.examples import Pair
from isthmus.forms.catalogue import FORMS
from isthmus.forms.form import FormSpec
from isthmus.forms.tokens import longest_first
from isthmus.testing.examples import EXAMPLES, SPECS, TEXTS

CLASSIFY = FORMS["classify"]


def one_at_a_time(length, length_b, room):
    """What ``longest_first`` says in words, one subword after the other; equal texts aside."""
    while length + length_b > room:
        if length > length_b:
            length -= 1
        else:
            length_b -= 1
    return length, length_b


@given(st.integers(0, 60), st.integers(0, 60), st.integers(2, 80))
def test_longest_first_is_the_closed_form_of_taking_one_at_a_time(length, length_b, room):
    kept, kept_b = longest_first(length, length_b, room)
    slow, slow_b = one_at_a_time(length, length_b, room)
    assert kept + kept_b == slow + slow_b
    assert kept <= length
    assert kept_b <= length_b
    assert abs(kept - slow) <= 1  # the odd subword may go to either
    if length <= room // 2 or length_b <= room // 2:
        assert (kept, kept_b) == (slow, slow_b)


@pytest.mark.parametrize("width", [9, 12, 20, 21, 64])
def test_rows_are_those_of_the_tokenizer(tokenizer, cut, width):
    pairs = [
        Pair(uid="1", text=TEXTS[0] * 3, text_b=TEXTS[1]),
        Pair(uid="2", text=TEXTS[2], text_b=TEXTS[3] * 2),
        Pair(uid="3", text="a", text_b=TEXTS[4]),
        Pair(uid="4", text=TEXTS[0], text_b=TEXTS[0]),
        Pair(uid="5", text=TEXTS[5] * 2),
    ]
    table = CLASSIFY.encode(pairs, tokenizer, FormSpec(max_length=width))
    for row, pair in zip(table.to_pylist(), pairs, strict=True):
        whole = tokenizer(pair.text, pair.text_b)
        expected = cut(pair.text, pair.text_b, max_length=width)
        assert row["input_ids"] == expected.ids
        if "type_ids" in row:
            assert row["type_ids"] == expected.type_ids
        assert row["truncated"] == (len(whole["input_ids"]) > width)
        assert row["label"] == -1


def test_gold_comes_back(tokenizer, predict_gold):
    examples = EXAMPLES["classify"]
    predictions = predict_gold("classify", examples, tokenizer, SPECS["classify"])
    assert [(each.uid, each.value) for each in predictions] == [
        (each.uid, each.label) for each in examples
    ]
    assert all(0.5 < each.score < 1.0 for each in predictions)


def test_only_labelled_rows_are_trained_on(xlmr):
    examples = [Pair(uid=str(i), text="a", label=[None, "same"][i % 2]) for i in range(5)]
    table = CLASSIFY.encode(examples, xlmr, SPECS["classify"])
    assert CLASSIFY.trainable(table).tolist() == [[1, 2], [3, 4]]


def test_an_unknown_label_is_refused_with_the_nearest(xlmr):
    with pytest.raises(DataError, match=r"u/7: label 'smae' is not.*Did you mean 'same'"):
        CLASSIFY.encode([Pair(uid="u/7", text="a", label="smae")], xlmr, SPECS["classify"])
