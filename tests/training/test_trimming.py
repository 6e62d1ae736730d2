"""A training with the embeddings of the ids that occur is one with them all."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from training_parts import SETTINGS, make_parts

from isthmus.models import vocabulary
from isthmus.training import loop
from isthmus.training.loop import Execution, Selection, train
from isthmus.training.schedule import Schedule, decay_until, learning_rate

ASKED = replace(SETTINGS, max_steps=12, peak_lr=2e-3, weight_decay=0.5)
FORMS = ("classify", "span")


class KilledError(Exception):
    """Stands in for a kill."""


class KilledLate(Schedule):
    """A schedule in whose tenth step the process dies."""

    def units(self, step):
        if step == 9:
            raise KilledError
        return super().units(step)


def run(folder, monkeypatch, *, trims, selection=None, settings=ASKED, seconds=1e9, kills=False):
    """Returns a trained model, the result, and the size of the embeddings while it trained."""
    model, tasks, schedule, *rest = make_parts(*FORMS, settings=settings)
    if kills:
        schedule = KilledLate(**vars(schedule))
    seen = []

    def watched(model, *parts):
        seen.append(len(model.encoder.get_input_embeddings().weight))
        return loss(model, *parts)

    loss = loop.take_step
    with monkeypatch.context() as patch:
        patch.setattr(loop, "take_step", watched)
        patch.setattr(loop, "MAX_SAVE_SHARE", 1e9)
        patch.setattr(vocabulary, "MAX_SHARE", 0.9 if trims else 0.0)
        result = train(
            model, tasks, schedule, *rest,
            execution=Execution(path=folder / "resume.pt", seconds=seconds),
            selection=selection, report=lambda progress: None,
        )  # fmt: skip
    return model, result, set(seen)


def second_of_three(seen):
    """A selection that likes step 8 best, and looks at embeddings of ids that do not occur."""
    scores = iter([0.1, 0.9, 0.5])

    def score(model):
        seen.append(model.encoder.get_input_embeddings().weight.detach().clone())
        return next(scores)

    return Selection(score=score, steps=frozenset({4, 8, 12}))


def assert_close(one, other):
    assert one.keys() == other.keys()
    for name, weight in one.items():
        if not name.endswith(("key.bias", "qa_outputs.bias")):
            torch.testing.assert_close(weight, other[name], rtol=1e-3, atol=2e-5, msg=name)


@pytest.mark.parametrize("selects", [False, True])
def test_all_weights_end_as_without_it(selects, tmp_path, monkeypatch):
    seen, expected_seen = [], []
    model, result, sizes = run(
        tmp_path, monkeypatch, trims=True, selection=second_of_three(seen) if selects else None
    )
    whole, expected, whole_sizes = run(
        tmp_path, monkeypatch, trims=False,
        selection=second_of_three(expected_seen) if selects else None,
    )  # fmt: skip
    num_ids = len(whole.encoder.get_input_embeddings().weight)
    assert whole_sizes == {num_ids}
    assert max(sizes) < 0.9 * num_ids
    assert [loss for _, loss in result.curve] == pytest.approx([loss for _, loss in expected.curve])
    assert result.best_step == expected.best_step == (8 if selects else None)
    assert_close(model.state_dict(), whole.state_dict())
    embedding = model.encoder.get_input_embeddings()
    assert (embedding.num_embeddings, embedding.padding_idx) == (num_ids, 1)
    for one, other in zip(seen, expected_seen, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=2e-5)
    assert len(seen) == 3 * selects


def test_rows_that_do_not_occur_keep_their_direction_and_decay(tmp_path, monkeypatch):
    before = make_parts(*FORMS)[0].encoder.get_input_embeddings().weight.detach().clone()
    model, _, sizes = run(tmp_path, monkeypatch, trims=True)
    after = model.encoder.get_input_embeddings().weight.detach()
    left = decay_until(12, 12, ASKED)
    assert left == pytest.approx(
        torch.tensor([1 - 0.5 * learning_rate(s, 12, ASKED) for s in range(12)]).prod().item()
    )
    same = (after - before * left).abs().amax(1) < 1e-7
    assert same.sum() >= len(before) - max(sizes)


def test_a_killed_training_ends_with_the_same_bits(tmp_path, monkeypatch):
    whole, expected, _ = run(
        tmp_path / "none", monkeypatch, trims=True, selection=second_of_three([])
    )
    selection = second_of_three([])
    with pytest.raises(KilledError):
        run(tmp_path, monkeypatch, trims=True, selection=selection, seconds=0, kills=True)
    model, result, sizes = run(tmp_path, monkeypatch, trims=True, selection=selection)
    assert len(sizes) == 1
    assert result.curve == expected.curve
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, whole.state_dict()[name]), name


def test_language_modelling_needs_its_whole_vocabulary():
    model, tasks, *_ = make_parts("classify", "mlm")
    occurs_V = loop._occurring(model, tasks)
    assert vocabulary.trim(model, occurs_V & False) is None
    del model.heads["mlm"]
    assert vocabulary.trim(model, occurs_V | True) is None
    assert vocabulary.trim(model, occurs_V & False) is not None


def test_an_encoder_that_runs_padded_keeps_its_vocabulary():
    model, tasks, *_ = make_parts("classify")
    model.first_position = None
    assert vocabulary.trim(model, loop._occurring(model, tasks) & False) is None
