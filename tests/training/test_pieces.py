"""A batch in pieces trains as the whole batch does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from training_parts import SETTINGS, TRAINED, make_parts, on_card

from isthmus.models.model import Model
from isthmus.training.feed import rows_of
from isthmus.training.loop import Execution, train
from isthmus.training.pieces import PADDED_TOKENS, default_max_tokens, num_tokens, pieces
from isthmus.training.step import backward

AGREES = {"choice": 4e-6}
"""Relative difference of gradients, a millionth where nothing is said: choices of an example share
their prompt, and most of what each asks for cancels out."""


def telling_parts(form):
    """Returns what a training takes, of a model to which examples are not all alike.

    To one with small weights they nearly are, and what they ask for cancels out but for rounding.
    """
    model, *rest = make_parts(form)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(8.0 if weight.ndim > 1 else 1.0)
    return model, *rest


def batch_of_all(task, special):
    """Returns a batch of every unit in an order that is not that of lengths, and rows a unit."""
    units = np.random.default_rng(1).permutation(len(task.units))
    rng = np.random.default_rng(0)
    batch = task.form.collate(task.features, rows_of(task, units), task.spec, special, rng)
    return batch, np.diff(task.units[units], axis=1)[:, 0]


def gradients(model, task, batches):
    model.zero_grad(set_to_none=True)
    loss = backward(model, task.head, task.form, batches, SETTINGS)
    return float(loss), torch.cat([weight.grad.flatten() for weight in model.parameters()])


@pytest.fixture(params=[False, True], ids=["flat", "padded"])
def padded(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(Model, "first_position", None)
    return request.param


@pytest.mark.parametrize("form", TRAINED)
@pytest.mark.parametrize("share", [0.5, 0.2, 0.0])
def test_gradients_of_pieces_are_those_of_the_batch(form, share, padded):
    model, [task], _, _, special = telling_parts(form)
    batch, num_rows = batch_of_all(task, special)
    max_tokens = max(1, round(share * num_tokens(batch, padded=padded)))
    parts = pieces(task.form, batch, num_rows, max_tokens=max_tokens, padded=padded)
    assert len(parts) > 1
    loss, expected = gradients(model, task, [batch])
    found_loss, found = gradients(model, task, parts)
    assert found_loss == pytest.approx(loss, rel=1e-6)
    assert (found - expected).norm() <= AGREES.get(form, 1e-6) * expected.norm()


@pytest.mark.parametrize("form", TRAINED)
def test_pieces_hold_every_row_once_and_no_more_than_they_may(form, padded):
    _, [task], _, _, special = make_parts(form)
    batch, num_rows = batch_of_all(task, special)
    lengths = np.add.reduceat(batch.lengths_N, np.cumsum(num_rows) - num_rows)
    max_tokens = int(lengths.max()) * (2 if padded else 1)
    parts = pieces(task.form, batch, num_rows, max_tokens=max_tokens, padded=padded)
    assert sorted(length for part in parts for length in part.lengths_N) == sorted(batch.lengths_N)
    assert max(num_tokens(part, padded=padded) for part in parts) <= max_tokens
    for name in set(batch.targets) - {"position", "row", "allowed"}:
        found = torch.cat([part.targets[name] for part in parts])
        assert torch.equal(found.sort().values, batch.targets[name].sort().values)
    at_position = [
        part.input_ids_NT.flatten()[part.targets["position"]]
        for part in parts
        if "position" in part.targets
    ]
    if at_position:
        whole = batch.input_ids_NT.flatten()[batch.targets["position"]]
        assert torch.equal(torch.cat(at_position).sort().values, whole.sort().values)


def run(form, folder, max_tokens):
    said = []
    model, *rest = make_parts(form, settings=replace(SETTINGS, max_steps=10))
    execution = Execution(path=folder / "resume.pt", seconds=1e9, max_tokens=max_tokens)
    result = train(model, *rest, execution=execution, report=said.append)
    return result, [progress.message for progress in said if progress.message]


@pytest.mark.parametrize("form", TRAINED)
def test_training_in_pieces_has_the_losses_of_whole_batches(form, tmp_path):
    whole, _ = run(form, tmp_path, None)
    split, said = run(form, tmp_path, whole.num_tokens // 20)
    assert whole.num_pieces == 10 < split.num_pieces
    assert split.num_tokens == whole.num_tokens
    losses = [loss for _, loss in whole.curve]
    assert [loss for _, loss in split.curve] == pytest.approx(losses, rel=1e-4)
    assert bool(said) == bool(split.num_oversized)


def test_an_example_that_fits_into_no_piece_is_computed_alone_and_told_once(tmp_path):
    result, said = run("classify", tmp_path, 1)
    assert result.num_pieces == result.num_oversized == 10 * SETTINGS.batch_size
    assert len(said) == 1
    assert "more than the 1" in said[0]


def test_a_processor_needs_no_pieces_but_for_padded_batches(padded):
    model, _, _, settings, _ = make_parts("classify")
    assert default_max_tokens(model, settings) == (PADDED_TOKENS if padded else None)


def test_a_card_takes_as_many_tokens_as_its_memory_has_room_for(monkeypatch):
    def most(form, num_bytes, **changes):
        model, _, _, settings, _ = make_parts(form)
        there = on_card(model, num_bytes, monkeypatch)
        return default_max_tokens(there, replace(settings, **changes))

    assert most("classify", 2**33, precision="bf16") > most("classify", 2**33) > 2**15
    assert most("classify", 2**33) > most("classify", 2**31) > most("mlm", 2**31)
    assert most("classify", 2**16) == 1
