from __future__ import annotations

import pytest
import torch

from isthmus.errors import StudyError
from isthmus.forms.catalogue import FORMS
from isthmus.forms.form import FormSpec
from isthmus.forms.pooling import POOLINGS, pool
from isthmus.testing.examples import EXAMPLES

HIDDEN = torch.tensor([[[1.0, 8.0], [3.0, 0.0], [99.0, 99.0]], [[-4.0, -2.0]] * 3])
MASK = torch.tensor([[1, 1, 0], [1, 1, 1]])


def test_rows_are_those_of_the_tokenizer(tokenizer, cut):
    table = FORMS["retrieve"].encode(EXAMPLES["retrieve"], tokenizer, FormSpec(max_length=16))
    for row, example in zip(table.to_pylist(), EXAMPLES["retrieve"], strict=True):
        assert row["input_ids"] == cut(example.text, max_length=16).ids
        assert row["truncated"] == (len(tokenizer(example.text)["input_ids"]) > 16)


def test_training_is_refused(xlmr):
    form = FORMS["retrieve"]
    table = form.encode(EXAMPLES["retrieve"], xlmr, FormSpec())
    assert form.trainable(table).shape == (0, 2)
    with pytest.raises(StudyError, match="cannot be trained on"):
        form.loss(None, "retrieve", None)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("mean", [[2.0, 4.0], [-4.0, -2.0]]),
        ("cls", [[1.0, 8.0], [-4.0, -2.0]]),
        ("max", [[3.0, 8.0], [-4.0, -2.0]]),
    ],
)
def test_pooling_sees_real_tokens_only(how, expected):
    assert how in POOLINGS
    assert pool(HIDDEN, MASK, how).tolist() == expected
    assert pool(HIDDEN.bfloat16(), MASK, how).dtype == torch.bfloat16
