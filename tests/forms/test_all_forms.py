"""What every form of the catalogue has to keep, with every family of tokenizers."""

from __future__ import annotations

import dataclasses
import typing

import numpy as np
import pytest
import torch
import transformers

from isthmus.errors import DataError, StudyError
from isthmus.examples import Choice, Line, Pair, Question, Sentence, Text
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.tasks.task import FormName
from isthmus.testing.examples import EXAMPLES, SPECS
from isthmus.testing.models import tiny_model

HOSTILE = (
    "",
    " ",
    "\u200b\u200d",
    "e\u0301\u0323\u0308",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "مرحبا \u202e abc \u202c عالم",
    "\x01\x07\x1f\x7f",
    "\t\n\r\u3000\u00a0",
    "ﷺ ㎒ ½ Ⅷ",
    "𐍈𝒳" * 40,
    "<s></s><mask>[CLS][SEP]",
    "\ufffd\ufeff",
)


def hostile_examples(name):
    pairs = list(zip(HOSTILE, reversed(HOSTILE), strict=True))
    return {
        "classify": [Pair(uid=f"{i}", text=a, text_b=b) for i, (a, b) in enumerate(pairs)],
        "tag": [
            *(Sentence(uid=f"{i}", words=(a, b)) for i, (a, b) in enumerate(pairs)),
            Sentence(uid="none", words=()),
        ],
        "span": [Question(uid=f"{i}", question=a, context=b) for i, (a, b) in enumerate(pairs)],
        "choice": [
            Choice(uid=f"{i}", prompt=a, choices=(b, "", a)) for i, (a, b) in enumerate(pairs)
        ],
        "retrieve": [Line(uid=f"{i}", text=a, side="source") for i, a in enumerate(HOSTILE)],
        "mlm": [Text(uid=f"{i}", text=a, parallel=b) for i, (a, b) in enumerate(pairs)],
    }[name]


def batches(form, features, spec, tokenizer, size=5):
    rng, special = np.random.default_rng(0), special_of(tokenizer)
    for start in range(0, len(features), size):
        rows = np.arange(start, min(start + size, len(features)))
        yield form.collate(features, rows, spec, special, rng)


@pytest.mark.parametrize("name", FORMS)
def test_catalogue_names_forms_as_tasks_do(name):
    assert tuple(FORMS) == typing.get_args(FormName)
    assert FORMS[name].name == name
    assert hasattr(transformers, FORMS[name].auto_model)
    assert set(EXAMPLES) == set(SPECS) == set(FORMS)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("width", [8, 24, 61])
def test_rows_are_whole_and_short_enough(name, tokenizer, width):
    spec = dataclasses.replace(SPECS[name], max_length=width)
    table = FORMS[name].encode(EXAMPLES[name], tokenizer, spec)
    features = Features(table)
    ids = features.lists["input_ids"]
    lengths = ids.lengths(np.arange(len(features)))
    assert lengths.max() <= width
    assert (np.diff(features.columns["example"]) >= 0).all()
    assert set(features.columns["example"]) == set(range(len(EXAMPLES[name])))
    for row in range(len(features)):
        first, last = ids.offsets[row], ids.offsets[row + 1] - 1
        assert ids.values[first] == tokenizer.cls_token_id
        assert ids.values[last] == tokenizer.sep_token_id
    for column in features.lists.values():
        if column is not ids and len(column.values) == len(ids.values):
            assert (column.offsets == ids.offsets).all()


@pytest.mark.parametrize("name", FORMS)
def test_batches_are_padded_to_the_longest_row(name, tokenizer):
    form, spec = FORMS[name], SPECS[name]
    features = Features(form.encode(EXAMPLES[name], tokenizer, spec))
    ids = features.lists["input_ids"]
    rows = np.arange(len(features))
    batch = form.collate(features, rows, spec, special_of(tokenizer), np.random.default_rng(0))
    lengths = ids.lengths(rows)
    width = batch.input_ids_NT.shape[1]
    assert width == min(-(-lengths.max() // 8) * 8, spec.max_length)
    assert batch.attention_mask_NT.sum(1).tolist() == lengths.tolist()
    padding = batch.attention_mask_NT == 0
    assert (batch.input_ids_NT[padding] == tokenizer.pad_token_id).all()
    assert batch.input_ids_NT.dtype == batch.attention_mask_NT.dtype == torch.int64
    takes_types = "token_type_ids" in tokenizer.model_input_names
    assert (batch.type_ids_NT is not None) == takes_types
    if name != "mlm":
        flat = batch.input_ids_NT[batch.attention_mask_NT == 1].numpy()
        assert (flat == ids.values).all()


@pytest.mark.parametrize("name", FORMS)
def test_tables_are_the_same_every_time_and_in_any_chunks(name, tokenizer, monkeypatch):
    once = FORMS[name].encode(EXAMPLES[name], tokenizer, SPECS[name])
    monkeypatch.setattr("isthmus.forms.tokens.CHUNK", 2)
    assert FORMS[name].encode(EXAMPLES[name], tokenizer, SPECS[name]).equals(once)


@pytest.mark.parametrize("name", FORMS)
def test_no_examples_make_an_empty_table(name, xlmr):
    table = FORMS[name].encode((), xlmr, SPECS[name])
    assert table.num_rows == 0
    assert FORMS[name].trainable(table).shape == (0, 2)
    assert table.schema.equals(FORMS[name].encode(EXAMPLES[name], xlmr, SPECS[name]).schema)


@pytest.mark.parametrize("name", FORMS)
def test_hostile_text_goes_through_training_and_prediction(name, family, tokenizer):
    form, spec = FORMS[name], dataclasses.replace(SPECS[name], max_length=32, max_query=8)
    labels = spec.labels
    examples = hostile_examples(name)
    table = form.encode(examples, tokenizer, spec)
    model = tiny_model({name: labels}, tokenizer, family=family)
    outputs = []
    with torch.no_grad():
        for batch in batches(form, Features(table), spec, tokenizer):
            if name == "mlm":
                loss, weight = form.loss(model, name, batch)
                assert torch.isfinite(loss)
                assert weight == len(batch.targets["label"])
            elif name != "retrieve":
                outputs += form.outputs(model, name, batch, spec)
    if name in ("mlm", "retrieve"):
        return
    predictions = form.decode(outputs, table, examples, spec)
    assert [prediction.uid for prediction in predictions] == [each.uid for each in examples]
    for prediction, example in zip(predictions, examples, strict=True):
        if name == "tag":
            assert len(prediction.value) == len(example.words)
        if name == "span":
            assert prediction.value in example.context
            assert prediction.value == prediction.value.strip()
            assert bool(prediction.value) == bool(example.context.strip())


@pytest.mark.parametrize("name", FORMS)
def test_unlabelled_rows_are_predicted_but_not_trained_on(name, xlmr):
    examples = hostile_examples(name)[4:6]
    table = FORMS[name].encode(examples, xlmr, SPECS[name])
    assert table.num_rows >= 2
    trained = FORMS[name].trainable(table)
    assert len(trained) == (table.num_rows if name == "mlm" else 0)


@pytest.mark.parametrize("name", [name for name in FORMS if name != "mlm"])
def test_examples_of_another_type_are_refused(name, xlmr):
    with pytest.raises(DataError, match="'z' is a Text; the form"):
        FORMS[name].encode([Text(uid="z", text="a")], xlmr, SPECS[name])


@pytest.mark.parametrize("name", FORMS)
def test_too_small_a_length_is_refused(name, xlmr):
    spec = dataclasses.replace(SPECS[name], max_length=2)
    with pytest.raises(StudyError, match="max_length 2 leaves no room"):
        FORMS[name].encode(EXAMPLES[name], xlmr, spec)


@pytest.mark.parametrize("name", FORMS)
def test_half_a_surrogate_pair_is_refused(name, xlmr):
    bad = "a\ud83d"
    example = {
        "classify": Pair(uid="b", text=bad),
        "tag": Sentence(uid="b", words=("a", bad)),
        "span": Question(uid="b", question="a", context=bad),
        "choice": Choice(uid="b", prompt="a", choices=("b", bad)),
        "retrieve": Line(uid="b", text=bad, side="source"),
        "mlm": Text(uid="b", text=bad),
    }[name]
    with pytest.raises(DataError, match="half a surrogate pair"):
        FORMS[name].encode([example], xlmr, SPECS[name])


@pytest.mark.parametrize("name", FORMS)
def test_slow_tokenizers_are_refused_by_name(name):
    class Slow:
        is_fast, name_or_path = False, "some/encoder"

    with pytest.raises(StudyError, match=r"'some/encoder' \(Slow\) is not a fast one"):
        FORMS[name].encode(EXAMPLES[name], Slow(), SPECS[name])


@pytest.mark.parametrize("name", ["mlm", "retrieve"])
def test_forms_without_predictions_say_so(name):
    form = FORMS[name]
    for refused in (
        lambda: form.outputs(None, name, None, SPECS[name]),
        lambda: form.decode([], None, [], SPECS[name]),
    ):
        with pytest.raises(StudyError):
            refused()
