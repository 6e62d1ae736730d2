from __future__ import annotations

import weakref
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from training_parts import make_parts, on_card

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.pooling import POOLINGS
from isthmus.forms.tokens import special_of
from isthmus.testing.examples import EXAMPLES, SPECS
from isthmus.testing.tokenizers import tokenizer_like
from isthmus.training import batches
from isthmus.training.ahead import ahead
from isthmus.training.batches import batches_by_length, evaluation_tokens, to_device
from isthmus.training.evaluate import pooled_states, predict

PREDICTED = ("classify", "tag", "span", "choice")


def features_of(lengths_of_examples):
    lengths = [length for lengths in lengths_of_examples for length in lengths]
    examples = [i for i, lengths in enumerate(lengths_of_examples) for _ in lengths]
    table = pa.table(
        {
            "example": pa.array(examples, pa.int32()),
            "input_ids": pa.array([[7] * n for n in lengths], pa.list_(pa.int32())),
        }
    )
    return Features(table), np.array(lengths), np.array(examples)


@given(
    st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=5), min_size=1, max_size=25),
    st.integers(1, 300),
)
@settings(deadline=None, max_examples=80)
def test_batches_have_every_row_once_and_keep_examples_whole(lengths_of_examples, max_tokens):
    features, lengths, examples = features_of(lengths_of_examples)
    found = list(batches_by_length(features, max_tokens=max_tokens))
    assert sorted(np.concatenate(found).tolist()) == list(range(len(features)))
    seen = set()
    for rows in found:
        own = examples[rows]
        assert not seen & set(own), "an example is in one batch"
        seen |= set(own)
        for example in set(own):
            assert list(rows[own == example]) == list(np.flatnonzero(examples == example))
        assert len(set(own)) == 1 or len(rows) * lengths[rows].max() <= max_tokens
    longest = [lengths[rows].max() for rows in found]
    assert longest == sorted(longest, reverse=True)


def test_no_row_makes_no_batch():
    features, _, _ = features_of([[3]])
    assert list(batches_by_length(Features(features.table.slice(0, 0)), max_tokens=1)) == []


def test_a_processor_takes_few_tokens_at_a_time_and_a_card_by_its_memory_and_the_encoder(
    monkeypatch,
):
    model, *_ = make_parts("classify")
    assert evaluation_tokens(model) == batches.EVALUATION_TOKENS == 4096
    found = [evaluation_tokens(on_card(model, gib * 2**30, monkeypatch)) for gib in (0.01, 0.1, 80)]
    assert found == [4096, 8192, 65_536]
    # What a driver keeps for itself changes nothing.
    assert evaluation_tokens(on_card(model, 0.095 * 2**30, monkeypatch)) == 8192
    model.encoder.config.hidden_size *= 4
    assert evaluation_tokens(on_card(model, 0.1 * 2**30, monkeypatch)) == 4096


@pytest.mark.parametrize("form", PREDICTED)
def test_batches_made_ahead_and_copied_to_a_card_are_those_that_were_made(form, card):
    _, [task], _, _, special = make_parts(form)
    rows = np.arange(len(task.features))
    made = [task.form.collate(task.features, rows[n:], task.spec, special, None) for n in (0, 1, 0)]
    with ahead((to_device(batch, card) for batch in made), card) as found:
        for batch, there in zip(made, found, strict=True):
            assert there.input_ids_NT.is_cuda
            assert torch.equal(there.input_ids_NT.cpu(), batch.input_ids_NT)
            for name, tensor in batch.targets.items():
                assert there.targets[name].is_cuda
                assert torch.equal(there.targets[name].cpu(), tensor)
            assert to_device(there, card) is there


def predictions(form, monkeypatch, max_tokens):
    fast = tokenizer_like("xlm-roberta")
    model, *_ = make_parts(form)
    examples = [*EXAMPLES[form], *reversed(EXAMPLES[form])]
    features = Features(FORMS[form].encode(examples, fast, SPECS[form]))
    monkeypatch.setattr(batches, "EVALUATION_TOKENS", max_tokens)
    found = predict(model, form, FORMS[form], SPECS[form], features, examples, special_of(fast))
    return examples, found


@pytest.mark.parametrize("form", PREDICTED)
def test_predictions_are_in_order_and_the_same_for_any_batch(form, monkeypatch):
    examples, expected = predictions(form, monkeypatch, 1)
    assert [p.uid for p in expected] == [example.uid for example in examples]
    for max_tokens in (100, 333, 10**6):
        _, found = predictions(form, monkeypatch, max_tokens)
        assert [p.value for p in found] == [p.value for p in expected]
        for one, other in zip(found, expected, strict=True):
            assert one.score == other.score or one.score == pytest.approx(other.score, abs=1e-5)


def test_sentence_vectors_are_in_order_whatever_the_batches(monkeypatch, tmp_path):
    fast, form, spec = tokenizer_like("xlm-roberta"), FORMS["retrieve"], SPECS["retrieve"]
    model, *_ = make_parts("classify")
    features = Features(form.encode(EXAMPLES["retrieve"], fast, spec))
    ask = partial(
        pooled_states, model, form, spec, features, special_of(fast),
        places=[(layer, how) for layer in (2, 0) for how in POOLINGS],
    )  # fmt: skip
    together = ask()
    monkeypatch.setattr(batches, "EVALUATION_TOKENS", 1)
    alone = ask()
    assert list(together) == [(layer, how) for layer in (2, 0) for how in POOLINGS]
    for place, vectors in together.items():
        assert vectors.shape == (3, 32)
        np.testing.assert_allclose(vectors, alone[place], atol=1e-5)
    assert not np.allclose(together[2, "mean"], together[0, "mean"])
    in_files = ask(folder=tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == len(in_files)
    for place, vectors in in_files.items():
        assert vectors.tobytes() == alone[place].tobytes()


def test_token_states_of_one_batch_are_gone_before_the_next(monkeypatch):
    fast, form, spec = tokenizer_like("xlm-roberta"), FORMS["retrieve"], SPECS["retrieve"]
    features = Features(form.encode(EXAMPLES["retrieve"] * 3, fast, spec))
    model, *_ = make_parts("classify")
    monkeypatch.setattr(batches, "EVALUATION_TOKENS", 1)
    kept = []

    class Watched(type(model)):
        def all_hidden(self, batch):
            assert not any(state() is not None for state in kept)
            states = super().all_hidden(batch)
            kept.extend(weakref.ref(state) for state in states)
            return states

    model.__class__ = Watched
    pooled_states(model, form, spec, features, special_of(fast), places=[(0, "cls"), (2, "mean")])
    assert len(kept) == 3 * len(features) > 3
