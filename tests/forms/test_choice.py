from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from isthmus.errors import DataError
from isthmus.examples import Choice
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.testing.examples import EXAMPLES, SPECS, TEXTS

CHOICE, SPEC = FORMS["choice"], SPECS["choice"]


def ids_of(tokenizer, text):
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def test_rows_are_those_of_the_tokenizer(tokenizer):
    table = CHOICE.encode(EXAMPLES["choice"], tokenizer, SPEC)
    rows = iter(table.to_pylist())
    for example in EXAMPLES["choice"]:
        for number, choice in enumerate(example.choices):
            row, expected = next(rows), tokenizer(example.prompt, choice)
            assert row["input_ids"] == expected["input_ids"]
            assert (row["choice"], row["label"]) == (number, example.label)
            assert not row["truncated"]
            if "type_ids" in row:
                assert row["type_ids"] == expected["token_type_ids"]
    assert next(rows, None) is None


def test_the_prompt_is_cut_from_its_start(tokenizer):
    example = Choice(
        uid="m", prompt=TEXTS[0] * 2, choices=("the cape", " ".join([TEXTS[5]] * 5), "")
    )
    spec = dataclasses.replace(SPEC, max_length=24)
    short, long, empty = CHOICE.encode([example], tokenizer, spec).to_pylist()
    num_special = tokenizer.num_special_tokens_to_add(pair=True)
    prompt, choice = ids_of(tokenizer, example.prompt), ids_of(tokenizer, "the cape")
    room = 24 - num_special
    assert short["input_ids"][1 : 1 + room - len(choice)] == prompt[-(room - len(choice)) :]
    assert short["input_ids"][-1 - len(choice) : -1] == choice
    assert long["input_ids"][-1 - room : -1] == ids_of(tokenizer, example.choices[1])[:room]
    assert empty["input_ids"][1 : 1 + room] == prompt[-room:]
    assert all(row["truncated"] for row in (short, long, empty))
    assert all(len(row["input_ids"]) == 24 for row in (short, long, empty))


@pytest.mark.parametrize("batch_size", [9, 3])
def test_gold_comes_back(tokenizer, predict_gold, batch_size):
    examples = [*EXAMPLES["choice"][2:], *EXAMPLES["choice"][2:]]
    predictions = predict_gold("choice", examples, tokenizer, SPEC, batch_size)
    assert [each.value for each in predictions] == [each.label for each in examples]
    assert predictions[0].score == pytest.approx(np.e / (np.e + 2))


def test_units_are_whole_examples(xlmr):
    bare = Choice(uid="b", prompt="a", choices=("b", "c"))
    table = CHOICE.encode([bare, *EXAMPLES["choice"], bare], xlmr, SPEC)
    assert CHOICE.trainable(table).tolist() == [[2, 4], [4, 8], [8, 11]]


def test_the_same_example_may_stand_in_a_batch_twice(xlmr):
    features = Features(CHOICE.encode(EXAMPLES["choice"], xlmr, SPEC))
    rows = np.array([0, 1, 0, 1, 6, 7, 8])
    targets = CHOICE.collate(features, rows, SPEC, special_of(xlmr), None).targets
    assert targets["row"].tolist() == [[0, 1, -1], [2, 3, -1], [4, 5, 6]]
    assert targets["label"].tolist() == [0, 0, 2]


@pytest.mark.parametrize("label", [2, -1])
def test_a_label_that_is_no_choice_is_refused(xlmr, label):
    with pytest.raises(DataError, match=f"m/9: label {label} is not one of its 2 choices"):
        CHOICE.encode([Choice(uid="m/9", prompt="a", choices=("b", "c"), label=label)], xlmr, SPEC)


def test_nothing_to_choose_from_is_refused(xlmr):
    with pytest.raises(DataError, match="m/9: there is nothing to choose from"):
        CHOICE.encode([Choice(uid="m/9", prompt="a", choices=())], xlmr, SPEC)
