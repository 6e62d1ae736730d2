"""Training, predicting and pooling on a graphics card, pretended or real: what processors give."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest
import torch
from training_parts import SETTINGS, TRAINED, KilledError, killed_at, make_parts

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.pooling import POOLINGS
from isthmus.forms.tokens import special_of
from isthmus.models import varlen
from isthmus.models.model import Model
from isthmus.testing.card import pretended_card
from isthmus.testing.examples import EXAMPLES, SPECS
from isthmus.testing.tokenizers import FAMILIES, tokenizer_like
from isthmus.training import loop
from isthmus.training.evaluate import pooled_states, predict
from isthmus.training.loop import Execution, Selection, train
from isthmus.training.settings import Mixture

CARD = torch.device("cuda", 0)
CPU = torch.device("cpu")
SHORT = replace(SETTINGS, max_steps=5)
PREDICTED = ("classify", "tag", "span", "choice")


@pytest.fixture(params=["flat", "padded"])
def way(request, monkeypatch):
    if request.param == "padded":
        monkeypatch.setattr(Model, "first_position", None)
    return request.param


def run(parts, device, folder, *, seconds=1e9, max_tokens=None, selection=None):
    parts[0].to(device)
    execution = Execution(path=folder / "resume.pt", seconds=seconds, max_tokens=max_tokens)
    return train(*parts, execution=execution, selection=selection, report=lambda progress: None)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("form", TRAINED)
def test_losses_are_those_of_processors(form, card, tmp_path):
    found, expected = (
        [loss for _, loss in run(make_parts(form, settings=SHORT), device, tmp_path).curve]
        for device in (card, CPU)
    )
    assert len(found) == SHORT.max_steps
    assert found == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("attends", ["in one call", "by groups"])
@pytest.mark.parametrize("form", TRAINED)
def test_losses_in_bf16_are_near_those_in_fp32(form, attends, card, tmp_path, monkeypatch):
    if attends == "by groups":
        monkeypatch.setattr(varlen, "runs_on", lambda _: False)
    half = make_parts(form, settings=replace(SHORT, precision="bf16"))
    found = [loss for _, loss in run(half, card, tmp_path).curve]
    expected = [loss for _, loss in run(make_parts(form, settings=SHORT), CPU, tmp_path).curve]
    assert found == pytest.approx(expected, rel=0.05)
    assert found != expected
    assert {weight.dtype for weight in half[0].parameters()} == {torch.float32}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_kind_of_encoder_trains(family, card, tmp_path):
    asked = replace(SETTINGS, max_steps=12, peak_lr=5e-3, precision="bf16")
    parts = make_parts("classify", settings=asked, dropout=0.1, family=family)
    losses = [loss for _, loss in run(parts, card, tmp_path).curve]
    assert sum(losses[-4:]) < sum(losses[:4])


def mixed():
    mixture = Mixture(rule="uniform", mlm_share=0.3)
    asked = replace(SETTINGS, max_steps=8, precision="bf16")
    return make_parts(*TRAINED, settings=asked, mixture=mixture, dropout=0.2)


@pytest.mark.parametrize("max_tokens", [None, 100])
def test_a_killed_training_ends_with_the_bits_of_one_that_was_not(
    max_tokens, card, tmp_path, monkeypatch
):
    monkeypatch.setattr(loop, "MAX_SAVE_SHARE", math.inf)
    scores = {2: 0.5, 4: 0.9, 6: 0.7}

    def selection():
        order = iter(scores.values())
        return Selection(score=lambda model: next(order), steps=frozenset(scores))

    def go(parts, folder, asking):
        folder.mkdir(exist_ok=True)
        return run(parts, card, folder, seconds=0, max_tokens=max_tokens, selection=asking)

    whole, resumed = mixed(), mixed()
    expected = go(whole, tmp_path / "whole", selection())
    model, tasks, schedule, *rest = mixed()
    asking = selection()
    with pytest.raises(KilledError):
        go((model, tasks, killed_at(schedule, 5), *rest), tmp_path / "killed", asking)
    found = go(resumed, tmp_path / "killed", asking)
    assert found.curve == expected.curve
    assert (found.best_step, expected.best_step) == (4, 4)
    for name, tensor in whole[0].state_dict().items():
        assert torch.equal(tensor.cpu(), resumed[0].state_dict()[name].cpu()), name


@pytest.mark.parametrize("family", ["xlm-roberta", "deberta-v2"], ids=["flat", "padded"])
@pytest.mark.parametrize("form", TRAINED)
def test_no_step_waits_for_the_card(family, form, tmp_path, monkeypatch):
    monkeypatch.setattr(loop._Clock, "report_due", lambda clock: False)

    def waits(num_steps):
        asked = replace(SETTINGS, max_steps=num_steps, precision="bf16")
        with pretended_card() as card:
            parts = make_parts(form, settings=asked, dropout=0.1, family=family)
            run(parts, CARD, tmp_path, max_tokens=200)
        return Counter(card.waits)

    assert waits(3) == waits(1)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("form", PREDICTED)
def test_predictions_are_those_of_processors(form, card):
    expected, found = (predictions(form, device) for device in (CPU, card))
    assert [p.value for p in found] == [p.value for p in expected]
    scores = [p.score for p in expected if p.score is not None]
    assert [p.score for p in found if p.score is not None] == pytest.approx(scores, abs=1e-4)


@pytest.mark.parametrize("form", PREDICTED)
def test_it_predicts_in_bf16(form, card):
    assert [p.uid for p in predictions(form, card, precision="bf16")] == [
        example.uid for example in EXAMPLES[form]
    ]


def predictions(form, device, **options):
    fast = tokenizer_like("xlm-roberta")
    model, *_ = make_parts(form)
    features = Features(FORMS[form].encode(EXAMPLES[form], fast, SPECS[form]))
    return predict(
        model.to(device), form, FORMS[form], SPECS[form], features, EXAMPLES[form],
        special_of(fast), **options,
    )  # fmt: skip


@pytest.mark.usefixtures("way")
def test_sentence_vectors_are_those_of_processors(card):
    fast, form, spec = tokenizer_like("xlm-roberta"), FORMS["retrieve"], SPECS["retrieve"]
    features = Features(form.encode(EXAMPLES["retrieve"], fast, spec))
    places = [(layer, how) for layer in (0, 1, 2) for how in POOLINGS]

    def vectors(device):
        model, *_ = make_parts("classify")
        model.to(device)
        return pooled_states(model, form, spec, features, special_of(fast), places=places)

    found = vectors(card)
    for place, expected in vectors(CPU).items():
        assert found[place] == pytest.approx(expected, abs=1e-5)
