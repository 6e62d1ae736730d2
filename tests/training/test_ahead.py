"""Batches made ahead are the batches made when asked for, and the thread ends with its loop."""

from __future__ import annotations

import math
import pickle
import threading
import traceback
from dataclasses import replace

import pytest
import torch
from training_parts import SETTINGS, KilledError, killed_at, make_parts

from isthmus.errors import StepFailed
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.testing.examples import EXAMPLES, SPECS
from isthmus.testing.tokenizers import tokenizer_like
from isthmus.training import batches, loop
from isthmus.training.ahead import NUM_AHEAD, ahead
from isthmus.training.evaluate import head_outputs
from isthmus.training.loop import Execution, train
from isthmus.training.settings import Mixture

CPU = torch.device("cpu")
SHORT = replace(SETTINGS, max_steps=8)
SECONDS = 30
"""Until a thread that waits for nothing counts as hanging."""


@pytest.fixture
def in_a_thread(monkeypatch):
    monkeypatch.setitem(NUM_AHEAD, "cpu", 3)
    yield
    assert not threads(), "no thread is left"


def threads():
    return [each for each in threading.enumerate() if each.name.startswith("ahead")]


class MadeError(Exception):
    """What making an item may raise."""


def test_a_card_gets_its_batches_ahead_and_a_processor_when_it_asks():
    assert NUM_AHEAD.get("cuda", 0) > 0
    assert "cpu" not in NUM_AHEAD
    with ahead(iter("abc"), CPU) as items:
        assert list(items) == ["a", "b", "c"]
        assert not threads()


@pytest.mark.usefixtures("in_a_thread")
@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 50])
def test_all_items_arrive_in_order(number):
    with ahead(iter(range(number)), CPU) as items:
        assert list(items) == list(range(number))


@pytest.mark.usefixtures("in_a_thread")
def test_items_are_made_elsewhere_and_only_a_few_ahead():
    made, enough = [], threading.Semaphore(0)

    def items():
        for number in range(100):
            made.append((number, threading.current_thread()))
            enough.release()
            yield number

    with ahead(items(), CPU) as found:
        assert next(found) == 0
        assert next(found) == 1
        for _ in range(2 + 3):
            assert enough.acquire(timeout=SECONDS)
        assert not enough.acquire(timeout=0.05)
    assert [number for number, _ in made] == [0, 1, 2, 3, 4]
    assert threading.current_thread() not in {thread for _, thread in made}


@pytest.mark.usefixtures("in_a_thread")
def test_an_error_arrives_at_its_place_with_where_it_was_raised():
    def items():
        yield 0
        yield 1
        raise MadeError("here")

    def take():
        with ahead(items(), CPU) as made:
            for item in made:
                found.append(item)  # noqa: PERF402  what came before the error counts

    found = []
    with pytest.raises(MadeError, match="here") as caught:
        take()
    assert found == [0, 1], "what was made before it"
    assert "in items" in "".join(traceback.format_tb(caught.tb))


@pytest.mark.usefixtures("in_a_thread")
@pytest.mark.parametrize("taken", [0, 1, 7])
def test_leaving_early_ends_the_thread(taken):
    def endless():
        while True:
            yield 0

    def interrupted():
        with ahead(endless(), CPU) as items:
            for _ in range(taken):
                next(items)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not threads()


def parts():
    mixture = Mixture(rule="uniform", mlm_share=0.3)
    forms = ("classify", "tag", "span", "choice", "mlm")
    return make_parts(*forms, settings=SHORT, mixture=mixture, dropout=0.2)


def run(made, folder, *, max_tokens=None, seconds=0):
    execution = Execution(path=folder / "resume.pt", seconds=seconds, max_tokens=max_tokens)
    return train(*made, execution=execution, report=lambda progress: None)


@pytest.mark.parametrize("max_tokens", [None, 100])
def test_training_has_the_same_bits_killed_or_not(max_tokens, tmp_path, monkeypatch):
    whole = parts()
    (tmp_path / "whole").mkdir()
    expected = run(whole, tmp_path / "whole", max_tokens=max_tokens)
    monkeypatch.setattr(loop, "MAX_SAVE_SHARE", math.inf)
    monkeypatch.setitem(NUM_AHEAD, "cpu", 3)
    for step in (0, 1, 5):
        folder = tmp_path / str(step)
        folder.mkdir()
        model, tasks, schedule, *rest = parts()
        with pytest.raises(KilledError):
            run((model, tasks, killed_at(schedule, step), *rest), folder, max_tokens=max_tokens)
        assert not threads()
        resumed = parts()
        found = run(resumed, folder, max_tokens=max_tokens)
        assert not threads()
        assert found.curve == expected.curve
        assert (found.num_tokens, found.num_pieces) == (expected.num_tokens, expected.num_pieces)
        for name, tensor in whole[0].state_dict().items():
            assert torch.equal(tensor, resumed[0].state_dict()[name]), name


@pytest.mark.usefixtures("in_a_thread")
def test_a_training_that_fails_leaves_no_thread(tmp_path):
    asked = replace(SETTINGS, peak_lr=1e35, warmup_fraction=0.0)
    with pytest.raises(StepFailed, match="The loss is"):
        run(make_parts("classify", settings=asked), tmp_path)


def arguments(form):
    """Returns what ``head_outputs`` takes."""
    fast = tokenizer_like("xlm-roberta")
    model, *_ = make_parts(form)
    features = Features(FORMS[form].encode(EXAMPLES[form] * 3, fast, SPECS[form]))
    return model, form, FORMS[form], SPECS[form], features, special_of(fast)


@pytest.mark.parametrize("form", ["classify", "tag", "span", "choice"])
def test_outputs_have_the_same_bits(form, monkeypatch):
    monkeypatch.setattr(batches, "EVALUATION_TOKENS", 60)
    expected = head_outputs(*arguments(form))
    monkeypatch.setitem(NUM_AHEAD, "cpu", 3)
    found = head_outputs(*arguments(form))
    assert pickle.dumps(found) == pickle.dumps(expected)
    assert not threads()


@pytest.mark.usefixtures("in_a_thread")
def test_an_evaluation_that_fails_leaves_no_thread_and_no_mode_behind(monkeypatch):
    monkeypatch.setattr(batches, "EVALUATION_TOKENS", 60)
    model, head, form, *rest = arguments("classify")

    class Failing(type(form)):
        def outputs(self, *_):
            raise MadeError

    with pytest.raises(MadeError) as caught:
        head_outputs(model, head, Failing(), *rest)
    assert caught.traceback
    assert not threads(), "while the traceback still holds what was running"
    assert not torch.is_inference_mode_enabled()
