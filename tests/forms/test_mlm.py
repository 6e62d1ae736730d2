from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
import torch

from isthmus.errors import StudyError
from isthmus.examples import Choice, Line, Pair, Question, Sentence, Text
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.passages import texts
from isthmus.forms.tokens import special_of
from isthmus.testing.examples import EXAMPLES, SPECS, TEXTS
from isthmus.testing.tokenizers import tokenizer_like

MLM, SPEC = FORMS["mlm"], SPECS["mlm"]


def as_texts(*strings):
    return [Text(uid=str(index), text=text) for index, text in enumerate(strings)]


def collate(table, tokenizer, spec, seed=0):
    features = Features(table)
    rows = np.arange(len(features))
    return MLM.collate(features, rows, spec, special_of(tokenizer), np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("example", "joined", "expected"),
    [
        (Text(uid="u", text="a"), False, (("a",),)),
        (Text(uid="u", text="a", parallel="b"), False, (("a", "b"),)),
        (Line(uid="u", text="a", side="source"), False, (("a",),)),
        (Pair(uid="u", text="a", label="x"), False, (("a",),)),
        (Pair(uid="u", text="a", text_b="b"), False, (("a",), ("b",))),
        (Sentence(uid="u", words=("a", "b"), tags=("X", "Y")), False, (("a b",),)),
        (Sentence(uid="u", words=("a", "b")), True, (("ab",),)),
        (Question(uid="u", question="a", context="b"), False, (("b",), ("a",))),
        (Choice(uid="u", prompt="a", choices=("b", "c"), label=1), False, (("a",),)),
    ],
)
def test_text_of_every_type_of_example_without_its_gold(example, joined, expected):
    assert texts(example, joined_words=joined) == expected


def test_what_is_no_example_is_our_own_mistake():
    with pytest.raises(TypeError, match="str is no type of example"):
        texts("text")


def test_long_texts_go_on_in_the_next_row_and_lose_nothing(tokenizer):
    text = " ".join(TEXTS)
    spec = dataclasses.replace(SPEC, max_length=20)
    table = MLM.encode(as_texts(text, "", TEXTS[0]), tokenizer, spec)
    rows = table.to_pylist()
    assert {row["example"] for row in rows} == {0, 2}
    assert not any(row["truncated"] for row in rows)
    inner = [token for row in rows if row["example"] == 0 for token in row["input_ids"][1:-1]]
    assert inner == tokenizer(text, add_special_tokens=False)["input_ids"]
    assert all(len(row["input_ids"]) == 20 for row in rows[: len(inner) // 18])


def test_translations_share_a_row(tokenizer, cut):
    (example,) = [each for each in EXAMPLES["mlm"] if each.parallel is not None]
    (row,) = MLM.encode([example], tokenizer, SPEC).to_pylist()
    expected = cut(example.text, example.parallel, max_length=SPEC.max_length)
    assert row["input_ids"] == expected.ids
    if "type_ids" in row:
        assert row["type_ids"] == expected.type_ids


def test_packing_fills_rows_and_keeps_every_text_whole_and_closed(tokenizer):
    examples = [*as_texts(*TEXTS * 3, ""), EXAMPLES["mlm"][-1]]
    spec = dataclasses.replace(SPEC, max_length=100, whole_words=True)
    apart = MLM.encode(examples, tokenizer, spec).to_pylist()
    rows = MLM.encode(examples, tokenizer, dataclasses.replace(spec, pack=True)).to_pylist()
    assert len(rows) < len(apart)
    for column in rows[0].keys() - {"example", "truncated"}:
        opening = [apart[0][column][0]]
        tails = Counter(value for row in apart for value in row[column][1:])
        assert Counter(value for row in rows for value in row[column][1:]) == tails
        assert all(row[column][:1] == opening for row in rows)
    joined = [" ".join(map(str, row["input_ids"])) for row in rows]
    for row in apart:
        text = " ".join(map(str, row["input_ids"][1:]))
        assert any(text in packed for packed in joined)
    lengths = sorted(len(row["input_ids"]) for row in rows)
    assert lengths[-1] <= 100
    assert lengths[0] + lengths[1] - 1 > 100, "two rows would fit in one"
    assert all(row["input_ids"][-1] == tokenizer.sep_token_id for row in rows)


def test_packing_keeps_few_rows_open(monkeypatch, tokenizer):
    monkeypatch.setattr("isthmus.forms.passages.NUM_OPEN", 1)
    spec = dataclasses.replace(SPEC, max_length=60, pack=True)
    rows = MLM.encode(as_texts(*TEXTS * 5), tokenizer, spec).to_pylist()
    apart = MLM.encode(as_texts(*TEXTS * 5), tokenizer, dataclasses.replace(spec, pack=False))
    assert len(rows) < len(apart)
    assert sum(len(row["input_ids"]) - 1 for row in rows) == sum(
        len(row["input_ids"]) - 1 for row in apart.to_pylist()
    )


def test_word_starts_are_those_of_the_words(tokenizer):
    spec = dataclasses.replace(SPEC, whole_words=True, max_length=100)
    (row,) = MLM.encode(as_texts("The bridge joins lands"), tokenizer, spec).to_pylist()
    assert len(row["word_starts"]) == len(row["input_ids"])
    assert sum(row["word_starts"]) == 4 + 2
    assert row["word_starts"][0] == row["word_starts"][1] == row["word_starts"][-1] == 1


@pytest.mark.parametrize("whole_words", [False, True])
def test_batches_hide_what_they_ask_for(tokenizer, whole_words):
    spec = dataclasses.replace(SPEC, mask_fraction=0.3, whole_words=whole_words)
    table = MLM.encode(EXAMPLES["mlm"], tokenizer, spec)
    batch = collate(table, tokenizer, spec)
    clean = torch.full_like(batch.input_ids_NT, tokenizer.pad_token_id)
    clean[batch.attention_mask_NT == 1] = torch.tensor(
        [token for row in table.column("input_ids").to_pylist() for token in row]
    )
    flat, position = clean.reshape(-1), batch.targets["position"]
    assert (flat[position] == batch.targets["label"]).all()
    changed = torch.nonzero(flat != batch.input_ids_NT.reshape(-1)).squeeze(1)
    assert set(changed.tolist()) <= set(position.tolist())
    specials = torch.tensor(tokenizer.all_special_ids)
    assert not torch.isin(batch.targets["label"], specials).any()
    ordinary = int((~torch.isin(clean, specials)).sum())
    assert len(position) >= round(0.3 * ordinary)
    if not whole_words:
        assert len(position) == round(0.3 * ordinary)


def test_masks_follow_the_generator_and_leave_the_table_alone(xlmr):
    table = MLM.encode(EXAMPLES["mlm"], xlmr, SPEC)
    before = table.column("input_ids").to_pylist()
    first, again, other = (collate(table, xlmr, SPEC, seed) for seed in (1, 1, 2))
    assert torch.equal(first.input_ids_NT, again.input_ids_NT)
    assert torch.equal(first.targets["position"], again.targets["position"])
    assert not torch.equal(first.input_ids_NT, other.input_ids_NT)
    assert table.column("input_ids").to_pylist() == before


def test_a_generator_is_needed(xlmr):
    features = Features(MLM.encode(EXAMPLES["mlm"], xlmr, SPEC))
    with pytest.raises(ValueError, match="pass np"):
        MLM.collate(features, np.array([0]), SPEC, special_of(xlmr), None)


def test_a_mask_token_is_needed():
    tokenizer = tokenizer_like("bert")
    tokenizer.mask_token = None
    with pytest.raises(StudyError, match="has no mask token"):
        MLM.encode(EXAMPLES["mlm"], tokenizer, SPEC)
