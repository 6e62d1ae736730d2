from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from isthmus.errors import DataError
from isthmus.examples import Sentence
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.testing.examples import EXAMPLES, SPECS

TAG, SPEC = FORMS["tag"], SPECS["tag"]


def long_sentence(num_words):
    words = ("bridge", "люди", "桥", "ships", "\u200b", "каждый") * num_words
    tags = ("N", "V", "P", "D") * num_words * 2
    return Sentence(uid="long", words=words[:num_words], tags=tags[:num_words])


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("max_length", [4, 9, 48])
def test_gold_comes_back_rejoined(tokenizer, predict_gold, joined, max_length):
    examples = [*EXAMPLES["tag"], long_sentence(200), Sentence(uid="none", words=(), tags=())]
    spec = dataclasses.replace(SPEC, joined_words=joined, max_length=max_length)
    predictions = predict_gold("tag", examples, tokenizer, spec)
    assert [each.uid for each in predictions] == [each.uid for each in examples]
    for prediction, example in zip(predictions, examples, strict=True):
        assert len(prediction.value) == len(example.words)
        if not joined:  # words that share a subword cannot differ
            assert prediction.value == example.tags


def test_long_sentences_are_split_and_nothing_is_cut(tokenizer):
    sentence = long_sentence(100)
    table = TAG.encode([sentence], tokenizer, dataclasses.replace(SPEC, max_length=20))
    features = Features(table)
    assert len(features) > 5
    assert not features.columns["truncated"].any()
    labels = [SPEC.labels[tag] for tag in features.lists["tags"].values]
    assert tuple(labels) == sentence.tags


def test_positions_point_at_first_subwords(tokenizer):
    words = ("The", "bridge", "joins", "lands")
    sentence = Sentence(uid="s", words=words)
    row = TAG.encode([sentence], tokenizer, SPEC).to_pylist()[0]
    bounds = [*row["positions"], len(row["input_ids"]) - 1]
    spelled = [
        tokenizer.decode(row["input_ids"][start:stop]).replace(" ", "").removeprefix("##")
        for start, stop in itertools.pairwise(bounds)
    ]
    assert tuple(spelled) == words
    assert row["tags"] == [-1] * 4


def test_targets_are_flat_positions(xlmr):
    features = Features(TAG.encode(EXAMPLES["tag"], xlmr, SPEC))
    rows = np.array([2, 0])
    batch = TAG.collate(features, rows, SPEC, special_of(xlmr), None)
    width = batch.input_ids_NT.shape[1]
    positions, tags = features.lists["positions"], features.lists["tags"]
    expected = [
        row * width + p for row, r in enumerate(rows) for p in positions.flat(rows[row : row + 1])
    ]
    assert batch.targets["position"].tolist() == expected
    assert batch.targets["label"].tolist() == tags.flat(rows).tolist()
    assert batch.targets["num_words"].tolist() == [3, 4]


@pytest.mark.parametrize("long", ["xyzw" * 30, "ab" * 40])
def test_a_word_too_long_for_a_row_is_counted_and_tagged(tokenizer, predict_gold, long):
    spec = dataclasses.replace(SPEC, max_length=8)
    sentence = Sentence(uid="w", words=("a", long, "b"), tags=("D", "N", "V"))
    truncated = TAG.encode([sentence], tokenizer, spec).column("truncated").to_pylist()
    # WordPiece gives one unknown subword to a word of more than a hundred characters.
    assert any(truncated) == (len(tokenizer.tokenize(long)) > 6)
    assert predict_gold("tag", [sentence], tokenizer, spec)[0].value == sentence.tags


def test_only_rows_with_tags_are_trained_on(xlmr):
    bare = Sentence(uid="b", words=("a", "b"))
    table = TAG.encode([bare, *EXAMPLES["tag"][:2], bare], xlmr, SPEC)
    assert TAG.trainable(table).tolist() == [[1, 2], [2, 3]]


def test_as_many_tags_as_words_are_needed(xlmr):
    with pytest.raises(DataError, match="s/9: 2 words but 1 tags"):
        TAG.encode([Sentence(uid="s/9", words=("a", "b"), tags=("N",))], xlmr, SPEC)


def test_an_unknown_tag_is_refused(xlmr):
    with pytest.raises(DataError, match=r"s/9: label 'X' is not in the task's set\. Known: D, N"):
        TAG.encode([Sentence(uid="s/9", words=("a",), tags=("X",))], xlmr, SPEC)
